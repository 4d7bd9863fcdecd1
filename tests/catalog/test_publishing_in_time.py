"""What is scheduled is published at its second, by whoever is alive then, and once."""

import os
import signal
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections

from matinee.catalog.actions.workflow import due_publish
from matinee.kernel import clock
from tests.catalog.conftest import Asker, announced, code_of, ready, tell
from tests.patience import PATIENCE_S

HOUR = timedelta(hours=1)
rolled_back = pytest.mark.django_db(databases=["catalog"])


def scheduled(owner: Asker, moment: datetime, name: str = "Northern") -> UUID:
    """A film that can be played, and is to be published at a moment."""
    title = owner.make(name, description="A ship in the ice.", genres=["Drama"])
    owner.ask("POST", f"studio/titles/{title.id}/withdraw")
    tell(ready(title.id))
    order = {"publish_at": moment.isoformat()}
    answer = owner.ask("POST", f"studio/titles/{title.id}/acts/schedule", order)
    assert answer.status_code == 200, answer.content
    return title.id


@rolled_back
def test_it_comes_at_its_second_and_not_before(
    owner: Asker, viewer: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = (clock.now() + HOUR).replace(microsecond=0)
    title_id = scheduled(owner, moment)
    assert owner.title(title_id).status == "scheduled"
    waited_s: list[float] = []
    at = [moment - timedelta(seconds=3)]

    def wait(duration_s: float) -> None:
        waited_s.append(duration_s)
        at[0] += timedelta(seconds=duration_s)

    # It stands still but for waiting: how long a machine takes is not what is tested.
    monkeypatch.setattr(clock, "pause", wait)
    monkeypatch.setattr(clock, "now", lambda: at[0])
    assert due_publish() == 0
    assert viewer.ask("GET", f"titles/{title_id}").status_code == 404
    assert due_publish(within_s=5) == 1
    assert waited_s == [3]
    assert viewer.title(title_id).published_at == moment
    told = announced("title.changed")[-1]
    assert told["title"]["status"] == "published"
    assert datetime.fromisoformat(told["occurred_at"]) >= moment
    assert due_publish(within_s=5) == 0
    assert announced("title.changed")[-1] == told


@rolled_back
def test_a_moment_that_passed_while_nobody_worked_is_made_good(owner: Asker) -> None:
    moment = clock.now() + HOUR
    early = scheduled(owner, moment, "Early")
    moved = scheduled(owner, moment, "Moved")
    gone = scheduled(owner, moment, "Gone")
    later = {"publish_at": (moment + 3 * HOUR).isoformat()}
    owner.ask("POST", f"studio/titles/{moved}/acts/schedule", later)
    owner.ask("POST", f"studio/titles/{gone}/withdraw")
    with clock.shifted(2 * HOUR):
        assert due_publish(within_s=5) == 1
    statuses = [owner.title(one).status for one in (early, moved, gone)]
    assert statuses == ["published", "scheduled", "withdrawn"]
    history = owner.ask("GET", f"studio/titles/{early}/history")
    assert b'"published"' in history.content


@rolled_back
def test_a_film_that_comes_later_is_published_when_it_comes(owner: Asker) -> None:
    title = owner.make("Northern", description="A ship in the ice.", genres=["Drama"])
    owner.ask("POST", f"studio/titles/{title.id}/withdraw")
    order = {"publish_at": (clock.now() + HOUR).isoformat()}
    owner.ask("POST", f"studio/titles/{title.id}/acts/schedule", order)
    with clock.shifted(2 * HOUR):
        assert due_publish() == 1
        assert owner.title(title.id).status == "draft"
    with clock.shifted(3 * HOUR):
        before = clock.now()
        tell(ready(title.id))
        published_at = owner.title(title.id).published_at
    assert published_at is not None
    assert published_at >= before


@rolled_back
def test_a_moment_in_the_past_or_missing_is_refused(owner: Asker) -> None:
    title_id = scheduled(owner, clock.now() + HOUR)
    where = f"studio/titles/{title_id}/acts"
    past = {"publish_at": (clock.now() - HOUR).isoformat()}
    assert code_of(owner.ask("POST", f"{where}/schedule", past)) == "moment_passed"
    assert code_of(owner.ask("POST", f"{where}/schedule", {})) == "no_moment"
    future = {"publish_at": (clock.now() + HOUR).isoformat()}
    assert code_of(owner.ask("POST", f"{where}/publish", future)) == "needless_moment"
    assert owner.title(title_id).status == "scheduled"


@pytest.mark.django_db(databases=["catalog"], transaction=True)
@pytest.mark.engines
def test_killing_the_process_that_waits_loses_nothing(owner: Asker) -> None:
    moment = clock.now() + HOUR
    title_id = scheduled(owner, moment)
    waiter = subprocess.Popen(
        [
            sys.executable,
            str(Path(__file__).with_name("slow_publisher.py")),
            str(connections["catalog"].settings_dict["NAME"]),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    with waiter:
        assert waiter.stdout is not None
        waits_s = waiter.stdout.readline()
        waiter.send_signal(signal.SIGKILL)
        _, said = waiter.communicate(timeout=PATIENCE_S)
    assert waits_s, said.decode()
    assert 0 < float(waits_s) <= HOUR.total_seconds()
    assert owner.title(title_id).status == "scheduled"
    with clock.shifted(HOUR + timedelta(seconds=1)):
        assert due_publish(within_s=5) == 1
        assert due_publish(within_s=5) == 0
    title = owner.title(title_id)
    assert title.status == "published"
    assert title.published_at is not None
