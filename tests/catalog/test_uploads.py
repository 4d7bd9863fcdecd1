"""Uploads: tus as written, offsets that are always true, and films that arrive whole."""

import errno
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matinee.catalog import settings, spool, tasks
from matinee.catalog.actions import chunks, leftovers, uploads
from matinee.catalog.models import Upload
from matinee.catalog.settings import Settings
from matinee.contracts.catalog import Title
from matinee.kernel import clock, ids, storage
from matinee.kernel import settings as kernel_settings
from matinee.kernel.problems import Gone
from tests.catalog.conftest import Asker, announced, code_of, ready, step, tell
from tests.catalog.tus_client import (
    OWNER,
    VERSION,
    BrokenBody,
    TusUpload,
    begin,
    begun,
    checksum,
    encoded,
    film,
    patch_from,
)

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def title(owner: Asker) -> Title:
    return owner.make("Film")


def stored(upload_id: UUID, name: str = "film.mkv") -> bytes:
    """What lies in the media store of an upload."""
    store = storage.open_storage(kernel_settings.get())
    path = store.local_path(f"sources/{upload_id}/{name}")
    assert path is not None
    return path.read_bytes()


def test_a_film_arrives_whole_and_is_announced(title: Title) -> None:
    content = film(300_000)
    answer = begin(title.id, len(content), "My Film.mkv")
    assert answer.status_code == 201
    assert answer["Tus-Resumable"] == "1.0.0"
    assert answer["Location"].startswith("/api/catalog/uploads/")
    assert answer["Upload-Expires"].endswith("GMT")
    upload = TusUpload(UUID(answer["Location"].rpartition("/")[2]))
    assert upload.offset() == 0
    first = upload.patch(0, content[:100_000])
    assert (first.status_code, first["Upload-Offset"]) == (204, "100000")
    assert OWNER.title(title.id).status == "draft"
    head = upload.head()
    assert (head["Upload-Offset"], head["Upload-Length"]) == ("100000", "300000")
    assert head["Cache-Control"] == "no-store"
    assert head["Upload-Metadata"] == encoded(title_id=str(title.id), filename="My Film.mkv")
    last = upload.patch(100_000, content[100_000:])
    assert (last.status_code, last["Upload-Offset"]) == (204, "300000")
    assert stored(upload.id, "My Film.mkv") == content
    assert OWNER.title(title.id).status == "processing"
    (told,) = announced("upload.completed")
    assert told["source_key"] == f"sources/{upload.id}/My Film.mkv"
    assert (told["title_id"], told["file_name"]) == (str(title.id), "My Film.mkv")
    assert upload.offset() == 300_000, "who lost the last answer learns that all arrived"
    assert upload.patch(300_000, b"").status_code == 204
    assert upload.patch(0, content).status_code == 409
    assert len(announced("upload.completed")) == 1
    assert not spool.opened().folder(upload.id).exists()


def test_the_server_tells_what_it_can() -> None:
    for path in ("uploads", f"uploads/{ids.uuid7()}"):
        answer = Asker(signed_in=False).send("OPTIONS", path)
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert set(answer["Tus-Extension"].split(",")) == {
            "creation",
            "expiration",
            "checksum",
            "termination",
        }
        assert answer["Tus-Checksum-Algorithm"] == "sha1,sha256"
        assert int(answer["Tus-Max-Size"]) == settings.get().upload_size_bytes_max


def test_only_staff_may_upload(title: Title) -> None:
    upload = begun(title.id, 100)
    for who, status in ((Asker(), 403), (Asker(signed_in=False), 401)):
        for method, path in (
            ("POST", "uploads"),
            ("HEAD", upload.path),
            ("PATCH", upload.path),
            ("DELETE", upload.path),
        ):
            assert who.send(method, path, VERSION).status_code == status


def test_another_version_is_refused(title: Title) -> None:
    upload = begun(title.id, 100)
    for headers in (None, {"Tus-Resumable": "0.2.2"}):
        answer = OWNER.send("HEAD", upload.path, headers)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


def test_a_method_may_travel_in_a_header(title: Title) -> None:
    upload = begun(title.id, 100)
    answer = OWNER.send("POST", upload.path, {**VERSION, "X-HTTP-Method-Override": "DELETE"})
    assert answer.status_code == 204
    assert upload.head().status_code == 404
    assert OWNER.send("PUT", "uploads", VERSION).status_code == 405
    assert OWNER.send("PUT", upload.path, VERSION).status_code == 405


