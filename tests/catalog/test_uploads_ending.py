"""Uploads at their end: films are replaced, swept, moved and announced, through kills."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matinee.catalog import spool, tasks
from matinee.catalog.actions import chunks, leftovers, uploads
from matinee.catalog.models import Title as TitleRow
from matinee.catalog.models import Upload
from matinee.contracts.catalog import Title
from matinee.kernel import clock, ids, storage
from matinee.kernel import settings as kernel_settings
from matinee.kernel.problems import Gone
from tests.catalog.conftest import Asker, announced, ready, step, tell
from tests.catalog.tus_client import (
    OWNER,
    begun,
    film,
    stored,
)
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def title(owner: Asker) -> Title:
    return owner.make("Film")


def test_a_newer_upload_of_a_title_ends_the_older(title: Title) -> None:
    older = begun(title.id, 1000)
    older.patch(0, film(1000)[:10])
    newer = begun(title.id, 1000)
    assert older.head().status_code == 404
    assert newer.patch(0, film(1000)).status_code == 204


def test_a_writer_learns_that_its_upload_was_ended(title: Title) -> None:
    upload = begun(title.id, 1000)

    def read(size_bytes: int) -> bytes:
        upload.delete()
        return film(1000)[:size_bytes]

    with pytest.raises(Gone):
        uploads.upload_append(upload.id, chunks.Chunk(0, 1000, read))
    assert not announced("upload.completed")


def test_a_new_film_replaces_the_old_which_plays_on(title: Title, viewer: Asker) -> None:
    first = begun(title.id, 1000)
    first.patch(0, film(1000))
    tell(ready(title.id, package="packages/old"))
    second = begun(title.id, 2000, "better.mkv")
    second.patch(0, film(2000))
    assert viewer.title(title.id).status == "published"
    assert announced("title.changed")[-1]["package"] == "packages/old"
    tell(ready(title.id, package="packages/new"))
    assert announced("title.changed")[-1]["package"] == "packages/new"
    kept = Upload.objects.filter(state="stored")
    tasks.sweep_uploads()
    assert set(kept.values_list("pk", flat=True)) == {first.id, second.id}, "it may be put back"
    with clock.shifted(timedelta(days=15)):
        tasks.sweep_uploads()
    assert list(kept.values_list("pk", flat=True)) == [second.id]


def test_a_failed_replacement_leaves_the_old_film_playing(title: Title, viewer: Asker) -> None:
    begun(title.id, 1000).patch(0, film(1000))
    tell(ready(title.id, package="packages/old"))
    begun(title.id, 2000).patch(0, film(2000))
    tell(step(title.id, ids.uuid7(), 1, stage="failed", error="No film."))
    assert viewer.title(title.id).status == "published"


def test_uploads_that_nobody_goes_on_with_are_swept(title: Title) -> None:
    upload = begun(title.id, 1000)
    upload.patch(0, film(1000)[:10])
    other = begun(OWNER.make("Other").id, 1000)
    assert uploads.uploads_sweep() == 0
    with clock.shifted(timedelta(hours=60)):
        other.patch(0, film(1000)[:10])
    with clock.shifted(timedelta(hours=73)):
        assert upload.head().status_code == 410
        tasks.sweep_uploads()
        assert upload.head().status_code == 404
        assert not spool.opened().folder(upload.id).exists()
        assert other.offset() == 10


def test_folders_of_no_upload_are_swept(title: Title) -> None:
    orphan = ids.uuid7()
    spool.opened().make(orphan, "film.mkv")
    kept = begun(title.id, 1000)
    with clock.shifted(timedelta(hours=2)):
        assert uploads.uploads_sweep() >= 1
    assert not spool.opened().folder(orphan).exists()
    assert kept.offset() == 0


class KilledError(BaseException):
    """The process ends here."""


@pytest.fixture(params=["before the move", "after the move", "before the task"])
def killed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process dies at a moment between the last byte and the announcement."""

    def die(*_: object) -> None:
        raise KilledError

    if request.param == "before the move":
        monkeypatch.setattr(storage.FolderStorage, "publish_folder", die)
    elif request.param == "after the move":
        monkeypatch.setattr(uploads, "film_arrive", die)
    else:
        monkeypatch.setattr(uploads, "_finish_soon", die)
    yield
    monkeypatch.undo()


