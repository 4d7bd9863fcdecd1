"""What ships with Matinee opens nothing where others come in."""

from pathlib import Path
from typing import Any

import pytest

from matinee.kernel import ids
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.settings import Settings
from matinee.kernel.tokens import AccessTokens, ServiceTokens
from matinee.run import one_machine, shipped, up
from matinee.run.spawning import CannotStartError

pytestmark = pytest.mark.asvs("V13.3.1")

EXPOSED: tuple[dict[str, Any], ...] = (
    {"address": "192.0.2.7:8480"},
    {"address": "0.0.0.0:8480"},
    {"public_url": "https://films.example.org"},
    {"address": "[::]:8480", "public_url": "http://127.0.0.1:8480"},
)


@pytest.mark.parametrize("where", EXPOSED)
def test_the_password_is_known_only_where_nobody_else_comes(
    where: dict[str, Any], tmp_path: Path
) -> None:
    loopback, public = Settings(home=tmp_path / "one"), Settings(home=tmp_path / "two", **where)
    assert not loopback.is_exposed
    assert public.is_exposed
    assert shipped.demo_password(loopback) == shipped.PASSWORD
    made_up = shipped.demo_password(public)
    assert made_up != shipped.PASSWORD
    assert len(made_up) >= 20
    assert shipped.demo_password(public) == made_up


@pytest.mark.parametrize("where", EXPOSED)
def test_a_demo_that_was_made_on_loopback_is_not_opened(
    where: dict[str, Any], tmp_path: Path
) -> None:
    assert shipped.demo_password(Settings(home=tmp_path)) == shipped.PASSWORD
    opened = Settings(home=tmp_path, **where)
    for start in (lambda: up.up(opened, demo=False), lambda: shipped.demo_password(opened)):
        with pytest.raises(CannotStartError, match="everybody knows"):
            start()
    (tmp_path / "secrets" / "demo_password").write_text("one of my own\n")
    shipped.refuse_exposed(opened)


def test_no_secret_stands_in_a_command_line_or_an_environment(settings: Settings) -> None:
    MediaTokens(settings.secrets).issue(ids.uuid7(), "a-film")
    AccessTokens(settings.secrets).ring.keys()
    ServiceTokens(settings.secrets).issue("identity", to="viewing")
    settings.database("billing")
    files = [path for path in settings.secrets.rglob("*") if path.is_file()]
    texts = {path.name: path.read_text().strip() for path in files}
    assert {"database_password", "access_token_keys.json", "identity.json"} <= set(texts)
    for process in one_machine.processes(settings, demo=True, edges=2):
        shown = " ".join([*process.command, *process.env.values()])
        assert not [name for name, text in texts.items() if text in shown], process.name
