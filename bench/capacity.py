"""How many home pages, presses of play and segments one machine answers, and what each costs.

A whole installation (`matinee up`) with a made-up town in it, asked through its edge by k6, which
computes on the same cores, one of them at a time where it asks so many times a second. CPU is that
of everything but k6: web, edge, engines, workers. A second installation beside it has a town a
hundredth as large and is asked the same in turns; its processes are there, and idle, while the
first is asked. What is asked by the clock is asked in spells; told is that of the median p99,
beside the worst. People who look at their page again find it as it was made; what making it costs
is told by itself, and so is a crowd of whom some need a new one. Nobody presses play who did not
look around before: whoever rests on a title has the web app ask what may be fetched ahead, and so
all do here, with the token that they press play with.
"""

from collections.abc import Iterator
from functools import partial

from bench.figures import Figure
from bench.service import (
    CHANGED,
    LOOKING,
    SPELLS,
    Beside,
    Offered,
    Service,
    Spent,
    beside,
    in_turns,
    with_town,
)
from bench.town import Town

SMALL = Town(accounts=200, titles=200, plays_each=10)
LARGE = Town(accounts=20_000, titles=20_000, plays_each=10)
_MEDIACMS = {"MediaCMS, list of 50": 30.0}


def measure() -> list[Figure]:
    """Requests a second, waits in milliseconds, CPU in milliseconds a request."""
    with beside(SMALL) as small, with_town(LARGE) as service:
        pages = list(_pages(service, small))
        segments = list(_segments(service.segments()))
        return [*pages, *_plays(service, small), *segments]


def _pages(service: Service, small: Beside) -> Iterator[Figure]:
    small.asked("make_pages")
    made = service.make_pages()
    large, little = in_turns(service.look, partial(small.asked, "look"))
    seen = large.middle.seen
    yield Figure("home pages a second that were offered and answered", seen.per_s, "1/s", ">= 1480")
    yield from _waited(large)
    yield Figure("… given a spare page", seen.spare, "", "<= 0")
    yield Figure("… CPU a page", large.middle.ms_each, "ms", "<= 1.2", _MEDIACMS)
    yield from _by_part("… of which", large.middle)
    crowded = service.look_at_once().seen
    yield Figure("home pages a second, 64 who ask again at once", crowded.per_s, "1/s", ">= 1500")
    yield Figure("… p99", crowded.p99_ms, "ms")
    yield Figure("a page made anew, CPU", made.ms_each, "ms")
    mixed = f"{CHANGED} of {LOOKING} pages made anew meanwhile: p99"
    yield Figure(mixed, service.look_while_changing().seen.p99_ms, "ms")
    yield from _grown("home pages", large, little)


def _plays(service: Service, small: Beside) -> Iterator[Figure]:
    small.asked("look_around")
    service.look_around()
    large, little = in_turns(service.press, partial(small.asked, "press"))
    seen = large.middle.seen
    yield Figure("plays a second that were offered and begun", seen.per_s, "1/s", ">= 790")
    yield from _waited(large)
    yield Figure("… CPU a play", large.middle.ms_each, "ms")
    yield from _by_part("… of which", large.middle)
    again = service.press_at_once().seen
    yield Figure("plays a second, 64 who press again at once", again.per_s, "1/s", ">= 800")
    yield Figure("… p99", again.p99_ms, "ms")
    told_s = large.sum(lambda spent: spent.told_s)
    told_ms = 1000 * told_s / large.sum(lambda spent: spent.seen.requests)
    yield Figure("… CPU for what others are told", told_ms, "ms")
    yield from _grown("plays", large, little)


def _waited(offered: Offered) -> Iterator[Figure]:
    seen = offered.middle.seen
    failed = offered.sum(lambda spent: spent.seen.failed)
    yield Figure(f"… refused, in all {SPELLS} spells", failed, "", "<= 0")
    yield Figure("… due while all 64 connections waited", seen.missed, "", "<= 0")
    yield Figure("… p99", seen.p99_ms, "ms", "<= 50")
    yield Figure("… p99 in the worst spell", offered.worst_ms, "ms")


def _segments(spent: Spent) -> Iterator[Figure]:
    anchor = {"MediaCMS": 1.2}
    yield Figure("a segment through its authorisation, CPU", spent.ms_each, "ms", "<= 1.2", anchor)
    yield Figure("segments a second", spent.seen.per_s, "1/s", None, {"MediaCMS": 1380.0})
    yield Figure("… p99", spent.seen.p99_ms, "ms")


def _by_part(what: str, spent: Spent) -> Iterator[Figure]:
    each = 1000 / max(1, spent.seen.requests)
    for part, spent_s in sorted(spent.parts_s.items(), key=lambda pair: -pair[1]):
        yield Figure(f"{what} {part}", spent_s * each, "ms")


def _grown(what: str, large: Offered, small: Offered) -> Iterator[Figure]:
    """How much longer the slowest request of a hundred takes in the larger town."""
    there_ms = small.middle.seen.p99_ms
    ratio = large.middle.seen.p99_ms / there_ms
    grown = f"{what}: p99 with 100 times the accounts, titles, history"
    yield Figure(grown, ratio, "×", "<= 1.3")
    yield Figure("… p99 in the smaller town", there_ms, "ms")
    yield Figure("… CPU a request in the smaller town", small.middle.ms_each, "ms")
