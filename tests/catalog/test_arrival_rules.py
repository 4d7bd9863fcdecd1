"""What becomes of files in watched places, look after look."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog.rules import arrivals as rules
from matinee.catalog.rules.arrivals import Habits, Standing, judged, seen
from matinee.catalog.rules.guesses import Guess

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SETTLE = timedelta(seconds=60)
SURE = Guess("Film (2001).mkv", "film", name="Film", year=2001)
ALONE, ASKING = Habits(SETTLE, asks=False), Habits(SETTLE, asks=True)

SIGHTS = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from([10, 20, 0]), st.sampled_from("ab")), max_size=30
)


@given(sights=SIGHTS, asks=st.booleans())
def test_nothing_is_taken_that_was_not_still_for_long_enough(
    *, sights: list[tuple[int, int, str]], asks: bool
) -> None:
    known: Standing | None = None
    now, since, last = NOW, NOW, None
    for after_s, size, version in sights:
        now += timedelta(seconds=after_s)
        if (size, version) != last:
            since, last = now, (size, version)
        known = judged(seen(known, size, version, now), SURE, Habits(SETTLE, asks=asks), now)
        if known.state != "settling":
            assert now - since >= SETTLE
        if known.state == "waiting":
            assert not asks
            assert size > 0
            assert not known.was_taken


def settled(standing: Standing, guess: Guess, habits: Habits) -> Standing:
    return judged(standing, guess, habits, standing.steady_since + SETTLE)


def test_who_is_asked_and_what_is_left_out() -> None:
    fresh = seen(None, 10, "a", NOW)
    assert judged(fresh, SURE, ALONE, NOW).state == "settling"
    assert settled(fresh, SURE, ALONE).state == "waiting"
    assert settled(fresh, SURE, ASKING).note == rules.ASKED
    doubted = Guess("x.mkv", "film", name="x", doubt="Which one?")
    assert settled(fresh, doubted, ALONE).note == "Which one?"
    other = Guess("x.txt", "other", doubt="No film.")
    assert (settled(fresh, other, ASKING).state, settled(fresh, other, ASKING).note) == (
        "refused",
        "No film.",
    )
    assert settled(seen(None, 0, "a", NOW), SURE, ALONE).state == "refused"
    subtitles = Guess("x.en.srt", "subtitles", language="en")
    assert settled(fresh, subtitles, ASKING).state == "waiting"


def test_a_film_that_was_taken_is_replaced_only_with_a_persons_word() -> None:
    taken = Standing(10, "a", NOW, "taken")
    assert seen(taken, 10, "a", NOW) is taken
    changed = seen(taken, 12, "b", NOW)
    assert changed.state == "settling"
    assert settled(changed, SURE, ALONE).note == rules.CHANGED
    again = seen(changed, 13, "c", NOW)
    assert settled(again, SURE, ALONE).note == rules.CHANGED


def test_tries_come_to_an_end() -> None:
    states = [rules.failed(tries, "The disk is full.")[0] for tries in range(1, 10)]
    assert states == ["taking"] * 7 + ["refused"] * 2
