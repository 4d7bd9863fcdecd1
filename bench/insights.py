"""Events taken in, and the main dashboard over very many of them.

Taking in: batches of 200 facts as players' news make them, each committed to a PostgreSQL that
waits for the disk, then filed and folded, all in this process. The dashboard: 90 days of facts
that are made up in the form in which they are filed, folded into lines; then what Studio's first
page asks. `MATINEE_BENCH_EVENTS` says how many events the 90 days have (100,000,000).
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psutil

from bench.figures import Figure
from bench.installation import installation
from matinee.kernel import clock, ids

TAKEN, BATCH = 400_000, 200
EVENTS = int(os.environ.get("MATINEE_BENCH_EVENTS", "100000000"))
DAYS, EVENTS_A_PLAY = 90, 100
_LINES_A_POST, _POSTS = 100, 100
_TIMES = 3

_MADE = """
SELECT
    epoch_ms({start_ms} + (hash(play) % 86400000)::BIGINT + 10000 * beat) AS happened_at,
    md5('play' || {day} || play)::UUID AS session,
    {columns}
FROM (SELECT i // {beats} AS play, i % {beats} AS beat FROM range({rows}) AS numbers(i))
"""
# A few titles are watched by many: the share falls with the square root.
_PROGRESS = """
    md5('who' || hash({day}, play) % 200000)::UUID AS who,
    md5('title' || floor(2000 * power((hash(play, {day}) % 1000000) / 1e6, 2)))::UUID AS title,
    ['DE', 'FR', 'IS', 'US', 'GB'][(1 + hash(play) % 5)::BIGINT] AS country,
    5400::DOUBLE AS duration_s, (beat * 10)::DOUBLE AS position_s, (beat * 10)::DOUBLE AS watched_s,
    beat > 85 AND hash(play) % 3 = 0 AS finished
"""
_QUALITY = """
    beat AS told, ['tv', 'phone', 'computer'][(1 + hash(play) % 3)::BIGINT] AS device,
    ['home', 'north', 'south'][(1 + hash(play, 1) % 3)::BIGINT] AS edge,
    ['wifi', 'cellular', NULL][(1 + hash(play, 2) % 3)::BIGINT] AS network,
    0.2 + (hash(play, 3) % 1000) / 500e0 AS startup_s, (beat * 100)::DOUBLE AS played_s,
    (hash(play, 4) % 20) / 10e0 AS stalled_s, (hash(play, 5) % 3)::INTEGER AS stalls,
    (beat * 100)::DOUBLE AS rated_s, beat * 4e8 AS bits, 0 AS errors, NULL AS error_code,
    hash(play, 6) % 200 = 0 AS failed
"""


@dataclass
class Spent:
    """What something took: seconds by the clock, and of cores, this process' and PostgreSQL's."""

    wall_s: float = 0.0
    cpu_s: float = 0.0


def measure() -> list[Figure]:
    """Events a second, what each costs, and seconds until the dashboard is answered."""
    with installation({"MATINEE_INSIGHTS_QUERY_MEMORY_MB": "2048"}, durable=True):
        taken, posted = _take_in(), _post()
        _forget()
        folded = _make_up()
        answers = {name: _asked(ask) for name, ask in _questions().items()}
    lines = _POSTS * _LINES_A_POST
    dashboard = answers["dashboard"]
    return [
        Figure("events kept, filed and folded", TAKEN / taken.wall_s, "/s", ">= 20000"),
        Figure("an event, until it is in a line", taken.cpu_s / TAKEN * 1e6, "µs CPU"),
        Figure("CMCD events in posts of 100, a core", lines / posted.cpu_s, "/s"),
        Figure(f"folding {EVENTS:,} events", folded.cpu_s, "s CPU"),
        Figure(f"the dashboard over {EVENTS:,} events", dashboard.wall_s, "s", "<= 1"),
        Figure("of it, computing", dashboard.cpu_s, "s CPU"),
        *(
            Figure(name, spent.wall_s, "s", "<= 1")
            for name, spent in answers.items()
            if name != "dashboard"
        ),
    ]


@contextmanager
def _measured() -> Iterator[Spent]:
    spent = Spent()
    wall_s, cpu_s = time.perf_counter(), _cpu_s()
    yield spent
    spent.wall_s, spent.cpu_s = time.perf_counter() - wall_s, _cpu_s() - cpu_s


def _cpu_s() -> float:
    """Of this process and all that it started, those that have ended included."""
    total = 0.0
    for process in (psutil.Process(), *psutil.Process().children(recursive=True)):
        try:
            told = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += told.user + told.system + told.children_user + told.children_system
    return total


def _take_in() -> Spent:
    from matinee.insights import actions  # noqa: PLC0415 - needs Django's apps
    from matinee.insights.actions.facts import facts_add  # noqa: PLC0415
    from matinee.insights.rules.facts import PROGRESS  # noqa: PLC0415
    from matinee.kernel.databases import transaction_of  # noqa: PLC0415

    sessions = [ids.uuid7() for _ in range(TAKEN // EVENTS_A_PLAY)]
    with _measured() as spent:
        for first in range(0, TAKEN, BATCH):
            numbers = range(first, first + BATCH)
            facts = [_fact(number, sessions[number % len(sessions)]) for number in numbers]
            with transaction_of("insights"):
                facts_add(PROGRESS, facts)
        filed = 0
        while some := actions.facts_file():
            filed += some
        actions.days_fold()
    if filed != TAKEN:
        raise AssertionError(f"{filed} of {TAKEN} events were filed")
    return spent


def _fact(number: int, session_id: UUID) -> dict[str, object]:
    reached_s = 10.0 * (number % EVENTS_A_PLAY)
    return {
        "happened_at": clock.now(),
        "session": session_id,
        "who": UUID(int=number % 50_000),
        "title": UUID(int=number % 2000),
        "duration_s": 5400.0,
        "position_s": reached_s,
        "watched_s": reached_s,
        "finished": False,
    }


def _post() -> Spent:
    """Posts of players, through the whole of the HTTP edge, in this process."""
    from matinee.insights.api import app  # noqa: PLC0415 - needs Django's apps
    from matinee.kernel import settings  # noqa: PLC0415
    from matinee.kernel.tokens import CmcdTokens  # noqa: PLC0415

    tokens, client = CmcdTokens(settings.get().secrets), app.test_client()
    with _measured() as spent:
        for _ in range(_POSTS):
            address = f"/api/insights/cmcd/{tokens.issue(ids.uuid7(), ids.uuid7())}"
            body = "\n".join(
                f'bl=(8000),br=(4000),bsa=(0),bsda=(0),e=t,matinee-edge="home",pt={10_000 * at},'
                f"sn={at},sta=p,ts={1_700_000_000_000 + 10_000 * at},v=2"
                for at in range(_LINES_A_POST)
            )
            answer = client.post(address, data=body, content_type="application/cmcd")
            if answer.status_code != 204:  # noqa: PLR2004 - "No Content"
                raise AssertionError(answer.text)
    return spent


def _forget() -> None:
    from matinee.insights.models import Part, Waiting  # noqa: PLC0415 - needs Django's apps

    Waiting.objects.all().delete()
    Part.objects.all().delete()


def _make_up() -> Spent:
    """Facts of 90 days as files, folded day by day."""
    from matinee.insights import actions  # noqa: PLC0415 - needs Django's apps

    today = clock.now().date()
    for number in range(DAYS):
        _make_up_day(today - timedelta(days=number))
    with _measured() as spent:
        actions.days_fold()
    return spent


def _make_up_day(day: date) -> None:
    from matinee.insights import columns  # noqa: PLC0415 - needs Django's apps
    from matinee.insights.actions.facts import part_add  # noqa: PLC0415
    from matinee.insights.rules.facts import PROGRESS, QUALITY  # noqa: PLC0415

    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    plays, quality = EVENTS // DAYS // EVENTS_A_PLAY, EVENTS_A_PLAY // 10
    for kind, beats, own in (
        (PROGRESS, EVENTS_A_PLAY - quality, _PROGRESS),
        (QUALITY, quality, _QUALITY),
    ):
        sql = _MADE.format(
            start_ms=int(start.timestamp() * 1000),
            day=f"'{day.isoformat()}'",
            columns=own.format(day=day.toordinal()),
            beats=beats,
            rows=plays * beats,
        )
        with columns.connection() as connection:
            part_add(kind, day, columns.write(connection, sql, kind, day))


def _questions() -> dict[str, Callable[[], object]]:
    from matinee.contracts.figures import Wanted, WantedBy  # noqa: PLC0415 - after settings
    from matinee.insights.queries import asking  # noqa: PLC0415

    now = clock.now()
    stretch = {"since": now - timedelta(days=DAYS), "until": now, "step": "day"}
    overview = "plays,viewers,hours,completion,startup_median_s,rebuffer_ratio,failed_share"
    main = Wanted.model_validate({**stretch, "metric": overview})
    week = {**stretch, "since": now - timedelta(days=7), "compare": "before", "step": "hour"}
    titles = WantedBy.model_validate({**stretch, "metric": "plays,hours,completion", "by": "title"})
    return {
        "dashboard": lambda: asking.series(main, now),
        "the last week by the hour, beside the one before": lambda: asking.series(
            Wanted.model_validate({**week, "metric": overview}), now
        ),
        "titles by plays": lambda: asking.breakdown(titles, now),
        "most plays at once": lambda: asking.series(
            main.model_copy(update={"metric": "peak_plays"}), now
        ),
    }


def _asked(ask: Callable[[], object]) -> Spent:
    """The median of some times; the first one opens the files."""
    ask()
    times = []
    for _ in range(_TIMES):
        with _measured() as spent:
            ask()
        times.append(spent)
    return sorted(times, key=lambda spent: spent.wall_s)[_TIMES // 2]
