"""The rules of playback, for whatever values there may be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.contracts.playback import PlayerState, Storyboard
from matinee.kernel import ids
from matinee.playback import rules
from matinee.playback.rules import ResumeFacts, Session

states = st.sampled_from(["playing", "paused", "buffering", "ended"])
positions = st.floats(0, 20_000)
beats = st.lists(st.tuples(st.floats(-5, 300), positions, states), max_size=30)
bounded = settings(max_examples=100, deadline=None)


def started(duration_s: float = 5000) -> Session:
    return Session(
        id=ids.uuid7(),
        account_id=ids.uuid7(),
        profile_id=ids.uuid7(),
        title_id=ids.uuid7(),
        package="p",
        duration_s=duration_s,
        maturity_age=0,
        position_s=0,
        beat_at_s=1000.0,
    )


@bounded
@given(beats=beats)
def test_watched_time_only_grows_and_never_faster_than_time(
    beats: list[tuple[float, float, PlayerState]],
) -> None:
    session = first = started()
    for after_s, position_s, state in beats:
        before = session
        now_s = before.beat_at_s + after_s
        session = rules.advance(before, position_s, state, now_s, interval_s=10)
        assert session.beat_at_s >= before.beat_at_s
        assert 0 <= session.position_s <= session.duration_s
        gained_s = session.watched_s - before.watched_s
        assert 0 <= gained_s <= 20.0001
        assert gained_s <= session.beat_at_s - before.beat_at_s + 1e-6
    assert session.watched_s <= session.beat_at_s - first.beat_at_s + 1e-6


@bounded
@given(beats=beats)
def test_news_are_never_closer_than_four_seconds_and_none_is_lost(
    beats: list[tuple[float, float, PlayerState]],
) -> None:
    session, told_at = started(), [0.0]
    for after_s, position_s, state in beats:
        session = rules.advance(session, position_s, state, session.beat_at_s + after_s, 10)
        if rules.worth_telling(session):
            session = session.told()
            assert session.beat_at_s - told_at[-1] >= 4
            told_at.append(session.beat_at_s)
    # A moment later, whatever has not been told is.
    last = session.position_s
    session = rules.advance(session, last, "paused", session.beat_at_s + 5, 10)
    assert rules.worth_telling(session) or session.told_position_s == last


@bounded
@given(position_s=positions, duration_s=st.floats(1, 20_000), finished=st.booleans())
def test_a_play_never_resumes_in_the_credits_or_behind_the_end(
    *, position_s: float, duration_s: float, finished: bool
) -> None:
    start_s = rules.resume_s(ResumeFacts(position_s, finished), duration_s)
    assert start_s in (0, position_s)
    assert start_s < 0.95 * duration_s
    assert not (finished and start_s)


def test_a_profile_that_never_watched_starts_at_the_beginning() -> None:
    assert rules.resume_s(None, 100) == 0


def test_a_storyboard_stays_beside_its_package() -> None:
    folder = "https://edge/media/t~o~k/p/"
    board = rules.storyboard_at(Storyboard(url="storyboard.vtt", interval_s=1), folder)
    assert board is not None
    assert board.url == f"{folder}storyboard.vtt"
    assert rules.storyboard_at(None, folder) is None
