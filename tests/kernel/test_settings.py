"""Settings: one folder decides on one machine, a URL on many; nonsense is refused."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from matinee.kernel.settings import Settings


def test_the_home_folder_decides_everything(tmp_path: Path) -> None:
    ours = Settings(home=tmp_path, redis_url="", database_url="")
    assert ours.media == (tmp_path / "media").as_uri()
    assert ours.redis == f"unix://{tmp_path}/run/valkey.sock"
    assert ours.broker == f"redis+socket://{tmp_path}/run/valkey.sock"
    assert "/matinee_billing?host=" in ours.database("billing")
    assert ours.secrets == tmp_path / "secrets"


def test_a_long_path_gets_sockets_elsewhere(tmp_path: Path) -> None:
    deep = tmp_path / ("x" * 90)
    ours = Settings(home=deep)
    assert len(str(ours.run_folder)) < 80
    assert ours.run_folder == Settings(home=deep).run_folder
    assert ours.run_folder != Settings(home=deep / "other").run_folder


def test_urls_name_engines_of_ones_own(tmp_path: Path) -> None:
    ours = Settings(
        home=tmp_path,
        database_url="postgresql://u:p@db.example:5433/",
        redis_url="rediss://cache.example:6380/1",
        media_url="s3://films/library",
    )
    assert ours.database("catalog") == "postgresql://u:p@db.example:5433/matinee_catalog"
    assert ours.broker == "rediss://cache.example:6380/1"
    assert ours.media == "s3://films/library"


@pytest.mark.parametrize(
    "wrong",
    [
        {"database_url": "mysql://localhost/"},
        {"redis_url": "localhost:6379"},
        {"media_url": "films"},
        {"address": "8480"},
        {"address": "127.0.0.1"},
    ],
)
def test_what_cannot_work_is_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


@pytest.mark.parametrize(
    ("address", "loopback"),
    [("127.0.0.1:1", True), ("localhost:80", True), ("[::1]:80", True), ("0.0.0.0:80", False)],
)
def test_who_can_reach_it_is_known(address: str, loopback: bool) -> None:  # noqa: FBT001 - expectation
    assert Settings(address=address).is_loopback is loopback


@pytest.mark.parametrize(
    ("address", "reached_at"),
    [
        ("127.0.0.1:8480", "http://127.0.0.1:8480"),
        ("0.0.0.0:80", "http://127.0.0.1:80"),
        ("[::]:80", "http://[::1]:80"),
        ("films.example:8480", "http://films.example:8480"),
    ],
)
def test_this_machine_reaches_itself_past_any_proxy(address: str, reached_at: str) -> None:
    assert Settings(address=address, public_url="https://f.example").local_url == reached_at
