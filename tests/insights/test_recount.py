"""Every figure of plays is what plain counting of what was told comes to, however it was told."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from matinee.contracts.figures import Side
from matinee.insights import actions, events
from matinee.insights.actions import noting
from matinee.insights.models import Part, Waiting
from matinee.insights.queries import figures
from matinee.insights.queries.relations import Only
from matinee.insights.rules.experience import Experience
from matinee.insights.rules.metrics import DEFINITIONS, METRICS
from matinee.insights.rules.stretches import Cut
from matinee.kernel import clock
from tests.insights import recount
from tests.insights.recount import FIGURES, Seen
from tests.insights.test_insights import tell
from tests.insights.told import NOON, Play, some_play

assert events  # registers what is heard

pytestmark = pytest.mark.django_db(databases=["insights"])

DAYS = 3
OF_PLAYS = [id_ for id_, one in DEFINITIONS.items() if one.source == "line"]


@pytest.fixture(scope="module")
def plays(
    django_db_setup: None,  # noqa: ARG001 - the databases must be there
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[list[Play]]:
    """Plays that are told once for all tests here, on a day like any other."""
    with django_db_blocker.unblock(), transaction.atomic("insights"):
        with pytest.MonkeyPatch.context() as turned:
            turned.setattr(clock, "now", lambda: NOON)
            yield told_and_filed(turned)
        transaction.set_rollback(True, "insights")


def told_and_filed(turned: pytest.MonkeyPatch) -> list[Play]:
    """Plays over some days, told out of order, some of it twice, filed and folded in between."""
    random = Random(8)  # noqa: S311 - the same plays each time
    spread_s = DAYS * 86_400
    made = [
        some_play(random, NOON - timedelta(seconds=random.uniform(0, spread_s))) for _ in range(90)
    ]
    told = [(play, at, fact) for play in made for at, fact in play.facts]
    told += random.sample(told, 60)
    random.shuffle(told)
    for number, (play, at, fact) in enumerate(told):
        if isinstance(fact, Experience):
            with turned.context() as moved:
                moved.setattr(clock, "now", lambda at=at: at)
                noting.experience_note(noting.Told(play.session_id, play.device), fact)
        else:
            tell(fact.model_copy(update={"id": play.session_id.__class__(int=number + 1)}))
        if number % 150 == 0:
            actions.facts_file()
        if number % 300 == 0:
            actions.days_fold()
    file_all()
    return made


def file_all() -> None:
    while actions.facts_file():
        pass
    actions.days_fold()
    assert not Waiting.objects.exists()


CUT = Cut(tuple(NOON - timedelta(hours=12 * number) for number in range(2 * DAYS, -1, -1)))


def within(plays: Sequence[Play], since: datetime, until: datetime) -> list[Seen]:
    told = [recount.seen(play) for play in plays]
    return [play for play in told if since <= play.began_at < until]


def assert_same(got: float | None, wanted: float | None, what: object) -> None:
    if wanted is None:
        assert got is None, what
    else:
        assert got == pytest.approx(wanted, rel=1e-9), what


def test_each_figure_over_time_is_what_counting_comes_to(plays: list[Play]) -> None:
    told = {line.metric: line for line in figures.lines(OF_PLAYS, CUT)}
    for id_, count in FIGURES.items():
        assert_same(told[id_].total, count(within(plays, CUT.since, CUT.until)), id_)
        for number, (since, until) in enumerate(pairwise(CUT.edges)):
            wanted = count(within(plays, since, until))
            assert_same(told[id_].values[number], wanted, (id_, since))
    starts = told["starts_per_second"]
    assert_same(starts.values[0], told["plays"].values[0] / (12 * 3600), "starts")  # type: ignore[operator]
    assert_same(starts.total, len(plays) / (DAYS * 86_400), "starts")


def test_every_figure_is_counted_again() -> None:
    assert {*FIGURES, "starts_per_second"} == set(OF_PLAYS)
    assert set(DEFINITIONS) < set(METRICS)


@pytest.mark.usefixtures("plays")
def test_a_figure_of_nothing_is_nought_or_none() -> None:
    long_ago = Cut((NOON - timedelta(days=30), NOON - timedelta(days=20)))
    for line in figures.lines(OF_PLAYS, long_ago):
        wanted = FIGURES.get(line.metric, len)([])
        assert line.values == [wanted], line.metric
        assert line.total == wanted


SIDES: dict[Side, Callable[[Seen], str]] = {
    "title": lambda play: str(play.title_id),
    "territory": lambda play: play.country,
    "device": lambda play: play.device or "",
    "edge": lambda play: (play.quality and play.quality.edge) or "",
    "network": lambda play: (play.quality and play.quality.network) or "",
}


@pytest.mark.parametrize("side", SIDES)
def test_each_figure_told_apart_is_what_counting_comes_to(plays: list[Play], side: Side) -> None:
    groups: dict[str, list[Seen]] = defaultdict(list)
    for play in within(plays, CUT.since, CUT.until):
        groups[SIDES[side](play)].append(play)
    ids = list(FIGURES)
    rows = figures.breakdown(side, ids, CUT, 100)
    assert {row.key for row in rows} == set(groups)
    for row in rows:
        for id_, got in zip(ids, row.values, strict=True):
            assert_same(got, FIGURES[id_](groups[row.key]), (row.key, id_))
    most = [row.values[0] or 0 for row in rows]
    assert most == sorted(most, reverse=True), "the greatest first"


def test_only_some_plays_count(plays: list[Play]) -> None:
    (line,) = figures.lines(["plays"], CUT, Only(territory="IS", device="tv"))
    told = [play for play in within(plays, CUT.since, CUT.until) if play.country == "IS"]
    assert line.total == sum(play.device == "tv" for play in told) > 0


def test_most_at_once(plays: list[Play]) -> None:
    (line,) = figures.lines(["peak_plays"], CUT)
    told = [recount.seen(play) for play in plays]
    wanted = [recount.most_at_once(told, since, until) for since, until in pairwise(CUT.edges)]
    assert line.values == wanted
    assert line.total == max(wanted) > 1


def test_how_far_plays_of_a_title_came(plays: list[Play]) -> None:
    title_id = plays[0].title_id
    known = [
        play
        for play in within(plays, CUT.since, CUT.until)
        if play.title_id == title_id and play.duration_s
    ]
    count, length_s, shares = figures.drop_off(title_id, CUT)
    assert (count, length_s) == (len(known), known[0].duration_s)
    assert shares[0] == 1
    for hundredth in (1, 25, 50, 75, 100):
        reached = sum(100 * play.reached_s // play.duration_s >= hundredth for play in known)  # type: ignore[operator]
        assert shares[hundredth] == pytest.approx(reached / len(known)), hundredth


def test_what_is_told_twice_changes_nothing(plays: list[Play]) -> None:
    before = figures.lines(OF_PLAYS, CUT)
    assert Part.objects.filter(kind="line", replaced_at=None).count() >= DAYS
    for number, fact in enumerate(plays[0].progress):
        tell(fact.model_copy(update={"id": plays[0].session_id.__class__(int=9000 + number)}))
    file_all()
    assert figures.lines(OF_PLAYS, CUT) == before
