"""The operator's edge, and the commands that ask it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from celery.exceptions import Retry
from click.testing import CliRunner, Result

from matinee.contracts.training import Training, TrainingRow, Trainings
from matinee.kernel import clock, ids
from matinee.kernel.clients import Client
from matinee.kernel.databases import second_connection
from matinee.kernel.http import flask_edge
from matinee.kernel.problems import Problem
from matinee.kernel.tasks import DEFAULT_QUEUE
from matinee.kernel.tasks import app as celery_app
from matinee.kernel.tokens import Caller
from matinee.recommendations import tasks
from matinee.recommendations.actions.fits import _LOCK, models_fit
from matinee.recommendations.api import app
from matinee.recommendations.models import Play
from matinee.run.operator import Operator
from matinee.run.trainings import recommendations_command
from tests.patience import PATIENCE_S
from tests.recommendations import builders

pytestmark = pytest.mark.django_db(databases=["recommendations"])

PATH = "/api/recommendations/trainings"
Ask = Callable[..., Any]


@pytest.fixture
def ask() -> Ask:
    client = app.test_client()

    def asked(method: str, path: str = "", role: str = "owner", **options: Any) -> Any:
        caller = Caller(ids.uuid7(), ids.uuid7(), roles=frozenset({role}))
        token, _ = flask_edge.access_tokens().issue(caller)
        headers = {"Authorization": f"Bearer {token}"}
        return client.open(f"{PATH}{path}", method=method, headers=headers, **options)

    return asked


@pytest.fixture
def ordered() -> Iterator[Callable[[], dict[str, Any]]]:
    """The arguments of the next order that waits for a worker."""
    with celery_app.connection_for_read() as connection:
        queue = connection.SimpleQueue(DEFAULT_QUEUE)
        queue.clear()

        def take() -> dict[str, Any]:
            message = queue.get(timeout=PATIENCE_S)
            message.ack()
            assert message.headers["task"] == tasks.train.name
            arguments: dict[str, Any] = message.payload[1]
            return arguments

        yield take
        queue.close()


@pytest.fixture
def _two_trainings() -> None:
    builders.tell(builders.title_changed(builders.title(0)))
    for _ in range(2):
        assert models_fit(even_if_fresh=True) is not None


@pytest.mark.usefixtures("_two_trainings")
def test_staff_may_look_and_owners_may_act(ask: Ask) -> None:
    assert ask("GET", role="analyst").status_code == 200
    assert ask("GET", "/1", role="analyst").status_code == 200
    assert ask("GET", role="support").status_code == 403
    for path in ("", "/roll-back", "/resume"):
        assert ask("POST", path, role="analyst", json={}).status_code == 403


@pytest.mark.usefixtures("_two_trainings")
def test_the_list_and_a_report(ask: Ask) -> None:
    rows = Trainings.model_validate_json(ask("GET").data).trainings
    assert [(row.version, row.in_service, row.can_return) for row in rows] == [
        (2, True, False),
        (1, False, True),
    ]
    report = Training.model_validate_json(ask("GET", "/2").data)
    assert report.report.data is not None
    assert report.report.data.titles == 1
    assert ask("GET", "/3").status_code == 404
    assert ask("GET", "/0").status_code == 422


@pytest.mark.usefixtures("_two_trainings")
def test_rolling_back_and_on(ask: Ask) -> None:
    row = TrainingRow.model_validate_json(ask("POST", "/roll-back", json={}).data)
    assert (row.version, row.in_service) == (1, True)
    again = ask("POST", "/roll-back", json={})
    assert (again.status_code, again.json["code"]) == (409, "nothing_earlier")
    assert Trainings.model_validate_json(ask("GET").data).held_since is not None
    assert ask("POST", "/resume").status_code == 204
    assert Trainings.model_validate_json(ask("GET").data).held_since is None
    assert ask("POST", "/roll-back", json={"version": "x"}).status_code == 422


def test_an_order_reaches_a_worker(ask: Ask, ordered: Callable[[], dict[str, Any]]) -> None:
    assert ask("POST", json={"even_if_worse": True}).status_code == 202
    tasks.train(**ordered())
    (row,) = Trainings.model_validate_json(ask("GET").data).trainings
    assert row.in_service
    assert "ordered" in row.verdict


def test_an_order_waits_for_a_training_that_goes_on() -> None:
    with second_connection("recommendations") as other:
        other.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        with pytest.raises(Retry):
            tasks.train()


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Result:
    client = Client("http://recommendations.internal", app=app.wsgi_app)
    monkeypatch.setattr("matinee.run.trainings.Operator", lambda: Operator(client))
    result = CliRunner().invoke(recommendations_command, arguments, env={"COLUMNS": "200"})
    # Outside of a test, the `matinee` command itself turns a problem into its sentence.
    assert result.exception is None or isinstance(result.exception, (Problem, SystemExit))
    return result


def test_the_commands(
    monkeypatch: pytest.MonkeyPatch, ordered: Callable[[], dict[str, Any]]
) -> None:
    nothing = run(monkeypatch, "report")
    assert "matinee recommendations train" in nothing.output
    assert isinstance(run(monkeypatch, "rollback").exception, Problem)

    builders.tell(builders.title_changed(builders.title(0)))
    assert "asked" in run(monkeypatch, "train", "--no-wait").output
    tasks.train(**ordered())
    Play.objects.create(
        profile_id=ids.uuid7(),
        title_id=builders.title_id(0),
        position_s=1,
        duration_s=1,
        finished=True,
        finished_at=clock.now(),
        watched_at=clock.now() - timedelta(days=1),
    )
    models_fit(even_if_fresh=True)

    assert "1 plays of 1 titles by 1 viewers" in run(monkeypatch, "report").output
    assert "0 plays of 1 titles" in run(monkeypatch, "report", "1").output
    assert "Training 1 is in service" in run(monkeypatch, "rollback").output
    listed = run(monkeypatch, "list").output
    assert "rolled back" in listed
    assert "Publishing is paused since" in listed
    assert "not worse" in run(monkeypatch, "resume").output
    assert "paused" not in run(monkeypatch, "list").output
