"""CMCD events are read and added up: what Shaka Player sends, what is nonsense, what counts."""

from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.insights.rules.cmcd import EVENTS_MAX, Event, State, WrongReportError, events_of
from matinee.insights.rules.experience import SILENCE_MS_MAX, Experience, after

# As the reporter in Shaka Player 5.2 writes them: keys in order, a line feed behind each.
SHAKA = b"""cid="film",e=t,sid="0f",sn=0,ts=1700000000000,v=2
cid="film",e=ps,sf=d,sid="0f",sn=1,st=v,sta=r,ts=1700000000400,v=2
cid="film",e=ps,sf=d,sid="0f",sn=2,st=v,sta=p,ts=1700000001000,v=2
br=(3128),cid="film",e=bc,msd=1000,sf=d,sid="0f",sn=3,st=v,sta=p,ts=1700000001010,v=2
bg,br=(3128),cid="film",com.example-x="y;,(",e=b,sid="0f",sn=4,sta=p,ts=1700000005000,v=2
"""


def test_what_shaka_sends_is_read() -> None:
    events = events_of(SHAKA)
    assert [event.kind for event in events] == ["t", "ps", "ps", "bc", "b"]
    assert events[1] == Event("ps", 1_700_000_000_400, 1, "r")
    assert events[3] == Event("bc", 1_700_000_001_010, 3, "p", 1000, 3128)
    went = after(Experience(), events)
    assert (went.startup_ms, went.played_ms, went.stalls) == (1000, 4000, 0)
    assert went.bitrate_bps == 3_128_000


def test_what_a_player_counts_itself_is_read() -> None:
    line = b'e=e,ts=1,sta=f,ec=("1001" "HTTP 404"),bsa=(2;v 1;a),bsda=(900;v),br=(3000;v 128;a)'
    (event,) = events_of(line)
    assert event.error_codes == ("1001", "HTTP 404")
    assert (event.stalls, event.stalled_ms, event.bitrate_kbps) == (2, 900, 3128)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "no report in the body"),
        (b"\n  \n", "no report in the body"),
        (b"e=ps,sta=p", "Line 1: An event report needs the keys `e` and `ts`"),
        (b"e=t,ts=1\n\ne=t", "Line 3"),
        (b"e=t,ts=1,br=(fast)", "`br` must be a number"),
        (b"e=t,ts=1,sn", "`sn` must be a number"),
        (b"e=t,ts=-1", "`ts` must be from 0"),
        (b'e="t",ts=1', "`e` must be a token"),
        (b"e=t,ts=1,sta=5", "`sta` must be a token"),
        (b"e=t,ts=1,ec=5", "`ec` must be a list of strings"),
        (b'{"e": "t", "ts": 1}', "Line 1 is no CMCD"),
        (b"e=t,ts=1,\xff\xfe", "Line 1 is no CMCD"),
        (b"e=t,ts=1," + b"x" * 5000, "over 4096"),
        (b"e=t,ts=1\n" * (EVENTS_MAX + 1), "at most 200 reports"),
    ],
)
def test_nonsense_is_refused_with_a_sentence(body: bytes, why: str) -> None:
    with pytest.raises(WrongReportError) as refused:
        events_of(body)
    assert why in str(refused.value)


def test_what_later_versions_add_is_passed_over() -> None:
    (event,) = events_of(b"e=teleport,ts=5,sta=z,v=3,new-key=(1 2);x,nor=('a')".replace(b"'", b'"'))
    assert event == Event("teleport", 5)


@given(st.binary(max_size=300))
def test_any_bytes_are_events_or_refused(body: bytes) -> None:
    with suppress(WrongReportError):
        assert events_of(body)


def told(*states: tuple[int, State]) -> list[Event]:
    """States with the seconds at which they were entered."""
    return [Event("ps", at_s * 1000, number, state) for number, (at_s, state) in enumerate(states)]


