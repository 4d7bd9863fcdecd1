"""Titles are taken down on every edge, and given back."""

import json

import pytest

from matinee.contracts.agents import Bell
from matinee.contracts.delivery import TakedownDraft
from matinee.contracts.events import TitleRemoved
from matinee.delivery import actions, queries
from matinee.delivery.actions import Placed
from matinee.delivery.agent.control import Control
from matinee.delivery.models import (
    AgentRecord,
    HoldingRecord,
)
from matinee.kernel import ids, problems
from matinee.kernel import settings as shared_settings
from matinee.kernel.storage import Storage
from tests.delivery.conftest import ALL, Join, Origin, place, published, tell

pytestmark = pytest.mark.django_db(databases=["delivery"])


def test_a_title_is_taken_down_and_given_back(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    title_id = published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=ALL, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    told = actions.takedown_order(TakedownDraft(title_id=title_id, reason="A court said so."))
    assert (told.packages, told.edges, told.obeyed) == ([package], 1, 0)
    marker = shared_settings.get().home / "refused" / package
    assert marker.exists()
    assert json.loads((shared_settings.get().home / "agents" / "bell.json").read_text())
    host.agent.turn()
    assert not (host.folder.packages / package).exists()
    assert not list(host.folder.drafts.iterdir())
    assert host.folder.is_refused(package)
    host.fill()
    assert not (host.folder.packages / package).exists()
    (told,) = queries.takedowns_newest()
    assert (told.obeyed, told.last_obeyed_at is not None) == (1, True)
    assert not HoldingRecord.objects.exists()
    actions.takedown_order(TakedownDraft(title_id=title_id, lifted=True))
    assert not marker.exists()
    host.agent.turn()
    assert not host.folder.is_refused(package)
    host.agent.filler.want(host.agent.filler.wanted)  # type: ignore[arg-type]
    host.fill()
    assert host.folder.file(package, "v720/1.m4s").exists()


def test_the_bell_alone_takes_a_title_down(
    join: Join, package: str, store: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    title_id = published(package, store)
    host = join()
    host.agent.turn()
    actions.takedown_order(TakedownDraft(title_id=title_id))
    rung = Bell.model_validate_json(
        (shared_settings.get().home / "agents" / "bell.json").read_text()
    )
    monkeypatch.setattr(Control, "bell", lambda _: rung)
    assert host.agent.is_rung()
    assert host.folder.is_refused(package)
    assert not host.agent.is_rung()
    host.start()
    host.agent.turn()
    assert AgentRecord.objects.get().takedown_serial == rung.takedowns[-1].serial


def test_a_bell_that_tells_too_little_sends_the_agent_asking(
    join: Join, package: str, store: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    title_id = published(package, store)
    host = join()
    for lifted in (False, True, False):
        actions.takedown_order(TakedownDraft(title_id=title_id, lifted=lifted))
    monkeypatch.setattr("matinee.delivery.queries.orders.TAKEDOWNS_RUNG", 1)
    after, newest = queries.takedowns_rung()
    assert (len(newest), newest[0].serial > after > 0) == (1, True)
    rung = Bell(serial=1, takedowns_after=after, takedowns=newest)
    monkeypatch.setattr(Control, "bell", lambda _: rung)
    assert host.agent.is_rung()
    assert not host.folder.is_refused(package)
    host.agent.turn()
    assert host.folder.is_refused(package)


def test_a_title_that_is_removed_is_refused_everywhere(
    join: Join, package: str, store: Storage
) -> None:
    title_id = published(package, store)
    host = join()
    tell(TitleRemoved(title_id=title_id))
    assert actions.markers_write()
    host.agent.turn()
    assert host.folder.is_refused(package)
    with pytest.raises(problems.NotFound, match="unknown_title"):
        actions.takedown_order(TakedownDraft(title_id=ids.uuid7()))
