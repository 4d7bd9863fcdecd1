"""What the host tells Compose; the program in Compose's place says what a stack would."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from matinee.kernel import clock
from matinee.run.scaling import compose
from matinee.run.scaling.copies import Copies, Decided
from matinee.run.spawning import CannotStartError

STANDING_IN = """#!/bin/sh
echo "$*" >> "{folder}/asked"
case "$*" in
  *"no such"*) echo "no such stack" >&2; exit 1 ;;
  *"config --services") printf 'playback\\nworker\\nencoder\\nfront\\n' ;;
  *" ps "*) cat "{folder}/running" ;;
  *" exec "*) cat "{folder}/decided" ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a program in Compose's place, what it will say, and what it was asked."""
    program = tmp_path / "docker-compose"
    program.write_text(STANDING_IN.format(folder=tmp_path))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    runs = [("playback", "running"), ("playback", "exited"), ("worker", "running")]
    lines = [json.dumps({"Service": name, "State": state}) for name, state in runs]
    (tmp_path / "running").write_text("\n".join(lines))
    decide(tmp_path)
    return tmp_path


def decide(folder: Path, **wanted: int) -> None:
    copies = {
        name: Copies(wanted=count, running=1, least=0, most=9, needed=1.0, foreseen=0.0)
        for name, count in wanted.items()
    }
    (folder / "decided").write_text(Decided(at=clock.now(), copies=copies).model_dump_json())


def asked(folder: Path) -> list[str]:
    return (folder / "asked").read_text().splitlines()


def test_a_stack_is_brought_to_what_its_scaler_wants(folder: Path) -> None:
    decide(folder, playback=4, worker=1, encoder=2, catalog=3)
    stack = compose.Stack(["-f", "compose.yaml"])
    assert compose.look(stack) == {"playback": 4, "encoder": 2}
    assert asked(folder)[-1] == (
        "-f compose.yaml up --detach --no-recreate --no-build --no-deps"
        " --scale playback=4 --scale encoder=2 playback encoder"
    )


def test_what_is_as_wanted_is_left_alone(folder: Path) -> None:
    decide(folder, playback=1, worker=1)
    assert compose.look(compose.Stack(["-f", "compose.yaml"])) == {}
    assert not [line for line in asked(folder) if " up " in line]


@pytest.mark.parametrize("text", ["", "{", "null"])
def test_without_a_decision_nothing_changes(folder: Path, text: str) -> None:
    (folder / "decided").write_text(text)
    assert compose.look(compose.Stack(["-f", "compose.yaml"])) == {}


def test_an_old_decision_counts_no_more(folder: Path) -> None:
    decide(folder, playback=4)
    with clock.shifted(timedelta(minutes=2)):
        assert compose.look(compose.Stack(["-f", "compose.yaml"])) == {}


@pytest.mark.usefixtures("folder")
def test_what_compose_cannot_do_is_told_in_its_words() -> None:
    with pytest.raises(compose.ComposeError, match="no such stack"):
        compose.Stack(["-p", "no such"]).begin()


def test_a_host_without_compose_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CannotStartError, match="install docker-compose"):
        compose.Stack([])