def test_only_waiting_between_pictures_is_a_stall() -> None:
    """The start and seeks are waited for, too; CTA-5004-A says that they are no rebuffering."""
    went = after(
        Experience(),
        told((0, "s"), (1, "r"), (3, "p"), (13, "r"), (15, "p"), (20, "k"), (21, "r"), (24, "p")),
    )
    assert (went.played_ms, went.stalled_ms, went.stalls) == (15_000, 2_000, 1)
    paused = after(went, [Event("ps", 30_000, 8, "a"), Event("t", 60_000, 9, "a")])
    assert (paused.played_ms, paused.stalled_ms) == (21_000, 2_000)


def test_what_a_player_counts_beats_what_its_states_say() -> None:
    went = after(Experience(), told((0, "p"), (10, "r"), (20, "p")))
    assert (went.stalls, went.stalled_ms) == (1, 10_000)
    counted = after(went, [Event("t", 30_000, 3, "p", stalls=3, stalled_ms=4_000)])
    assert (counted.stalls, counted.stalled_ms) == (3, 4_000)
    later = after(counted, [Event("ps", 31_000, 4, "r"), Event("ps", 35_000, 5, "p")])
    assert (later.stalls, later.stalled_ms) == (3, 4_000)


def test_a_sleeping_machine_played_nothing() -> None:
    went = after(Experience(), told((0, "p"), (8 * 3600, "p")))
    assert went.played_ms == SILENCE_MS_MAX


def test_a_failure_that_was_got_over_is_none() -> None:
    failed = after(
        Experience(), [Event("e", 0, 0, "f", error_codes=("1001",)), Event("ps", 5, 1, "q")]
    )
    assert (failed.has_failed, failed.errors, failed.error_code) == (True, 1, "1001")
    recovered = after(failed, [Event("ps", 9, 2, "p")])
    assert (recovered.has_failed, recovered.errors) == (False, 1)


def test_the_bitrate_is_a_mean_over_the_time_played() -> None:
    events = [
        Event("ps", 0, 0, "p", bitrate_kbps=1000),
        Event("bc", 10_000, 1, "p", bitrate_kbps=4000),
        Event("ps", 40_000, 2, "a"),
        Event("t", 90_000, 3, "a", bitrate_kbps=9000),
    ]
    went = after(Experience(), events)
    assert went.bitrate_bps == (10 * 1_000_000 + 30 * 4_000_000) / 40


STATES: list[State] = ["s", "p", "k", "r", "a", "w", "e", "f", "q"]
PLAYS = st.lists(
    st.tuples(st.integers(0, 60_000), st.sampled_from(STATES), st.none() | st.integers(0, 9000)),
    max_size=25,
)


def play_of(steps: list[tuple[int, State, int | None]]) -> list[Event]:
    at_ms, events = 0, []
    for number, (passed_ms, state, kbps) in enumerate(steps):
        at_ms += passed_ms
        events.append(Event("ps", at_ms, number, state, bitrate_kbps=kbps))
    return events


@given(PLAYS, st.integers(0, 25))
def test_batches_add_up_to_the_whole_however_often_they_come(
    steps: list[tuple[int, State, int | None]], cut: int
) -> None:
    events = play_of(steps)
    whole = after(Experience(), events)
    first = after(Experience(), events[:cut])
    again = after(after(first, events[:cut]), events)
    assert again == whole
    assert whole.played_ms + whole.stalled_ms <= (events[-1].at_ms if events else 0)
    assert whole.rated_ms <= whole.played_ms
    assert (whole.stalls > 0) or whole.stalled_ms == 0
    assert whole.bitrate_bps is None or 0 <= whole.bitrate_bps <= 9_000_000


@given(PLAYS, st.integers(0, 3_600_000))
def test_a_clock_that_was_set_back_takes_nothing_away(
    steps: list[tuple[int, State, int | None]], back_ms: int
) -> None:
    events = play_of(steps)
    went = after(Experience(), events)
    moved = [replace(event, at_ms=event.at_ms + 3_600_000 - back_ms) for event in events]
    later = [replace(event, number=(event.number or 0) + len(events)) for event in moved]
    assert after(went, later).played_ms >= went.played_ms
