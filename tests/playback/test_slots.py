"""Stream slots: never more than the plan has, however many press play at the same moment."""

import threading
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from matinee.kernel import clock, ids, problems, stores
from matinee.playback import sessions, settings
from matinee.playback.models import Outbox, Position
from matinee.playback.rules import Session
from tests.patience import PATIENCE_S
from tests.playback.conftest import Viewer

pytestmark = pytest.mark.django_db(databases=["playback"])
Later = Callable[[float], None]


def session_of(account_id: UUID) -> Session:
    return Session(
        id=ids.uuid7(),
        account_id=account_id,
        profile_id=ids.uuid7(),
        title_id=ids.uuid7(),
        package="p",
        duration_s=100,
        maturity_age=0,
        position_s=0,
        beat_at_s=clock.unix_s(),
    )


def at_once(work: list[Callable[[], object]]) -> list[object]:
    """Run all at the same moment, a thread each."""
    gate = threading.Barrier(len(work))
    results: list[object] = [None] * len(work)

    def run(index: int) -> None:
        gate.wait(PATIENCE_S)
        results[index] = work[index]()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    return results


@pytest.mark.asvs("V2.3.4", "V8.3.1")
@pytest.mark.parametrize("limit", [1, 3])
def test_a_crowd_gets_exactly_as_many_slots_as_there_are(limit: int) -> None:
    for _ in range(5):
        account_id = ids.uuid7()
        crowd = [session_of(account_id) for _ in range(24)]
        outcomes = at_once([lambda s=s: sessions.start(s, limit) for s in crowd])  # type: ignore[misc]
        assert outcomes.count("ok") == limit
        assert outcomes.count("full") == len(crowd) - limit


def test_a_press_that_comes_again_takes_no_second_slot() -> None:
    account_id, press = ids.uuid7(), "5eed" * 8
    lost, again, other = (session_of(account_id) for _ in range(3))
    assert sessions.start(lost, 1, press) == "ok"
    assert sessions.start(again, 1, press) == "ok"
    assert [one.id for one in sessions.find_live(account_id)] == [again.id]
    assert sessions.find(account_id, lost.id) is None
    assert sessions.renew(lost, 1) == "ended"
    assert sessions.start(other, 1, "beef" * 8) == "full", "it is another press"
    assert sessions.start(other, 1) == "full"


def test_a_press_means_something_to_its_own_account_alone() -> None:
    one, other, press = session_of(ids.uuid7()), session_of(ids.uuid7()), "5eed" * 8
    assert [sessions.start(each, 1, press) for each in (one, other)] == ["ok", "ok"]
    assert [sessions.find_live(each.account_id) for each in (one, other)] == [[one], [other]]


