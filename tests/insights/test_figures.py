"""The summary of a busy week, every figure counted a second way from the raw rows."""

import random
import statistics
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from matinee.contracts.events import PlaybackStarted
from matinee.contracts.insights import Summary
from matinee.insights.models import Measured, Play, Report, TitleName
from matinee.kernel import clock, ids
from matinee.kernel.clients import Client
from tests.insights.test_insights import analyst, progressed, started, tell

assert analyst  # the fixture of one who may see figures

pytestmark = pytest.mark.django_db(databases=["insights"])


def a_busy_week(chance: random.Random) -> None:
    """Plays around the window's edges, some told of, some by somebody else, some unnamed."""
    now = clock.now()
    profiles = [ids.uuid7() for _ in range(6)]
    titles = [ids.uuid7() for _ in range(14)]
    for number, title_id in enumerate(titles[:12]):
        TitleName.objects.create(
            id=title_id, name=f"Title {number}", heard_at=now, heard_id=ids.uuid7()
        )
    for _ in range(120):
        begin = now - timedelta(minutes=chance.choice([1, 5, 60, 600, 1430, 1439, 1441, 4000]))
        start = started(ids.uuid7(), chance.choice(profiles), chance.choice(titles), begin)
        if chance.random() < 0.9:
            tell(start)
        watched_s = chance.uniform(0, 4000)
        seen_at = min(now, begin + timedelta(seconds=watched_s))
        tell(progressed(start, watched_s, seen_at))
        if chance.random() < 0.7:
            a_report(chance, start, watched_s, seen_at)
        if chance.random() < 0.5:
            a_measurement(chance, start, watched_s, seen_at)


def a_report(
    chance: random.Random, start: PlaybackStarted, watched_s: float, seen_at: datetime
) -> None:
    Report.objects.create(
        session_id=start.session_id,
        profile_id=start.profile_id if chance.random() < 0.9 else ids.uuid7(),
        title_id=start.title_id,
        reported_at=seen_at,
        startup_s=chance.choice([None, chance.uniform(0.1, 5)]),
        played_s=watched_s,
        stalled_s=chance.uniform(0, 20),
        stalls=1,
        bitrate_bps=chance.choice([None, 2_000_000]),
        error_code=chance.choice([None, None, "1001"]),
    )


def a_measurement(
    chance: random.Random, start: PlaybackStarted, watched_s: float, seen_at: datetime
) -> None:
    Measured.objects.create(
        id=start.session_id if chance.random() < 0.9 else ids.uuid7(),
        told_at=seen_at,
        startup_s=chance.choice([None, chance.uniform(0.1, 5)]),
        played_s=watched_s / 2,
        stalled_s=chance.uniform(0, 20),
        bitrate_bps=chance.choice([None, 3_000_000]),
        has_failed=chance.random() < 0.3,
    )


def told_of(plays: dict[UUID, Play]) -> list[Measured | Report]:
    """One row a play: its measurement, else the report of the profile that played."""
    measured = {one.id: one for one in Measured.objects.filter(id__in=plays)}
    reports = Report.objects.filter(session_id__in=plays.keys() - measured.keys())
    own = [one for one in reports if plays[one.session_id].profile_id == one.profile_id]
    assert measured
    assert own
    return [*measured.values(), *own]


def has_failed(told: Measured | Report) -> bool:
    return told.has_failed if isinstance(told, Measured) else told.error_code is not None


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_figure_counted_again_from_the_raw_rows(seed: int, analyst: Client) -> None:
    a_busy_week(random.Random(seed))  # noqa: S311 - a made-up week, not a secret
    summary = analyst.ask(Summary, "GET", "/api/insights/summary")
    now, everything = clock.now(), list(Play.objects.all())
    plays = {one.id: one for one in everything if now - one.started_at < timedelta(hours=24)}
    told = told_of(plays)
    watching = {one.profile_id for one in everything if now - one.seen_at < timedelta(seconds=30)}
    assert (summary.viewers_now, summary.plays) == (len(watching), len(plays))
    watched_s = sum(play.watched_s for play in plays.values())
    assert summary.watched_hours == pytest.approx(watched_s / 3600)
    startups = [one.startup_s for one in told if one.startup_s is not None]
    assert summary.startup_median_s == pytest.approx(statistics.median(startups))
    stalled_s = sum(one.stalled_s for one in told)
    total_s = stalled_s + sum(one.played_s for one in told)
    assert summary.rebuffer_ratio == pytest.approx(stalled_s / total_s)
    rated = [(one.bitrate_bps, one.played_s) for one in told if one.bitrate_bps is not None]
    bits = sum(bps * played_s for bps, played_s in rated)
    assert summary.bitrate_bps == pytest.approx(bits / sum(played_s for _, played_s in rated))
    assert summary.failed_plays == sum(map(has_failed, told))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_most_watched_counted_again(seed: int, analyst: Client) -> None:
    a_busy_week(random.Random(seed))  # noqa: S311 - a made-up week, not a secret
    summary = analyst.ask(Summary, "GET", "/api/insights/summary")
    since = clock.now() - timedelta(hours=24)
    by_title: dict[UUID, list[float]] = {}
    for play in Play.objects.filter(started_at__gt=since):
        by_title.setdefault(play.title_id, []).append(play.watched_s)
    best = sorted(by_title, key=lambda title_id: -sum(by_title[title_id]))[:10]
    names = dict(TitleName.objects.values_list("id", "name"))
    assert [top.title_id for top in summary.top_titles] == best
    for top in summary.top_titles:
        assert top.plays == len(by_title[top.title_id])
        assert top.watched_hours == pytest.approx(sum(by_title[top.title_id]) / 3600)
        assert top.name == names.get(top.title_id, "Unknown title")