@pytest.mark.parametrize(
    ("size", "code"),
    [("0", "empty_file"), ("-5", "bad_header"), ("x", "bad_header"), ("9" * 14, "film_too_large")],
)
def test_a_wrong_size_is_refused(title: Title, size: str, code: str) -> None:
    assert code_of(begin(title.id, size)) == code


def test_an_upload_needs_a_title_that_takes_films(owner: Asker) -> None:
    series = owner.make("Series", kind="series")
    assert code_of(begin(series.id, 10)) == "series_has_no_film"
    assert code_of(begin(ids.uuid7(), 10)) == "unknown_title"
    assert code_of(begin("no-id", 10)) == "no_title"
    answer = OWNER.send("POST", "uploads", {**VERSION, "Upload-Length": "10"})
    assert code_of(answer) == "no_title"


def test_a_wrong_offset_is_told_the_right_one(title: Title) -> None:
    content = film(1000)
    upload = begun(title.id, 1000)
    upload.patch(0, content[:400])
    for offset in (0, 399, 401, 1000):
        answer = upload.patch(offset, content[:10])
        assert (answer.status_code, code_of(answer)) == (409, "wrong_offset")
        assert "400" in json.loads(answer.content)["detail"]
    assert upload.offset() == 400


def test_more_than_announced_is_refused(title: Title) -> None:
    upload = begun(title.id, 1000)
    answer = upload.patch(0, film(1001))
    assert (answer.status_code, code_of(answer)) == (413, "chunk_too_long")
    assert upload.offset() == 0


def test_a_body_must_be_a_chunk(title: Title) -> None:
    upload = begun(title.id, 1000)
    answer = upload.patch(0, film(10), **{"Content-Type": "video/mp4"})
    assert (answer.status_code, code_of(answer)) == (415, "wrong_chunk_type")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_damaged_chunk_is_thrown_away(title: Title, algorithm: str) -> None:
    content = film(2000)
    upload = begun(title.id, 2000)
    assert upload.patch(0, content[:500], **checksum(content[:500], algorithm)).status_code == 204
    answer = upload.patch(500, content[500:], **checksum(b"something else", algorithm))
    assert (answer.status_code, code_of(answer)) == (460, "checksum_mismatch")
    assert upload.offset() == 500
    answer = upload.patch(500, content[500:], **checksum(content[500:], algorithm))
    assert answer.status_code == 204
    assert stored(upload.id) == content


def test_an_unknown_checksum_is_refused(title: Title) -> None:
    upload = begun(title.id, 100)
    answer = upload.patch(0, film(100), **{"Upload-Checksum": "md5 AAAA"})
    assert (answer.status_code, code_of(answer)) == (400, "unknown_checksum")


@pytest.mark.parametrize("broken", [False, True])
def test_what_arrived_before_a_cut_counts(title: Title, *, broken: bool) -> None:
    content = film(1_000_000)
    upload = begun(title.id, len(content))
    if broken:
        body = BrokenBody(content[:700_000])
        assert patch_from(upload, 0, body, len(content)) == 204
    else:
        upload.patch_cut(0, content, 700_000)
    offset = upload.offset()
    assert offset == 700_000
    assert upload.patch(offset, content[offset:]).status_code == 204
    assert stored(upload.id) == content


def test_a_cut_chunk_with_a_checksum_counts_not_at_all(title: Title) -> None:
    content = film(1000)
    upload = begun(title.id, 1000)
    upload.patch_cut(0, content, 700, **checksum(content))
    assert upload.offset() == 0
    assert upload.patch(0, content, **checksum(content)).status_code == 204
    assert stored(upload.id) == content


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400), st.booleans()), max_size=12))
def test_however_it_is_sent_the_film_arrives_as_it_was(
    title: Title, sends: list[tuple[int, int, bool]]
) -> None:
    content = film(1500)
    upload = begun(title.id, len(content))
    for length, arrives_at_most, has_checksum in sends:
        at = upload.offset()
        chunk = content[at : at + length]
        proof = checksum(chunk) if has_checksum else {}
        arrives = min(arrives_at_most, len(chunk))
        assert upload.patch_cut(at, chunk, arrives, **proof) == 204
        counts = arrives == len(chunk) or not has_checksum
        assert upload.offset() == at + (arrives if counts else 0)
    at = upload.offset()
    assert upload.patch(at, content[at:]).status_code == 204
    assert stored(upload.id) == content


