"""Films in chunks: each by itself, done once, and together the whole film."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matinee.contracts.events import EncodeRequested, EncodeStopped
from matinee.encoding import actions, cleaning, queries, room, settings
from matinee.encoding import ffmpeg as tool
from matinee.encoding.actions import Claim
from matinee.encoding.models import Encode, Package, Step
from matinee.encoding.room import Room
from matinee.encoding.rules import plan, windows
from matinee.encoding.steps import hands as hands_module
from matinee.encoding.steps import joining, media, work
from matinee.encoding.steps.hands import Hands
from matinee.encoding.steps.work import work_once
from matinee.kernel import clock
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from tests.encoding import packages
from tests.encoding.conftest import told, upload, work_until_idle
from tests.encoding.packages import Package as Streams

pytestmark = pytest.mark.django_db(databases="__all__")

FRAMES = 26 * 12


@pytest.fixture(autouse=True)
def open_films(monkeypatch: pytest.MonkeyPatch) -> None:
    """Films that a test can look into."""
    monkeypatch.setenv("MATINEE_ENCODING_KEYS", "none")
    settings.get.cache_clear()


def tell(event: Event) -> None:
    hear("encoding", event.type, event.model_dump(mode="json"))


def work_until(kind: str) -> Claim:
    """Work until a step of this kind is next, and take it."""
    for _ in range(60):
        claim = actions.step_claim()
        assert claim is not None, f"no {kind} came"
        if plan.kind_of(claim.name) == kind:
            return claim
        actions.step_release(claim)
        assert work_once()
    raise AssertionError(kind)


@pytest.fixture
def encoded(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The first frames of the chunks that ffmpeg was started for, in order."""
    seen: list[int] = []
    encode = media._encode

    def count(hands: Hands, job: Any) -> None:
        if hands.claim.name.startswith("chunk"):
            seen.append(job.window.first_frame)
        encode(hands, job)

    monkeypatch.setattr(media, "_encode", count)
    return seen


def starts(encode: Encode) -> list[int]:
    """The first frames of a film's chunks."""
    made = plan.Plan.model_validate(encode.plan)
    return [cut.first_frame for cut in windows.chunks(FRAMES, made.rate)]


def wanted(encode: Encode) -> list[int]:
    """The first frames of the chunks that rounds asked for, one after another."""
    encode.refresh_from_db()
    made = plan.Plan.model_validate(encode.plan)
    cuts = made.windows()
    return [cuts[n].first_frame for one in made.rounds["h264"] for n in one.numbers]


def test_chunks_together_are_the_whole_film(long: Path, encoded: list[int], tmp_path: Path) -> None:
    encode = upload(long)
    work_until_idle()
    heard = told()
    assert heard.error == ""
    encode.refresh_from_db()
    assert len(starts(encode)) == 3
    assert encoded == wanted(encode)
    assert set(encoded) == set(starts(encode))
    key = room.store().local_path(f"packages/{heard.ready[-1].package}/manifest.mpd")
    assert key is not None
    streams = Streams(key.parent)
    assert streams.faults() == []
    for number, track in enumerate(streams.of("video")):
        shown = streams.joined(track, tmp_path / f"{number}.mp4")
        what = ("-select_streams", "v", "-show_entries", "packet=pts_time,flags")
        shots = packages.probe(shown, *what)["packets"]
        times = sorted(float(shot["pts_time"]) for shot in shots)
        assert times == pytest.approx([n / 12 for n in range(FRAMES)], abs=1e-3)
        keys = [float(shot["pts_time"]) for shot in shots if "K" in shot["flags"]]
        assert keys == pytest.approx([2.0 * n for n in range(13)], abs=1e-3)


class Death(BaseException):
    """What a kill -9 looks like from inside: no handler of ours runs."""