def test_a_kill_after_the_last_byte_loses_nothing(
    title: Title, killed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = film(100_000)
    upload = begun(title.id, len(content))
    with pytest.raises(KilledError):
        upload.patch(0, content)
    assert killed is None
    monkeypatch.undo()
    assert upload.offset() == len(content)
    assert not announced("upload.completed")
    tasks.finish_uploads()
    tasks.finish_uploads()
    assert stored(upload.id) == content
    assert len(announced("upload.completed")) == 1
    assert OWNER.title(title.id).status == "processing"


def test_a_whole_file_that_is_lost_is_forgotten(title: Title) -> None:
    upload = begun(title.id, 1000)
    Upload.objects.filter(pk=upload.id).update(state="received", offset_bytes=1000)
    spool.opened().remove(upload.id)
    assert uploads.uploads_finish() == 0
    assert upload.head().status_code == 404
    assert not announced("upload.completed")


def test_a_film_whose_title_is_gone_starts_nothing(title: Title) -> None:
    upload = begun(title.id, 1000)
    OWNER.ask("DELETE", f"studio/titles/{title.id}")
    assert upload.patch(0, film(1000)).status_code == 404
    assert uploads.upload_finish(upload.id) is False
    assert not announced("upload.completed")


def test_an_older_film_never_arrives_after_a_newer(title: Title) -> None:
    older = begun(title.id, 1000)
    content = film(1000)
    older.patch(0, content[:999])
    Upload.objects.filter(pk=older.id).update(state="received", offset_bytes=1000)
    path = spool.opened().folder(older.id) / "film.mkv"
    path.write_bytes(content)
    newer = begun(title.id, 1000)
    newer.patch(0, content)
    assert uploads.upload_finish(older.id) is False
    assert [body["upload_id"] for body in announced("upload.completed")] == [str(newer.id)]


def test_clearing_removes_what_was_left(title: Title) -> None:
    upload = begun(title.id, 1000)
    done = begun(OWNER.make("Other").id, 1000)
    done.patch(0, film(1000))
    tasks.clear([str(upload.id)], [f"sources/{done.id}", "artwork/nothing"])
    assert not spool.opened().folder(upload.id).exists()
    store = storage.open_storage(kernel_settings.get())
    assert not store.exists(f"sources/{done.id}/film.mkv")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The tasks that were sent after a commit."""
    found: list[tuple[str, dict[str, Any]]] = []

    def keep(task: str, arguments: dict[str, Any]) -> None:
        found.append((task, arguments))

    monkeypatch.setattr(leftovers, "send", keep)
    return found


def test_a_removed_title_leaves_nothing_behind(
    title: Title,
    sent: list[tuple[str, dict[str, Any]]],
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    done = begun(title.id, 1000)
    done.patch(0, film(1000))
    under_way = begun(title.id, 1000)
    with django_capture_on_commit_callbacks(using="catalog", execute=True):
        assert OWNER.ask("DELETE", f"studio/titles/{title.id}").status_code == 204
    (clear,) = [arguments for task, arguments in sent if task == "matinee.catalog.clear"]
    beside = {f"artwork/{title.id}", f"subtitles/{title.id}"}
    assert set(clear["prefixes"]) == {*beside, f"sources/{done.id}"}
    assert str(under_way.id) in clear["uploads"]
    tasks.clear(**clear)
    root = kernel_settings.get().home / "media" / "sources" / str(done.id)
    assert not root.exists()


def test_a_film_for_a_store_elsewhere_is_moved_by_a_task(
    title: Title,
    sent: list[tuple[str, dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Callable[..., Any],
) -> None:
    elsewhere = kernel_settings.Settings(
        home=kernel_settings.get().home, media_url="s3://bucket/films"
    )
    monkeypatch.setattr(kernel_settings, "get", lambda: elsewhere)
    upload = begun(title.id, 1000)
    with django_capture_on_commit_callbacks(using="catalog", execute=True):
        upload.patch(0, film(1000))
    assert sent == [("matinee.catalog.finish_upload", {"upload_id": str(upload.id)})]
    assert not announced("upload.completed")
    monkeypatch.undo()
    tasks.finish_upload(str(upload.id))
    assert stored(upload.id) == film(1000)
    assert len(announced("upload.completed")) == 1


def test_file_names_of_clients_lead_nowhere(title: Title) -> None:
    upload = begun(title.id, 1000, "../../../../tmp/evil\x00.mkv")
    upload.patch(0, film(1000))
    (told,) = announced("upload.completed")
    assert told["source_key"] == f"sources/{upload.id}/evil_.mkv"
    assert stored(upload.id, "evil_.mkv") == film(1000)


def test_a_lock_ends_with_its_holder(tmp_path: Path) -> None:
    folder = spool.Spool(tmp_path)
    upload_id = ids.uuid7()
    folder.make(upload_id, "a.mkv")
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with folder.hold(upload_id, "a.mkv"):
            entered.set()
            leave.wait(PATIENCE_S)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(PATIENCE_S)
    with pytest.raises(spool.HeldError), folder.hold(upload_id, "a.mkv", 0.1):
        pass
    leave.set()
    with folder.hold(upload_id, "a.mkv", PATIENCE_S) as part:
        assert part.size_bytes == 0
    holder.join()


def test_what_a_lost_task_left_in_the_store_is_swept(title: Title) -> None:
    kept = begun(title.id, 1000)
    kept.patch(0, film(1000))
    other = OWNER.make("Other")
    left = begun(other.id, 1000)
    left.patch(0, film(1000))
    tell(step(title.id, ids.uuid7(), 1, stage="failed", error="No room."))
    OWNER.ask("POST", f"studio/titles/{title.id}/encode")
    TitleRow.objects.filter(pk=other.id).delete()
    assert leftovers.store_sweep() == 0, "it may be about to be committed"
    with clock.shifted(timedelta(days=2)):
        tasks.sweep_store()
    store = storage.open_storage(kernel_settings.get())
    assert stored(kept.id) == film(1000), "still the source of the film that was tried again"
    assert not store.exists(f"sources/{left.id}/film.mkv")