def test_bytes_that_nobody_acknowledged_are_cut(title: Title) -> None:
    content = film(1000)
    upload = begun(title.id, 1000)
    upload.patch(0, content[:400])
    path = spool.opened().folder(upload.id) / "film.mkv"
    path.write_bytes(path.read_bytes() + b"garbage of a killed process")
    assert upload.offset() == 400
    upload.patch(400, content[400:])
    assert stored(upload.id) == content


@pytest.mark.parametrize("left", [0, 150])
def test_bytes_that_the_disk_lost_are_asked_for_again(title: Title, left: int) -> None:
    content = film(1000)
    upload = begun(title.id, 1000)
    upload.patch(0, content[:400])
    path = spool.opened().folder(upload.id) / "film.mkv"
    path.write_bytes(content[:left])
    if not left:
        path.unlink()
    assert upload.offset() == left
    assert upload.patch(400, content[400:]).status_code == 409
    upload.patch(left, content[left:])
    assert stored(upload.id) == content


def test_one_writes_at_a_time(title: Title, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "HOLD_WAIT_S", 0.1)
    upload = begun(title.id, 1000)
    with spool.opened().hold(upload.id, "film.mkv"):
        answer = upload.patch(0, film(1000))
        assert (answer.status_code, code_of(answer)) == (423, "upload_busy")
        assert upload.offset() == 0
    assert upload.patch(0, film(1000)).status_code == 204


def test_a_full_disk_is_said_and_waits(title: Title, monkeypatch: pytest.MonkeyPatch) -> None:
    content = film(600_000)
    upload = begun(title.id, len(content))
    write = spool.PartFile.write

    def full(part: spool.PartFile, block: bytes) -> None:
        if part.size_bytes + len(block) > 400_000:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(part, block)

    monkeypatch.setattr(spool.PartFile, "write", full)
    answer = upload.patch(0, content)
    assert (answer.status_code, code_of(answer)) == (507, "disk_full")
    monkeypatch.undo()
    offset = upload.offset()
    assert upload.patch(offset, content[offset:]).status_code == 204
    assert stored(upload.id) == content


def test_no_upload_is_begun_without_room(title: Title, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(title.id, 600)
    monkeypatch.setattr(settings, "get", lambda: Settings(disk_spare_bytes=0))
    monkeypatch.setattr(spool.Spool, "free_bytes", lambda _spool: 1000)
    other = OWNER.make("Other")
    answer = begin(other.id, 500)
    assert (answer.status_code, code_of(answer)) == (507, "disk_full")
    assert begin(other.id, 400).status_code == 201


def test_unfinished_uploads_are_bounded(title: Title, monkeypatch: pytest.MonkeyPatch) -> None:
    begun(title.id, 100)
    monkeypatch.setattr(settings, "get", lambda: Settings(uploads_open_max=1))
    answer = begin(OWNER.make("Other").id, 100)
    assert (answer.status_code, code_of(answer)) == (429, "too_many_uploads")
    assert begin(title.id, 100).status_code == 201, "it takes the place of the one before"


def test_what_is_no_film_is_refused_at_its_first_bytes(title: Title) -> None:
    upload = begun(title.id, 5000, "holiday.mp4")
    answer = upload.patch(0, b"%PDF-1.7\n" + bytes(range(256)) * 10)
    assert (answer.status_code, code_of(answer)) == (415, "not_a_film")
    assert "a PDF document" in json.loads(answer.content)["detail"]
    assert upload.head().status_code == 404
    assert not spool.opened().folder(upload.id).exists()


def test_an_upload_can_be_ended(title: Title) -> None:
    upload = begun(title.id, 1000)
    upload.patch(0, film(1000)[:10])
    assert upload.delete().status_code == 204
    assert upload.head().status_code == 404
    assert upload.delete().status_code == 404
    assert not spool.opened().folder(upload.id).exists()
    done = begun(title.id, 1000)
    done.patch(0, film(1000))
    assert code_of(done.delete()) == "upload_finished"


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
    assert list(Upload.objects.filter(state="stored").values_list("pk", flat=True)) == [second.id]


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
    assert set(clear["prefixes"]) == {f"artwork/{title.id}", f"sources/{done.id}"}
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
            leave.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    assert entered.wait(5)
    with pytest.raises(spool.HeldError), folder.hold(upload_id, "a.mkv", 0.1):
        pass
    leave.set()
    with folder.hold(upload_id, "a.mkv", 5) as part:
        assert part.size_bytes == 0
    holder.join()
