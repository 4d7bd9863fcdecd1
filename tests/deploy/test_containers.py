"""The images' recipe and the stack of one host, as the programs that use them read them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from matinee.run import checkout, services
from matinee.run.cli import COMMANDS
from tests.deploy.judged import kept

ROOT = checkout.root()
COMPOSE = ROOT / "deploy" / "compose.yaml"
_BESIDE = Path(sys.executable).parent
_WITHIN_S = 120
# What Linux gives a container of which nothing is said.
EQUAL_SHARES = 1024


def composed(**env: str) -> dict[str, Any]:
    """The stack as Compose understands it."""
    done = subprocess.run(
        [str(_BESIDE / "docker-compose"), "-f", str(COMPOSE), "config", "--format", "json"],
        env={"PATH": os.defpath, "MATINEE_DATABASE_PASSWORD": "x", **env},
        capture_output=True,
        text=True,
        timeout=_WITHIN_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_recipe_is_sound() -> None:
    recipe = ROOT / "deploy" / "images" / "Dockerfile"
    command = [str(_BESIDE / "hadolint"), "--no-fail", "--format", "json", str(recipe)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=_WITHIN_S, check=True)
    assert {one["code"] for one in json.loads(done.stdout)} == kept("hadolint")


def test_each_service_has_a_container_and_a_command_that_exists() -> None:
    parts = composed()["services"]
    commands = {name for _, lines in COMMANDS.values() for name in lines}
    own = {name: part for name, part in parts.items() if part["image"].startswith("matinee/")}
    assert set(services.WITH_API) < set(own)
    for name, part in own.items():
        assert part["command"][0] in commands, name
        if name in services.WITH_API:
            assert part["command"][1:3] == ["--service", name]
            assert f"/api/{name}/readyz" in part["healthcheck"]["test"][-1]


def test_containers_may_do_nothing_that_they_need_not() -> None:
    for name, part in composed()["services"].items():
        if not part["image"].startswith("matinee/"):
            continue
        assert part["read_only"], name
        assert part["cap_drop"] == ["ALL"], name
        assert part["security_opt"] == ["no-new-privileges:true"], name


def test_viewers_come_before_all_that_can_wait() -> None:
    """Shares of a core by which whoever comes later on one machine does so among containers."""
    shares = {
        name: part.get("cpu_shares", EQUAL_SHARES) for name, part in composed()["services"].items()
    }
    later = {name: share for name, share in shares.items() if share != EQUAL_SHARES}
    assert set(later) == {"worker", "encoder"}
    assert later["encoder"] < later["worker"] < EQUAL_SHARES


def test_containers_have_the_time_to_finish_what_is_in_hand() -> None:
    for name, part in composed()["services"].items():
        # Docker kills after ten seconds where nothing is said.
        assert part["stop_grace_period"] in {"20s", "30s", "1m0s"}, name


def test_only_this_machine_reaches_it_unless_told_otherwise() -> None:
    published = {
        name: port["host_ip"]
        for name, part in composed()["services"].items()
        for port in part.get("ports", [])
    }
    assert published == {"front": "127.0.0.1"}


def test_a_scaler_comes_where_it_is_asked_for() -> None:
    assert "scaler" not in composed()["services"]
    scaler = composed(COMPOSE_PROFILES="scaling")["services"]["scaler"]
    assert scaler["command"][0] == "scaler"
    assert scaler["read_only"]
    assert "ports" not in scaler
    # Docker's socket in a container would be as good as root on the host.
    assert {one["target"] for one in scaler["volumes"]} == {"/var/lib/matinee"}


def test_a_missing_password_is_asked_for() -> None:
    with pytest.raises(AssertionError, match="choose one"):
        composed(MATINEE_DATABASE_PASSWORD="")
