"""The `matinee` command as a person types it."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from matinee.run import cli, documents
from tests.patience import PATIENCE_S, until
from tests.tidy.house import ROOT


def matinee(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "matinee.run.cli", *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def test_help_loads_no_service() -> None:
    program = "import sys, matinee.run.cli as c; c.main(['--help'], standalone_mode=False)"
    shown = subprocess.run(
        [sys.executable, "-c", f"{program}; print(*sys.modules, file=sys.stderr)"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=True,
    )
    loaded = shown.stderr.split()
    assert "click" in loaded
    assert not {"django", "celery", "pydantic", "matinee.kernel"} & set(loaded)
    for _, lines in cli.COMMANDS.values():
        for name, line in lines.items():
            assert f"{name} " in shown.stdout
            assert line[:40] in shown.stdout


@pytest.mark.parametrize("name", [n for _, lines in cli.COMMANDS.values() for n in lines])
def test_every_command_has_help(name: str) -> None:
    shown = CliRunner().invoke(cli.main, [name, "--help"])
    assert shown.exit_code == 0, shown.output
    assert len(shown.output) > 60


def test_a_command_that_does_not_exist() -> None:
    shown = CliRunner().invoke(cli.main, ["rewind"])
    assert shown.exit_code == 2
    assert "No such command 'rewind'" in shown.output


def test_a_wrong_setting_is_a_sentence() -> None:
    done = matinee("status", MATINEE_ADDRESS="nowhere")
    assert done.returncode == 1
    assert "MATINEE_ADDRESS=nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_asking_what_does_not_run(home: Path) -> None:
    done = matinee("status", MATINEE_HOME=str(home))
    assert done.returncode == 1
    assert "Start it with `matinee up`" in done.stderr


def test_an_address_that_is_taken_ends_a_start(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"
        done = matinee("up", MATINEE_HOME=str(home), MATINEE_ADDRESS=address)
    assert done.returncode == 1
    assert f"cannot listen on {address}" in done.stderr
    assert not (home / "postgres").exists()


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """The documents of all services, which take seconds to put together."""
    return documents.texts()


@pytest.fixture
def _put_together_once(texts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "texts", lambda: texts)


@pytest.mark.usefixtures("_put_together_once")
def test_the_openapi_documents_are_up_to_date() -> None:
    changed = documents.write(ROOT / "api", check=True)
    assert not changed, "run: matinee openapi"


@pytest.mark.usefixtures("_put_together_once")
def test_a_changed_document_is_found(tmp_path: Path) -> None:
    assert len(documents.write(tmp_path)) == 8
    assert documents.write(tmp_path, check=True) == []
    path = tmp_path / "billing.json"
    path.write_text(path.read_text().replace("/plans", "/offers"))
    assert documents.write(tmp_path, check=True) == [path]
    assert json.loads((tmp_path / "playback.json").read_text())["paths"]["/api/playback/sessions"]


def test_beat_survives_a_damaged_memory(home: Path) -> None:
    state = Path(os.environ["MATINEE_HOME"]) / "run"
    for name in ("beat", "beat.db", "beat.dat", "beat.dir"):
        (state / name).write_bytes(b"\x00garbage\xff" * 50)
    ready = home / "ready"
    errors = home / "beat.err"
    with errors.open("wb") as to:
        child = subprocess.Popen(
            [sys.executable, "-m", "matinee.run.cli", "beat"],
            env={**os.environ, "MATINEE_READY_FILE": str(ready)},
            stderr=to,
        )
    said = errors.read_text
    try:
        mended = "Removing corrupted schedule file"
        until(lambda: child.poll() is not None or (ready.exists() and mended in said()), said)
        assert child.poll() is None, said()
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(PATIENCE_S)
