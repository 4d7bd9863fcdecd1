"""Films and subtitles of what viewers see, which wait for somebody else like any change of it."""

from datetime import timedelta
from uuid import UUID

import pytest

from matinee.catalog import settings, tasks
from matinee.catalog.actions.leftovers import store_sweep
from matinee.catalog.models import Upload
from matinee.catalog.queries import row_of
from matinee.contracts.catalog import Title
from matinee.kernel import clock, ids
from tests.catalog.conftest import Asker, announced, code_of, ready, step, tell
from tests.catalog.test_amendments import film as arrived
from tests.catalog.test_amendments import history, said, undo, workflow
from tests.catalog.test_subtitles import SRT, listed
from tests.catalog.test_workflow import Known, reviewed
from tests.catalog.tus_client import CHUNK, VERSION, encoded
from tests.catalog.tus_client import film as content_of

pytestmark = pytest.mark.django_db(databases=["catalog"])

SIZE_BYTES = 5_000


def send_subtitles(who: Asker, title_id: UUID, **more: str) -> int:
    wanted = "&".join(f"{name}={value}" for name, value in more.items())
    path = f"studio/titles/{title_id}/subtitles?language=fr&file_name=a.srt&{wanted}"
    return who.send("PUT", path, None, SRT).status_code


def send_film(who: Asker, title_id: UUID, name: str) -> UUID:
    """A film that is proposed, whole."""
    metadata = encoded(title_id=str(title_id), filename=name, proposed="true")
    length = {"Upload-Length": str(SIZE_BYTES), "Upload-Metadata": metadata}
    begun = who.send("POST", "uploads", {**VERSION, **length})
    assert begun.status_code == 201, begun.content
    upload_id = UUID(begun["Location"].rpartition("/")[2])
    headers = {**VERSION, "Upload-Offset": "0", "Content-Type": CHUNK}
    sent = who.send("PATCH", f"uploads/{upload_id}", headers, content_of(SIZE_BYTES))
    assert sent.status_code == 204, sent.content
    return upload_id


def encoded_whole(title_id: UUID) -> None:
    """The film that arrived last plays, whole."""
    encode_id = ids.uuid7()
    tell(ready(title_id, encode_id=encode_id))
    tell(step(title_id, encode_id, 1, stage="done", fraction=1))


def films(title_id: UUID) -> list[str]:
    return sorted(one.file_name for one in row_of(title_id).uploads.all())


def sweep_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove what can be undone no more, as though nothing could be."""
    at_once = settings.get().model_copy(update={"undo_days": 0})
    with monkeypatch.context() as patch:
        patch.setattr(settings, "get", lambda: at_once)
        tasks.sweep_uploads()


def test_subtitles_wait_for_as_long_as_it_takes(
    owner: Asker, shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Known(roles=("editor",))
    with reviewed(monkeypatch, "one"):
        assert send_subtitles(editor, shown.id) == 403
        assert send_subtitles(editor, shown.id, proposed="true") == 200
        assert send_subtitles(editor, shown.id, proposed="true", forced="true") == 200
        assert listed(owner, shown.id).files == []
        assert not announced("subtitles.changed")
        waits = workflow(editor, shown.id).amendment
        assert waits is not None
        assert sorted(waits.after) == ["subtitles:fr::", "subtitles:fr:forced:"]
        with clock.shifted(timedelta(days=400)):
            store_sweep()
        said(owner, shown.id, "amendment/approve", {})
    assert [file.forced for file in listed(owner, shown.id).files] == [False, True]
    assert len(announced("subtitles.changed")[-1]["files"]) == 2
    assert undo(owner, shown.id).status_code == 200
    assert len(listed(owner, shown.id).files) == 1


def test_taking_subtitles_away_waits_too_and_so_does_undoing_it(
    owner: Asker, shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert send_subtitles(owner, shown.id) == 200
    (file,) = listed(owner, shown.id).files
    path = f"studio/titles/{shown.id}/subtitles/{file.id}"
    editor = Known(roles=("editor",))
    with reviewed(monkeypatch, "one"):
        assert code_of(editor.send("DELETE", path)) == "needs_publisher"
        assert editor.send("DELETE", f"{path}?proposed=true").status_code == 200
        assert listed(owner, shown.id).files == [file]
        said(owner, shown.id, "amendment/approve", {})
        assert listed(owner, shown.id).files == []
        assert undo(editor, shown.id).status_code == 200
        assert listed(owner, shown.id).files == []
        said(owner, shown.id, "amendment/approve", {})
    assert [one.id for one in listed(owner, shown.id).files] == [file.id]


def test_a_film_waits_and_is_encoded_once_it_is_approved(
    owner: Asker, shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Known(roles=("editor",))
    arrived(shown.id, "first.mkv")
    encoded_whole(shown.id)
    with reviewed(monkeypatch, "two"):
        upload_id = send_film(editor, shown.id, "second.mkv")
        assert not announced("upload.completed")[1:]
        waits = workflow(editor, shown.id).amendment
        assert waits is not None
        assert waits.before["film"]["file_name"] == "first.mkv"
        # Encoding again is about the film that viewers see, and leaves the other one waiting.
        assert owner.ask("POST", f"studio/titles/{shown.id}/encode").status_code == 200
        assert announced("encode.requested")[-1]["file_name"] == "first.mkv"
        encoded_whole(shown.id)
        tasks.sweep_uploads()
        sweep_at_once(monkeypatch)
        assert films(shown.id) == ["first.mkv", "second.mkv"]
        said(owner, shown.id, "amendment/approve", {})
    told = announced("encode.requested")[-1]
    assert told["source_key"] == f"sources/{upload_id}/second.mkv"
    newest = history(owner, shown.id).deeds[0]
    assert (newest.verb, newest.can_be_undone) == ("amended", True)
    assert undo(owner, shown.id).status_code == 200
    assert announced("encode.requested")[-1]["file_name"] == "first.mkv"


def test_a_film_that_is_proposed_in_vain_is_kept_no_longer_than_a_replaced_one(
    shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Known(roles=("editor",))
    arrived(shown.id, "first.mkv")
    encoded_whole(shown.id)
    with reviewed(monkeypatch, "one"):
        send_film(editor, shown.id, "second.mkv")
        send_film(editor, shown.id, "third.mkv")
        sweep_at_once(monkeypatch)
        assert films(shown.id) == ["first.mkv", "third.mkv"], "only the newest waits"
        said(editor, shown.id, "amendment/discard", {})
        assert films(shown.id) == ["first.mkv", "third.mkv"]
        sweep_at_once(monkeypatch)
    assert films(shown.id) == ["first.mkv"]
    assert not announced("encode.requested")
    assert Upload._default_manager.get(title_id=shown.id).replaced_at is None
