"""Uploads: tus as written, offsets that are always true, and films that arrive whole."""

import errno
import json
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from matinee.catalog import settings, spool
from matinee.catalog.actions import uploads
from matinee.catalog.settings import Settings
from matinee.contracts.catalog import Title
from matinee.kernel import ids
from tests.catalog.conftest import Asker, announced, code_of
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
    stored,
)

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def title(owner: Asker) -> Title:
    return owner.make("Film")


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


@pytest.mark.asvs("V5.2.1")
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


@pytest.mark.asvs("V5.2.1")
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
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
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


@pytest.mark.asvs("V5.2.1")
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