@pytest.fixture
def starts_unlimited(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MATINEE_PLAYBACK_STARTS_PER_MINUTE", "10000")
    settings.get.cache_clear()
    yield
    settings.get.cache_clear()


@pytest.mark.usefixtures("starts_unlimited")
def test_slots_taken_and_freed_in_a_crowd_never_exceed_the_limit() -> None:
    account_id, limit = ids.uuid7(), 2
    playing, most, lock = 0, 0, threading.Lock()

    def play_often() -> None:
        nonlocal playing, most
        for _ in range(30):
            session = session_of(account_id)
            if sessions.start(session, limit) == "ok":
                with lock:
                    playing += 1
                    most = max(most, playing)
                clock.pause(0.001)
                with lock:
                    playing -= 1
                sessions.end(session)

    at_once([play_often] * 8)
    assert most == limit


def test_the_same_session_takes_its_slot_again() -> None:
    session = session_of(ids.uuid7())
    outcomes = at_once([lambda: sessions.start(session, 1)] * 8)
    assert outcomes == ["ok"] * 8


def test_the_third_screen_is_told_what_to_do(viewer: Viewer, film: UUID) -> None:
    first = viewer.play(film)["session_id"]
    viewer.play(film)
    with pytest.raises(problems.TooMany, match="too_many_streams") as caught:
        viewer.play(film)
    assert "Stop one of them" in caught.value.detail
    assert int(caught.value.headers["Retry-After"]) > 0
    assert Outbox.objects.filter(type="playback.started").count() == 2
    viewer.stop(first, 0)
    assert viewer.play(film)


def test_a_silent_player_loses_its_slot_and_takes_a_free_one_again(
    viewer: Viewer, film: UUID, later: Later
) -> None:
    viewer.entitle(streams_at_once=1)
    silent = viewer.play(film)["session_id"]
    later(61)
    rival = viewer.play(film)["session_id"]
    with pytest.raises(problems.TooMany, match="too_many_streams"):
        viewer.beat(silent, 30)
    # Where it was is not lost with the slot.
    assert Position.objects.get().position_s == 30
    viewer.stop(rival, 40)
    assert viewer.beat(silent, 35)


def test_heartbeats_keep_the_slot(viewer: Viewer, film: UUID, later: Later) -> None:
    viewer.entitle(streams_at_once=1)
    session = viewer.play(film)["session_id"]
    for _ in range(4):
        later(40)
        viewer.beat(session, 10)
        with pytest.raises(problems.TooMany, match="too_many_streams"):
            viewer.play(film)


def test_a_smaller_plan_lets_running_plays_go_on(viewer: Viewer, film: UUID) -> None:
    running = [viewer.play(film)["session_id"] for _ in range(2)]
    viewer.entitle(streams_at_once=1)
    for session in running:
        assert viewer.beat(session, 10)
    with pytest.raises(problems.TooMany):
        viewer.play(film)


def test_pressing_play_without_end_is_slowed(viewer: Viewer, film: UUID) -> None:
    for _ in range(60):
        viewer.stop(viewer.play(film)["session_id"], 0)
    with pytest.raises(problems.TooMany, match="too_many_attempts"):
        viewer.play(film)


def test_a_start_that_cannot_be_announced_frees_its_slot(
    viewer: Viewer, film: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer.entitle(streams_at_once=1)

    def fail(*_events: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("matinee.playback.actions.sessions.announce_alone", fail)
        with pytest.raises(problems.Unavailable):
            viewer.play(film)
    assert viewer.play(film)


@pytest.fixture
def valkey_away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Let nobody answer at Valkey's address, from the call on."""

    def go() -> None:
        gone = stores.open_store("redis://127.0.0.1:1")
        monkeypatch.setattr(stores, "connect", lambda: gone)
        sessions._scripts.cache_clear()

    yield go
    sessions._scripts.cache_clear()


@pytest.mark.asvs("V16.5.1")
def test_without_valkey_nothing_starts_but_the_rest_goes_on(
    viewer: Viewer, film: UUID, later: Later, valkey_away: Callable[[], None]
) -> None:
    session = viewer.play(film)["session_id"]
    later(10)
    viewer.beat(session, 10)
    valkey_away()
    with pytest.raises(problems.Unavailable, match="sessions_unavailable"):
        viewer.play(film)
    later(10)
    answer = viewer.beat(session, 20)
    assert answer["media_token"]
    assert Position.objects.get().position_s == 20
    viewer.stop(session, 25)
    assert Position.objects.get().position_s == 25


def test_without_valkey_a_session_that_was_never_heard_of_waits(
    viewer: Viewer, film: UUID, valkey_away: Callable[[], None]
) -> None:
    session = viewer.play(film)["session_id"]
    valkey_away()
    with pytest.raises(problems.Unavailable, match="sessions_unavailable"):
        viewer.beat(session, 5)


def test_a_session_left_alone_is_forgotten(viewer: Viewer, film: UUID) -> None:
    session = UUID(viewer.play(film)["session_id"])
    key = sessions._session_key(viewer.account_id, session)
    left_s = stores.connect().ttl(key)
    assert isinstance(left_s, int)
    assert 0 < left_s <= 6 * 3600
    slots_left_s = stores.connect().ttl(sessions._slots_key(viewer.account_id))
    assert isinstance(slots_left_s, int)
    assert 0 < slots_left_s <= 60


def test_whose_a_session_is_stays_known_only_where_it_began() -> None:
    account_id = ids.uuid7()
    began, refused = session_of(account_id), session_of(account_id)
    assert [sessions.start(one, 1) for one in (began, refused)] == ["ok", "full"]
    assert sessions.find_by_id(began.id) == began
    assert sessions.find_by_id(refused.id) is None
    assert stores.connect().exists(sessions._account_key(refused.id)) == 0


def test_a_store_that_has_forgotten_every_script_starts_sessions() -> None:
    stores.connect().script_flush()
    session = session_of(ids.uuid7())
    assert sessions.start(session, 1) == "ok"
    assert sessions.find_by_id(session.id) == session