def test_a_death_in_a_chunk_loses_only_that_chunk(
    long: Path, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = upload(long)
    for _ in range(2):
        claim = work_until("chunk")
        actions.step_release(claim)
        assert work_once()
    claim = work_until("chunk")
    with monkeypatch.context() as patch:
        patch.setattr(tool, "run", _die)
        with pytest.raises(Death):
            media.chunk(Hands(claim))
    with clock.shifted(timedelta(minutes=1)):
        work_until_idle()
    encode.refresh_from_db()
    assert told().error == ""
    done = wanted(encode)
    assert encoded == [*done[:3], *done[2:]], "the dead one was not begun twice, or another one was"


def _die(*_arguments: object, **_options: object) -> None:
    raise Death


def test_a_chunk_done_twice_is_encoded_once(long: Path, encoded: list[int]) -> None:
    upload(long)
    claim = work_until("chunk")
    media.chunk(Hands(claim))
    step = Step.objects.get(pk=claim.step_id)
    assert step.status == Step.Status.DONE
    assert step.facts["frames"] == 120
    with pytest.raises(actions.StepLostError):
        media.chunk(Hands(claim))
    assert encoded == wanted(Encode.objects.get()), "a finished part was made again"


def test_a_chunk_that_fails_is_tried_again_alone(
    long: Path, encoded: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = upload(long)
    count = joining.refuse_other_count
    failures = iter([True, False])

    def refuse_once(path: Path, frames: int) -> None:
        if "00001" in path.name and next(failures, False):
            frames += 1
        count(path, frames)

    monkeypatch.setattr(joining, "refuse_other_count", refuse_once)
    with pytest.raises(RuntimeError, match="holds 120 frames where 121 belong"):
        work_until_idle()
    work_until_idle()
    assert told().error == ""
    encode.refresh_from_db()
    assert sorted(encoded) == sorted([starts(encode)[1], *wanted(encode)])


def test_two_workers_share_a_film(long: Path) -> None:
    upload(long)
    work._BY_KIND["chunk"](Hands(work_until("chunk")))
    one = work_until("chunk")
    two = actions.step_claim()
    assert two is not None
    assert plan.kind_of(two.name) == "chunk"
    assert one.name != two.name
    for claim in (two, one):
        work._BY_KIND["chunk"](Hands(claim))
    work_until_idle()
    assert told().progress[-1].stage == "done"


def under_way(monkeypatch: pytest.MonkeyPatch, kind: str, happening: Callable[[], None]) -> None:
    """Let something happen in the midst of the next step of a kind."""
    monkeypatch.setattr(hands_module, "BEAT_EVERY_S", 0.0)
    run = tool.run
    happened: list[str] = []

    def run_while(*arguments: Any, **options: Any) -> object:
        step = Step.objects.filter(status=Step.Status.RUNNING).first()
        if step is not None and plan.kind_of(step.name) == kind and not happened:
            happened.append(step.name)
            happening()
        return run(*arguments, **options)

    monkeypatch.setattr(tool, "run", run_while)


def test_stopping_keeps_what_can_be_played_and_nothing_else(
    long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = upload(long)
    under_way(monkeypatch, "chunk", lambda: tell(EncodeStopped(title_id=encode.title_id)))
    work_until_idle()
    heard = told()
    assert heard.progress[-1].stage == "stopped"
    assert heard.error == ""
    assert [ready.complete for ready in heard.ready] == [False]
    assert not (settings.get().work / str(encode.pk)).exists()
    assert {key.split("/")[1] for key, _ in room.store().keys("packages")} == {f"{encode.pk}-1"}
    assert Package.objects.get().remove_at is None
    assert queries.unattended(10) == 0
    tell(EncodeStopped(title_id=encode.title_id))
    assert told().progress[-1] == heard.progress[-1], "stopped once is enough"


def test_encoding_again_replaces_what_plays_only_when_it_is_whole(long: Path) -> None:
    first = upload(long)
    work_until_idle()
    assert first.upload_id is not None
    wish = EncodeRequested(
        upload_id=first.upload_id,
        title_id=first.title_id,
        source_key=first.source_key,
        file_name=first.file_name,
    )
    tell(wish)
    tell(wish)
    again = Encode.objects.get(status=Encode.Status.ACTIVE)
    assert again.upload_id == first.upload_id
    assert Package.objects.get(remove_at=None).name == f"{first.pk}-2"
    work_until_idle()
    heard = told()
    names = [ready.package for ready in heard.ready]
    assert names == [f"{first.pk}-1", f"{first.pk}-2", f"{again.pk}-2"]
    assert Package.objects.get(remove_at=None).name == f"{again.pk}-2"


def test_a_full_disk_ends_the_encode_with_what_to_do(
    long: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encode = upload(long)
    claim = work_until("chunk")
    actions.step_release(claim)
    monkeypatch.setattr(Room, "free_bytes", lambda _: 0)
    work_until_idle()
    assert "not enough disk space" in told().error
    assert "encoded again" in told().error
    assert not (settings.get().work / str(encode.pk)).exists()
    assert Package.objects.get().complete is False


def test_drafts_of_the_dead_are_swept_from_the_media_store(tiny: Path) -> None:
    encode = upload(tiny)
    work_until("package")
    scrap = left_behind(room.store(), f"packages/.{encode.pk}-1.0123")
    tell(EncodeStopped(title_id=encode.title_id))
    with clock.shifted(timedelta(minutes=1)):
        cleaning.sweep_rooms()
    assert not scrap.exists()


def left_behind(store: Any, key: str) -> Path:
    """A file below a key of a store in a folder, as somebody who died left it."""
    folder: Path = store._path(key)
    folder.mkdir(parents=True)
    (folder / "init.mp4").write_bytes(b"x")
    return folder
