"""`matinee encode` and `matinee report` against a real web server."""

import pytest
from click.testing import CliRunner, Result

from matinee.kernel import ids
from matinee.kernel.clients import Client
from matinee.kernel.problems import Problem
from matinee.run.encodes import encode_command, report_command
from matinee.run.operator import Operator
from tests.catalog.conftest import Asker, announced, ready, step, tell
from tests.catalog.test_encode_orders import account
from tests.catalog.test_encodes import film_comes
from tests.run.test_add import Service, service

assert service  # the fixture of a running web process

pytestmark = pytest.mark.django_db(databases=["catalog"], transaction=True)


@pytest.fixture(autouse=True)
def _operator(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matinee.run.encodes.Operator", lambda: Operator(Client(service.url)))


def run(*arguments: str) -> Result:
    command = {"encode": encode_command, "report": report_command}[arguments[0]]
    result = CliRunner().invoke(command, arguments[1:], env={"COLUMNS": "200"})
    # Outside of a test, the `matinee` command itself turns a problem into its sentence.
    assert result.exception is None or isinstance(result.exception, Problem), result.output
    return result


def test_a_film_is_encoded_again_and_stopped_from_the_shell() -> None:
    title, encode_id = Asker(roles=("owner",)).make("My Film"), ids.uuid7()
    film_comes(title.id)
    tell(ready(title.id, encode_id=encode_id), step(title.id, encode_id, 1, stage="done"))
    assert run("encode", "my-film").output == "My Film is being encoded again.\n"
    assert len(announced("encode.requested")) == 1
    assert isinstance(run("encode", "my-film").exception, Problem)
    assert run("encode", "my-film", "--stop").output == "My Film is stopping.\n"
    assert len(announced("encode.stopped")) == 1


def test_a_report_is_printed_with_its_rungs_savings_and_stages() -> None:
    title = Asker(roles=("owner",)).make("My Film")
    missing = run("report", "my-film").exception
    assert isinstance(missing, Problem)
    assert missing.code == "no_report"
    tell(account(title.id))
    printed = run("report", "my-film").output
    for words in ("h264-1", "1920x1080", "4.10", "94.7", "95.0", "88.2", "encoding", "190.5"):
        assert words in printed
    assert "h264: 21.0% fewer bits than the fixed ladder at the same quality." in printed
