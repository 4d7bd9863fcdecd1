"""The watch over a real store: copies report, roles come to numbers, what cannot be seen stays."""

import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import RedisError

from matinee.kernel import clock, stores, tasks
from matinee.run.scaling import copies, loads
from matinee.run.scaling.foresight import Foresight
from matinee.run.scaling.hands import Others
from matinee.run.scaling.measuring import FORGOTTEN_AFTER_S, SILENT_AFTER_S
from matinee.run.scaling.roles import Role, apart, of_one_machine
from matinee.run.scaling.room import Meter, Room
from matinee.run.scaling.rules.demand import Report
from matinee.run.scaling.rules.forecast import AHEAD, LIFT_FIRST
from matinee.run.scaling.settings import Settings, get
from matinee.run.scaling.watch import REMEMBERS_EVERY_S, Watch

ROOM = Room(cores=8, cores_free=8.0, bytes_free=10**10)
EVERY_S = loads.EVERY_S


class Machine:
    """A hand with so many copies of each process, which do at once what they are told."""

    def __init__(self, **running: int) -> None:
        self.copies = running
        self.brought: list[tuple[str, int]] = []

    def running(self) -> Mapping[str, int]:
        return self.copies

    def roles(self) -> Mapping[str, Role]:
        return of_one_machine(Settings(), ROOM, self.copies)

    def bring(self, role: str, copies: int) -> None:
        self.brought.append((role, copies))
        self.copies[role] = copies


