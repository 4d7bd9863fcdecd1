"""Steps: leases, losses, cancelling; and that any order of deaths ends with a whole film."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.events import EncodeCancelled, UploadCompleted
from matinee.encoding import actions, cleaning, queries, room, settings, tasks
from matinee.encoding import ffmpeg as tool
from matinee.encoding.actions import StepLostError, Usage
from matinee.encoding.models import DeadLetter, Encode, Package
from matinee.encoding.rules import plan
from matinee.encoding.steps import hands, work
from matinee.encoding.steps.hands import Hands
from matinee.encoding.steps.work import work_once
from matinee.kernel import clock, ids
from matinee.kernel.events.hearing import hear
from matinee.kernel.stores import connect
from matinee.kernel.tasks import app
from tests.clips import clip
from tests.encoding.conftest import told, upload, work_until_idle

pytestmark = pytest.mark.django_db(databases="__all__")

NOTHING = Usage(0.0, 0.0)


def cancel(title_id: UUID) -> None:
    event = EncodeCancelled(title_id=title_id)
    hear("encoding", event.type, event.model_dump(mode="json"))


def test_a_claimed_step_belongs_to_one(tiny: Path) -> None:
    upload(tiny)
    assert actions.step_claim() is not None
    assert actions.step_claim() is None


def test_a_dead_encoders_step_is_taken_over_and_the_first_may_not_finish_it(tiny: Path) -> None:
    upload(tiny)
    first = actions.step_claim()
    assert first is not None
    with clock.shifted(timedelta(minutes=1)):
        second = actions.step_claim()
        assert second is not None
        assert second.step_id == first.step_id
        assert second.attempt == 2
        with pytest.raises(StepLostError):
            actions.step_beat(first, 0.5)
        with pytest.raises(StepLostError):
            actions.step_finish(first, {}, NOTHING)
        actions.step_beat(second, 0.5)


def test_a_beat_keeps_the_lease(tiny: Path) -> None:
    upload(tiny)
    claim = actions.step_claim()
    assert claim is not None
    with clock.shifted(timedelta(seconds=15)):
        actions.step_beat(claim, 0.1)
    with clock.shifted(timedelta(seconds=30)):
        assert actions.step_claim() is None
    with clock.shifted(timedelta(seconds=60)):
        assert actions.step_claim() is not None


def test_an_upload_heard_twice_is_encoded_once() -> None:
    event = UploadCompleted(
        upload_id=ids.uuid7(), title_id=ids.uuid7(), source_key="sources/x", file_name="x"
    )
    body = event.model_dump(mode="json")
    hear("encoding", event.type, body)
    hear("encoding", event.type, body)
    hear("encoding", event.type, {**body, "id": str(ids.uuid7())})
    assert Encode.objects.count() == 1


def test_an_upload_heard_after_its_cancellation_starts_nothing(tiny: Path) -> None:
    title_id = ids.uuid7()
    late = UploadCompleted(
        upload_id=ids.uuid7(), title_id=title_id, source_key="sources/x", file_name="x"
    )
    cancel(title_id)
    hear("encoding", late.type, late.model_dump(mode="json"))
    assert not Encode.objects.exists()
    with clock.shifted(timedelta(seconds=1)):
        upload(tiny, title_id)
    assert Encode.objects.count() == 1


def test_an_older_upload_heard_late_does_not_replace_the_newer(tiny: Path) -> None:
    with clock.shifted(-timedelta(hours=1)):
        older = UploadCompleted(
            upload_id=ids.uuid7(), title_id=ids.uuid7(), source_key="sources/x", file_name="x"
        )
    newer = upload(tiny, older.title_id)
    hear("encoding", older.type, older.model_dump(mode="json"))
    assert [encode.pk for encode in Encode.objects.all()] == [newer.pk]


def test_cancelling_stops_ffmpeg_and_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "BEAT_EVERY_S", 0.0)
    encode = upload(clip("bbb_480p_30s.mp4"))
    work_once()  # probe
    run, ended = tool.run, []

    def cancel_under_way(*arguments: Any, **options: Any) -> object:
        cancel(encode.title_id)
        outcome = run(*arguments, **options)
        ended.append(outcome)
        return outcome

    monkeypatch.setattr(tool, "run", cancel_under_way)
    work_once()  # check, in the midst of which the title is removed
    assert not ended, "ffmpeg came to its end"
    assert not work_once()
    encode.refresh_from_db()
    assert encode.status == Encode.Status.CANCELLED
    assert not (settings.get().work / str(encode.pk)).exists()
    assert not list(room.store().keys("packages"))


def test_cancelling_a_finished_film_removes_its_packages_and_stills(tiny: Path) -> None:
    encode = upload(tiny)
    work_until_idle()
    assert list(room.store().keys("artwork"))
    cancel(encode.title_id)
    cleaning.sweep_packages()
    assert not list(room.store().keys("packages"))
    assert not list(room.store().keys("artwork"))
    assert not Package.objects.exists()


def test_the_quick_package_goes_a_day_after_the_whole_one_came(tiny: Path) -> None:
    upload(tiny)
    work_until_idle()
    cleaning.sweep_packages()
    assert Package.objects.count() == 2
    with clock.shifted(timedelta(hours=25)):
        cleaning.sweep_packages()
    left = {key.split("/")[1] for key, _ in room.store().keys("packages")}
    assert left == {told().ready[-1].package}
    assert list(room.store().keys("artwork")), "the film's stills must stay"


def test_a_step_that_always_fails_ends_the_encode(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def fail(failing: Hands) -> None:
        tries.append(failing.claim.name)
        msg = "the disk is on fire"
        raise OSError(msg)

    with monkeypatch.context() as on_fire:
        on_fire.setitem(work._BY_KIND, "quick", fail)
        encode = upload(tiny)
        work_until_idle()
    assert tries == ["quick"] * plan.FAILURES_MAX
    assert "after several tries" in told().error
    letter = DeadLetter.objects.get()
    assert "the disk is on fire" in letter.error
    tasks.retry(**letter.arguments)
    work_until_idle()
    again = Encode.objects.exclude(pk=encode.pk).get()
    assert again.status == Encode.Status.DONE


class Death(BaseException):
    """What a kill -9 looks like from inside: no handler of ours runs."""


def test_a_death_in_any_step_loses_nothing(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step dies once just before and once just after its work, then goes on."""
    upload(tiny)
    seen: dict[str, int] = {}
    shift = timedelta()
    for _ in range(100):
        with clock.shifted(shift):
            claim = actions.step_claim()
            if claim is None:
                break
            seen[claim.name] = seen.get(claim.name, 0) + 1
            mine = Hands(claim)
            mine.room.enter()
            if seen[claim.name] == 2:
                # Its work is done, but it dies before it can say so.
                with monkeypatch.context() as patch:
                    for name in ("step_finish", "package_publish"):
                        patch.setattr(actions, name, _die)
                    with pytest.raises(Death):
                        work._BY_KIND[plan.kind_of(claim.name)](mine)
            elif seen[claim.name] > 2:
                work._BY_KIND[plan.kind_of(claim.name)](mine)
        shift += timedelta(seconds=30)
    assert set(seen.values()) == {3}
    heard = told()
    assert [ready.complete for ready in heard.ready] == [False, True]
    assert heard.progress[-1].stage == "done"


