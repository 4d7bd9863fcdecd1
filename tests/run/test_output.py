"""Where lines of processes go, and how they are found again."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from matinee.kernel import settings
from matinee.kernel.settings import Settings
from matinee.run.commands.machine import logs
from matinee.run.output import Output

ID = "0123456789abcdef0123456789abcdef"


def test_every_line_is_an_object_where_that_is_wanted(tmp_path: Path) -> None:
    output = Output(tmp_path, objects=True)
    own = {"time": "2026-01-01T00:00:00.000+00:00", "message": "it failed", "request": ID}
    output.write("web.2", json.dumps(own))
    output.write("postgres", "LOG:  ready", quiet=True)
    output.write("postgres", '{"cut off', "[1]")
    output.write("postgres")
    output.close()
    (told,) = map(json.loads, (tmp_path / "web.log").read_text().splitlines())
    assert told == {**own, "process": "web.2"}
    lines = [json.loads(line) for line in (tmp_path / "postgres.log").read_text().splitlines()]
    assert [line["message"] for line in lines] == ["LOG:  ready", '{"cut off', "[1]"]
    assert all(line["process"] == "postgres" and line["time"].endswith("Z") for line in lines)


def test_the_terminal_is_told_what_a_person_must_know(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = Output(tmp_path)
    output.write("worker", "INFO celery.worker: ready", "WARNING y: the disk is nearly full")
    output.write("worker", "DEBUG matinee.encoding: looks")
    output.write("demo", "INFO matinee.demo: 1 of 12", "sign in as viewer@example.org")
    output.write("agent", "INFO matinee.delivery.agent.loop: the control plane answers again")
    output.write("matinee", "ready: open http://127.0.0.1:8480")
    output.close()
    said = [line.split(maxsplit=2)[1:] for line in capsys.readouterr().out.splitlines()]
    assert said == [
        ["worker", "WARNING y: the disk is nearly full"],
        ["demo", "1 of 12"],
        ["demo", "sign in as viewer@example.org"],
        ["agent", "the control plane answers again"],
        ["matinee", "ready: open http://127.0.0.1:8480"],
    ]
    assert len((tmp_path / "worker.log").read_text().splitlines()) == 3


def test_what_a_viewer_was_shown_finds_all_lines_about_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "get", lambda: Settings(home=tmp_path))
    output = Output(tmp_path / "logs")
    output.write("edge", f"GET /api/x 500 {ID}")
    output.write("web", f"ERROR x: it failed [request={ID}]")
    output.write("web", "  | ValueError: no")
    output.write("web", "INFO y: something else")
    output.write("worker", f"WARNING z: later [request={ID}]")
    output.close()
    (tmp_path / "logs" / "web.log").rename(tmp_path / "logs" / "web.log.1")
    (tmp_path / "logs" / "web.log").touch()
    asked = CliRunner().invoke
    shown = asked(logs, ["--about", ID[:12]]).output.splitlines()
    assert [line.split()[0] for line in shown] == ["edge", "web", "web", "worker"]
    assert "ValueError" in shown[2]
    assert asked(logs, ["worker", "--about", ID]).output.count("\n") == 1
    assert asked(logs, ["--about", "fedcba"]).exit_code == 1
