"""Files that lost their ends, as in an outage: figures go on, and lines are folded anew."""

import os
from datetime import timedelta
from uuid import UUID

import pytest

from matinee.insights import actions, columns
from matinee.insights.actions import folding, upkeep
from matinee.insights.models import Part
from matinee.insights.queries import figures
from matinee.insights.rules.stretches import Cut
from matinee.kernel import clock, ids
from tests.insights.test_filing import file_all, search, searches
from tests.insights.test_insights import progressed, started, tell

pytestmark = pytest.mark.django_db(databases=["insights"])

FILM = UUID(int=1)


def watch() -> None:
    """A play of somebody's, in files."""
    at = clock.now() - timedelta(minutes=10)
    begun = started(ids.uuid7(), ids.uuid7(), FILM, at)
    tell(begun)
    tell(progressed(begun, 60, at + timedelta(minutes=1)))
    file_all()


def plays() -> float | None:
    now = clock.now()
    stretch = Cut((now - timedelta(days=3), now + timedelta(days=1)))
    return figures.lines(["plays"], stretch)[0].total


def cut(kind: str) -> None:
    """Leave half of each file of a kind."""
    for key in Part.objects.filter(kind=kind, replaced_at=None).values_list("key", flat=True):
        path = columns.path_of(key)
        os.truncate(path, path.stat().st_size // 2)


def test_lines_are_folded_anew_from_their_facts(caplog: pytest.LogCaptureFixture) -> None:
    watch()
    assert folding.lines_mend() == 0
    cut("line")
    assert not plays()
    assert "was cut short" in caplog.text
    assert folding.lines_mend() == 1
    actions.days_fold()
    assert plays() == 1
    assert folding.lines_mend() == 0


def test_lines_without_facts_stay_named_so_that_a_copy_can_be_put_back() -> None:
    watch()
    Part.objects.exclude(kind="line").update(replaced_at=clock.now())
    path = columns.path_of(Part.objects.get(kind="line").key)
    whole = path.read_bytes()
    cut("line")
    assert folding.lines_mend() == 0
    path.write_bytes(whole)
    assert plays() == 1


def test_facts_that_were_cut_short_keep_no_others_waiting() -> None:
    watch()
    cut("progress")
    watch()
    assert plays() == 2


def test_a_day_with_a_file_that_was_cut_short_is_not_merged() -> None:
    for number in range(12):
        search(f"{number:02d}")
        actions.facts_file()
    whole = searches()
    path = columns.path_of(Part.objects.filter(kind="search").order_by("id")[0].key)
    content = path.read_bytes()
    os.truncate(path, len(content) // 2)
    assert upkeep.parts_merge() == 0
    path.write_bytes(content)
    assert (upkeep.parts_merge(), searches()) == (1, whole)