def _die(*_arguments: object, **_options: object) -> None:
    raise Death


def test_an_encoder_that_dies_every_time_gives_up(tiny: Path) -> None:
    upload(tiny)
    for death in range(plan.ATTEMPTS_MAX):
        with clock.shifted(timedelta(minutes=death)):
            assert actions.step_claim() is not None
    with clock.shifted(timedelta(hours=1)):
        work_until_idle()
    assert told().progress[-1].stage == "failed"
    assert DeadLetter.objects.count() == 1


@pytest.fixture
def calls() -> Iterator[str]:
    key = f"{app.conf.broker_transport_options['global_keyprefix']}encode"
    connect().delete(key)
    yield key
    connect().delete(key)


def test_the_sweep_calls_again_for_lost_messages_but_no_more_than_needed(
    tiny: Path, calls: str
) -> None:
    upload(tiny)
    assert connect().llen(calls) == 0, "the transaction of this test never commits"
    tasks.sweep()
    assert connect().llen(calls) == 1
    tasks.sweep()
    assert connect().llen(calls) == 1


def test_the_sweep_removes_what_dead_encoders_left(tiny: Path) -> None:
    encode = upload(tiny)
    work_once()
    assert queries.is_active(encode.pk)
    tasks.sweep()
    folder = settings.get().work / str(encode.pk)
    assert folder.is_dir()
    cancel(encode.title_id)
    tasks.sweep()
    assert not folder.exists()
    foreign = settings.get().work / "something else"
    foreign.mkdir()
    tasks.sweep()
    assert foreign.is_dir()
