"""`matinee recommendations policies` and `withdraw`, against the API itself."""

from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from matinee.kernel import clock
from matinee.kernel.clients import Client
from matinee.kernel.problems import NotFound
from matinee.recommendations.api import app
from matinee.recommendations.models import Policy
from matinee.run import policies
from matinee.run.operator import Operator

pytestmark = pytest.mark.django_db(databases=["recommendations"])


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client("http://localhost", app=app)
    monkeypatch.setattr(policies, "Operator", lambda: Operator(client))
    monkeypatch.setattr(client, "close", lambda: None, raising=False)


def run(command: click.Command, *arguments: str) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(command, arguments)


def policy(version: int, state: str, **report: Any) -> None:
    told = {"why": f"Because of {version}.", "decisions": 1200, "beside": 0, "estimates": {}}
    Policy.objects.create(
        version=version,
        slot="card",
        learnt_at=clock.now(),
        state=state,
        report={**told, **report},
        body=b"x" if state == "served" else None,
    )


def test_policies_are_listed_with_their_judgement() -> None:
    assert "Nothing was learnt yet" in run(policies.listed).output
    gain = {"value": 0.02, "low": 0.01, "high": 0.03, "effective": 700.0}
    policy(1, "held_back")
    policy(2, "served", estimates={"gain": gain})
    said = run(policies.listed).output
    lines = [line.split() for line in said.splitlines()]
    assert [line[0] for line in lines] == ["version", "2", "1"]
    assert "in service" in said
    assert "+0.0100 to +0.0300" in said
    assert "Because of 1." in said


def test_a_policy_is_withdrawn_once() -> None:
    policy(1, "served")
    assert run(policies.withdraw, "pictures").exit_code == 0
    assert Policy.objects.get().state == "withdrawn"
    assert isinstance(run(policies.withdraw, "pictures").exception, NotFound)
    assert run(policies.withdraw, "trailers").exit_code == 2
