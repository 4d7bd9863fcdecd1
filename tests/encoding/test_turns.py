"""Titles take turns at the encoders by their priority, and tell what they find on the way."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from matinee.contracts.encode_outlooks import EncodePlanned, EncodePrioritised, EncodePriority
from matinee.contracts.encoding import Trial
from matinee.contracts.events import EncodeCancelled, UploadCompleted
from matinee.encoding import actions
from matinee.encoding.models import Encode, Outbox, Priority
from matinee.encoding.rules import outlook
from matinee.kernel import clock, ids
from matinee.kernel.events.hearing import hear
from tests.encoding.conftest import told, upload, work_until_idle

pytestmark = pytest.mark.django_db(databases="__all__")


def film(minute: int) -> UUID:
    """A title whose film arrived that many minutes from now, with a step to take."""
    title_id = ids.uuid7()
    event = UploadCompleted(
        upload_id=ids.uuid7(),
        title_id=title_id,
        source_key="sources/x",
        file_name="x",
        occurred_at=clock.now() + timedelta(minutes=minute),
    )
    hear("encoding", event.type, event.model_dump(mode="json"))
    return title_id


def prioritise(title_id: UUID, priority: EncodePriority, minute: int = 0) -> None:
    event = EncodePrioritised(
        title_id=title_id,
        priority=priority,
        occurred_at=clock.now() + timedelta(minutes=minute),
    )
    hear("encoding", event.type, event.model_dump(mode="json"))


def turns() -> list[UUID]:
    """The titles in the order in which their next steps are taken."""
    taken = []
    while (claim := actions.step_claim()) is not None:
        taken.append(claim.title_id)
    return taken


def test_the_queue_obeys_priorities() -> None:
    one, two, three, four = (film(minute) for minute in range(4))
    prioritise(three, "first")
    prioritise(one, "last")
    assert turns() == [three, two, four, one]


def test_the_last_word_counts_in_whatever_order_it_is_heard() -> None:
    one, two = film(0), film(1)
    prioritise(two, "first", minute=5)
    prioritise(two, "last", minute=4)
    assert turns() == [two, one]


def test_a_priority_waits_for_its_film_and_stays_for_the_next_one() -> None:
    usual = film(0)
    title_id = ids.uuid7()
    prioritise(title_id, "first")
    for minute in (1, 2):
        event = UploadCompleted(
            upload_id=ids.uuid7(),
            title_id=title_id,
            source_key="sources/x",
            file_name="x",
            occurred_at=clock.now() + timedelta(minutes=minute),
        )
        hear("encoding", event.type, event.model_dump(mode="json"))
    assert turns() == [title_id, usual]
    gone = EncodeCancelled(title_id=title_id, occurred_at=clock.now() + timedelta(minutes=9))
    hear("encoding", gone.type, gone.model_dump(mode="json"))
    assert not Priority.objects.exists()


def test_a_step_that_is_done_again_keeps_its_turn() -> None:
    one, two = film(0), film(1)
    first = actions.step_claim()
    assert first is not None
    assert first.title_id == one
    prioritise(one, "last")
    actions.step_release(first)
    assert turns() == [two, one]


def test_a_ladder_is_foretold_from_its_trials() -> None:
    assert outlook.planned("h264", []) == []
    shots = (
        *((1080, 24, 4_000_000, 95.5), (1080, 31, 1_600_000, 88.0)),
        *((540, 26, 900_000, 80.0), (540, 34, 350_000, 62.0)),
        *((270, 26, 300_000, 50.0), (270, 34, 120_000, 35.0)),
    )
    trials = [
        Trial(codec="h264", lines=lines, crf=crf, bitrate_bps=bps, vmaf=vmaf, on_hull=False)
        for lines, crf, bps, vmaf in shots
    ]
    rungs = outlook.planned("h264", trials)
    assert len(rungs) >= 3
    assert [rung.bitrate_bps for rung in rungs] == sorted(
        (rung.bitrate_bps for rung in rungs), reverse=True
    )
    assert outlook.planned("av1", trials) == []


def test_an_encode_tells_what_it_chose_before_it_is_done(tiny: Path) -> None:
    encode = upload(tiny)
    work_until_idle()
    assert Encode.objects.get(pk=encode.pk).status == Encode.Status.DONE
    rows = Outbox.objects.filter(type=EncodePlanned.type).order_by("id")
    outlooks = [EncodePlanned.model_validate(row.body).outlook for row in rows]
    assert outlooks[0].planned == [], "nothing was tried at the first look"
    chosen = next(one for one in outlooks if one.planned)
    assert chosen.report.rungs == []
    assert chosen.report.trials
    (report,) = told().reports
    assert {rung.name for rung in outlooks[-1].report.rungs} == {rung.name for rung in report.rungs}
    assert len({rung.name for rung in chosen.planned}) >= len(report.rungs)