class Crowd:
    """Copies of `web` that report, each after having worked so many cores' seconds a second."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine
        self.now_s = 1000.0
        self.worked_s = 0.0
        self.answered = 0

    def goes_on(self, watch: Watch, cores: float, looks: int = 1) -> None:
        for _ in range(looks):
            self.now_s += EVERY_S
            count = self.machine.copies["web"]
            self.worked_s += cores / count * EVERY_S
            self.answered += 50
            for number in range(count):
                report = Report(self.now_s, self.worked_s, answered=self.answered)
                loads.tell("web", f"here.{number}", report)
            watch.look(self.now_s)


@pytest.fixture
def machine() -> Machine:
    return Machine(web=1, worker=1, encoder=1)


@pytest.fixture
def watch(machine: Machine) -> Watch:
    return Watch(machine, lambda _now: [])


def test_copies_follow_what_there_is_to_do(machine: Machine, watch: Watch) -> None:
    crowd = Crowd(machine)
    crowd.goes_on(watch, 0.3, looks=4)
    assert machine.brought == []
    crowd.goes_on(watch, 2.2, looks=6)
    assert machine.copies["web"] == 4
    crowd.goes_on(watch, 0.3, looks=30)
    assert machine.copies["web"] == 4, "what was needed five minutes ago is kept"
    crowd.goes_on(watch, 0.3, looks=80)
    assert machine.copies["web"] == 1
    downs = [number for _, number in machine.brought[-3:]]
    assert downs == [3, 2, 1], "one after the other"
    decided = copies.published()
    assert decided is not None
    assert decided.copies["web"].needed == pytest.approx(0.5)


def test_tasks_that_wait_bring_workers(machine: Machine, watch: Watch) -> None:
    waiting = [f"{tasks.PREFIX}{queue}" for queue in (tasks.EVENTS_QUEUE, tasks.DEFAULT_QUEUE)]
    for queue in waiting:
        stores.connect().rpush(queue, *(["task"] * 400))
    for look in range(4):
        watch.look(EVERY_S * look)
    # 800 tasks of a tenth of a second, all to be begun within ten: 8 at once, two a copy.
    assert machine.brought == [("worker", 4)]


def test_silent_copies_end_nothing_and_start_nothing(machine: Machine, watch: Watch) -> None:
    crowd = Crowd(machine)
    crowd.goes_on(watch, 2.2, looks=6)
    before = list(machine.brought)
    for looks in range(100):
        watch.look(crowd.now_s + SILENT_AFTER_S + EVERY_S * (looks + 1))
    assert machine.brought == before
    assert [key for key in loads.told() if key[0] == "web"] == [], "who is gone is forgotten"
    assert FORGOTTEN_AFTER_S < 100 * EVERY_S


def test_a_copy_that_began_anew_is_no_crowd(machine: Machine, watch: Watch) -> None:
    loads.tell("web", "here.1", Report(5000.0, 900.0, answered=10**6))
    watch.look(0.0)
    for look in range(1, 6):
        loads.tell("web", "here.1", Report(EVERY_S * look, 0.1 * look, answered=look))
        watch.look(EVERY_S * look)
    assert machine.brought == []


def test_it_goes_on_from_what_somebody_else_did(machine: Machine, watch: Watch) -> None:
    crowd = Crowd(machine)
    crowd.goes_on(watch, 0.3, looks=4)
    machine.copies["web"] = 3
    crowd.goes_on(watch, 1.5, looks=4)
    assert machine.brought == []
    assert copies.published().copies["web"].wanted == 3  # type: ignore[union-attr]


def test_without_the_store_everything_stays(
    watch: Watch, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stopping = threading.Event()
    rounds: list[float] = []

    def no_store(now_s: float) -> None:
        rounds.append(now_s)
        if len(rounds) == 3:
            stopping.set()
        raise RedisError("gone")

    monkeypatch.setattr(loads, "EVERY_S", 0.0)
    monkeypatch.setattr(watch, "look", no_store)
    watch.go_on(stopping)
    assert [line.getMessage() for line in caplog.records] == ["copies stay as they are: gone"]


@pytest.fixture
def _bounds_of_an_operator(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MATINEE_SCALING_BOUNDS", '{"playback": [2, 40], "encoder": [0, 4]}')
    get.cache_clear()
    yield
    get.cache_clear()


@pytest.mark.usefixtures("_bounds_of_an_operator")
def test_containers_are_counted_by_what_they_say() -> None:
    watch = Watch(Others(), lambda _now: [])
    for look in range(4):
        for number in range(3):
            loads.tell("playback", f"pod.{number}", Report(EVERY_S * look, 0.0))
        decided = watch.look(EVERY_S * look)
    assert decided.copies["playback"].running == 3
    assert decided.copies["playback"].wanted == 3, "nothing ends before it was watched for a while"
    assert decided.copies["identity"].running == 0
    assert decided.copies["identity"].wanted == 1
    assert watch.decided == copies.published()


@pytest.mark.usefixtures("_bounds_of_an_operator")
def test_the_first_film_brings_an_encoder_and_the_last_one_ends_it() -> None:
    watch = Watch(Others(), lambda _now: [])
    queue = f"{tasks.PREFIX}{tasks.ENCODE_QUEUE}"
    now_s, wanted = 0.0, []
    for look in range(80):
        if look == 3:
            stores.connect().rpush(queue, "a step of an encode")
        if look == 10:
            stores.connect().delete(queue)
        now_s += EVERY_S
        wanted.append(watch.look(now_s).copies["encoder"].wanted)
    assert wanted[:4] == [0] * 4
    assert wanted[5] == 1, "with the second look that sees it"
    assert wanted[60] == 1, "five minutes long"
    assert wanted[-1] == 0


# A Friday evening; premieres and weeks are told to the watch by turning the clock.
EVENING = datetime(2026, 11, 20, 20, 0, tzinfo=UTC)


@pytest.fixture
def friday() -> Iterator[None]:
    with clock.shifted(EVENING - clock.now()):
        yield


@pytest.mark.usefixtures("friday")
def test_last_week_is_remembered_by_whoever_comes_after(machine: Machine) -> None:
    crowd = Crowd(machine)
    with clock.shifted(-timedelta(weeks=1)):
        before = Watch(machine, lambda _now: [])
        crowd.goes_on(before, 2.2, looks=int(REMEMBERS_EVERY_S / EVERY_S) + 2)
    machine = Machine(web=1, worker=1)
    crowd = Crowd(machine)
    crowd.goes_on(Watch(machine, lambda _now: []), 0.1, looks=4)
    assert machine.copies["web"] == 4
    assert copies.published().copies["web"].foreseen == pytest.approx(3.67, abs=0.4)  # type: ignore[union-attr]


@pytest.mark.usefixtures("friday")
def test_a_premiere_has_its_copies_before_anybody_comes(machine: Machine) -> None:
    premiere = clock.now() + AHEAD
    crowd = Crowd(machine)
    crowd.goes_on(Watch(machine, lambda _now: [premiere]), 0.57, looks=4)
    assert machine.copies["web"] == 2
    assert copies.published().copies["web"].foreseen == pytest.approx(0.95 * LIFT_FIRST)  # type: ignore[union-attr]


@pytest.mark.usefixtures("friday")
def test_what_a_premiere_brought_is_learnt() -> None:
    now = clock.now()
    premiere = now + timedelta(minutes=5)
    foresight = Foresight(lambda _now: [premiere])
    foresight.remember({"web": 1.0}, now)
    foresight.remember({"web": 5.0}, premiere + timedelta(minutes=10))
    foresight.remember({"web": 2.0}, premiere + timedelta(minutes=70))
    again = Foresight(lambda _now: [])
    later = premiere + timedelta(weeks=1)
    again.remember({}, later)
    assert again.foreseen("web", later, 0.0) == 5.0
    told = Foresight(lambda _now: [later + timedelta(minutes=5)])
    told.remember({}, later)
    assert told.foreseen("web", later, 0.0) == 25.0


def test_a_history_that_cannot_be_read_is_begun_anew() -> None:
    foresight = Foresight(lambda _now: [])
    stores.connect().hset("scaling:history", mapping={"web": "{", "worker": '{"peaks": 3}'})
    assert foresight.foreseen("web", EVENING, 0.0) == 0.0
    foresight.remember({"web": 2.0}, EVENING)
    assert Foresight(lambda _now: []).foreseen("web", EVENING + timedelta(weeks=1), 0.0) == 2.0


def test_reports_of_another_release_are_left_alone() -> None:
    stores.connect().hset("scaling:reports", "web/old", '{"up": 3}')
    assert loads.told() == {}


@pytest.mark.parametrize(
    ("room", "most"),
    [
        (Room(cores=4, cores_free=3.0, bytes_free=10**10), 4),
        (Room(cores=4, cores_free=3.0, bytes_free=300_000_000), 3),
        (Room(cores=4, cores_free=3.0, bytes_free=-1), 1),
        (Room(cores=4, cores_free=0.1, bytes_free=10**10), 2),
        (Room(cores=1, cores_free=1.0, bytes_free=10**10), 1),
    ],
)
def test_one_machine_runs_no_more_than_it_has_room_for(room: Room, most: int) -> None:
    assert of_one_machine(Settings(), room, {"web": 2})["web"].bounds.most == most


def test_a_machine_says_what_it_has(tmp_path: Path) -> None:
    (tmp_path / "cpu.max").write_text("max 100000\n")
    whole = Meter(tmp_path).room()
    assert whole.cores >= 1
    assert 0 <= whole.cores_free <= whole.cores
    (tmp_path / "cpu.max").write_text("100000 100000\n")
    (tmp_path / "memory.max").write_text("500000000\n")
    (tmp_path / "memory.current").write_text("480000000\n")
    contained = Meter(tmp_path).room()
    assert contained.cores == 1
    assert contained.bytes_free == -30_000_000


def test_bounds_of_the_operators_hold() -> None:
    chosen = Settings(scaling_bounds={"playback": (3, 40), "encoder": (0, 8)})
    roles = apart(chosen, ROOM)
    assert (roles["playback"].bounds.least, roles["playback"].bounds.most) == (3, 40)
    assert roles["encoder"].bounds.least == 0
    assert roles["catalog"].bounds.most == ROOM.cores


@pytest.mark.parametrize("bounds", ['{"playbck": [1, 2]}', '{"playback": [3, 2]}'])
def test_bounds_that_make_no_sense_are_refused(
    bounds: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_SCALING_BOUNDS", bounds)
    with pytest.raises(ValueError, match=r"there is no|no range"):
        Settings()
