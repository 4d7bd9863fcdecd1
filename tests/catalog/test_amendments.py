"""Changes of what viewers see that wait for somebody else, and everything that can be undone."""

import base64
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.catalog import settings, tasks
from matinee.catalog.actions.films import film_arrive
from matinee.catalog.actions.leftovers import store_sweep
from matinee.catalog.models import Amendment, Upload
from matinee.catalog.queries import row_of
from matinee.contracts.catalog import Title
from matinee.contracts.catalog.workflow import History, Review, Workflow
from matinee.kernel import clock, storage
from matinee.kernel import settings as kernel_settings
from matinee.kernel.databases import transaction_of
from tests.catalog.conftest import Asker, announced, code_of, ready, tell
from tests.catalog.test_artwork import picture, put
from tests.catalog.test_subtitles import SRT, listed
from tests.catalog.test_subtitles import put as subtitles_put
from tests.catalog.test_subtitles import stored as subtitles_stored
from tests.catalog.test_workflow import Known, reviewed

pytestmark = pytest.mark.django_db(databases=["catalog"])


def said(who: Asker, title_id: UUID, path: str, body: dict[str, Any]) -> Workflow:
    answer = who.ask("POST", f"studio/titles/{title_id}/{path}", body)
    assert answer.status_code == 200, answer.content
    return Workflow.model_validate_json(answer.content)


def propose(who: Asker, title_id: UUID, words: str = "", **change: Any) -> Workflow:
    return said(who, title_id, "amendment", {"change": change, "words": words})


def workflow(who: Asker, title_id: UUID) -> Workflow:
    answer = who.ask("GET", f"studio/titles/{title_id}/workflow")
    return Workflow.model_validate_json(answer.content)


def history(who: Asker, title_id: UUID) -> History:
    answer = who.ask("GET", f"studio/titles/{title_id}/history")
    return History.model_validate_json(answer.content)


def undo(who: Asker, title_id: UUID, place: int = 0) -> Any:
    deed = history(who, title_id).deeds[place]
    return who.ask("POST", f"studio/titles/{title_id}/history/{deed.id}/undo")


@pytest.mark.parametrize(("review", "who"), [("one", "editor"), ("two", "publisher")])
def test_a_change_of_what_viewers_see_waits_for_somebody_else(
    shown: Title, viewer: Asker, monkeypatch: pytest.MonkeyPatch, review: Review, who: str
) -> None:
    one, other = Known(roles=(who,)), Known(roles=("publisher",))
    with reviewed(monkeypatch, review):
        assert workflow(one, shown.id).amends
        assert one.ask("PATCH", f"studio/titles/{shown.id}", {"name": "X"}).status_code == 403
        waits = propose(one, shown.id, "It is misspelt.", name="Southern", year=None).amendment
        assert waits is not None
        assert (waits.before, waits.after) == (
            {"name": "Northern", "year": 2020},
            {"name": "Southern", "year": None},
        )
        assert (waits.can_be_approved, waits.can_be_discarded) == (False, True)
        assert viewer.title(shown.id).name == "Northern"
        assert announced("title.changed")[-1]["title"]["name"] == "Northern"
        answer = one.ask("POST", f"studio/titles/{shown.id}/amendment/approve", {})
        assert code_of(answer) in {"needs_publisher", "needs_second_person"}
        after = said(other, shown.id, "amendment/approve", {"words": "Right."})
        assert after.amendment is None
    seen = viewer.title(shown.id)
    assert (seen.name, seen.year) == ("Southern", None)
    first, second = history(other, shown.id).deeds[:2]
    assert (first.verb, first.words, first.can_be_undone) == ("amended", "Right.", True)
    assert (second.verb, second.words) == ("proposed", "It is misspelt.")


def test_proposals_join_and_what_becomes_as_it_was_waits_no_more(
    shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Known(roles=("editor",)), Known(roles=("editor",))
    with reviewed(monkeypatch, "one"):
        propose(one, shown.id, name="Southern")
        both = propose(other, shown.id, tagline="Warm").amendment
        assert both is not None
        assert both.after == {"name": "Southern", "tagline": "Warm"}
        assert len(both.account_ids) == 2
        listed_now = one.ask("GET", "studio/titles?amended=true")
        assert str(shown.id) in listed_now.content.decode()
        left = propose(one, shown.id, name="Northern").amendment
        assert left is not None
        assert left.after == {"tagline": "Warm"}
        assert propose(one, shown.id, tagline="").amendment is None
        assert not Amendment._default_manager.exists()
        assert b'"titles": []' in one.ask("GET", "studio/titles?amended=true").content


def test_what_cannot_be_is_refused_when_it_is_proposed(
    owner: Asker, shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.make("Other", external_ids={"imdb": "tt0017136"})
    with reviewed(monkeypatch, "two"):
        body = {"change": {"external_ids": {"imdb": "tt0017136"}}}
        answer = owner.ask("POST", f"studio/titles/{shown.id}/amendment", body)
        assert code_of(answer) == "imdb_taken"
        assert workflow(owner, shown.id).amendment is None
        assert [deed.verb for deed in history(owner, shown.id).deeds] == ["made"]


def test_what_was_changed_meanwhile_is_not_overwritten(
    owner: Asker, shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Known(roles=("editor",))
    with reviewed(monkeypatch, "one"):
        propose(editor, shown.id, name="Southern")
        owner.ask("PATCH", f"studio/titles/{shown.id}", {"name": "Western"})
        answer = owner.ask("POST", f"studio/titles/{shown.id}/amendment/approve", {})
        assert code_of(answer) == "changed_since"
        stranger = Asker(roles=("editor",))
        path = f"studio/titles/{shown.id}/amendment/discard"
        assert stranger.ask("POST", path, {}).status_code == 403
        assert said(editor, shown.id, "amendment/discard", {"words": "No."}).amendment is None
        assert code_of(editor.ask("POST", path, {})) == "no_amendment"
    assert owner.title(shown.id).name == "Western"
    assert history(owner, shown.id).deeds[0].verb == "discarded"


def test_a_picture_waits_as_words_do(
    owner: Asker, shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Known(roles=("editor",))
    content, path = picture((600, 900)), f"studio/titles/{shown.id}/artwork/poster"
    with reviewed(monkeypatch, "one"):
        assert code_of(editor.send("PUT", path, None, content)) == "needs_publisher"
        assert editor.send("PUT", f"{path}?proposed=true", None, content).status_code == 200
        assert owner.title(shown.id).artwork.poster is None
        waits = workflow(owner, shown.id).amendment
        assert waits is not None
        said(owner, shown.id, "amendment/approve", {})
    assert owner.title(shown.id).artwork.poster == waits.after["poster"]


def test_undoing_is_proposed_where_changes_wait(
    owner: Asker, shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.ask("PATCH", f"studio/titles/{shown.id}", {"name": "Southern"})
    with reviewed(monkeypatch, "two"):
        assert undo(owner, shown.id).status_code == 200
        waits = workflow(owner, shown.id).amendment
    assert waits is not None
    assert waits.after == {"name": "Northern"}
    assert owner.title(shown.id).name == "Southern"


def test_artwork_is_undone_and_done_again(owner: Asker) -> None:
    title = owner.make("Film")
    first = put(owner, title.id, "poster", picture((600, 900))).artwork.poster
    second = put(owner, title.id, "poster", picture((601, 900))).artwork.poster
    assert first != second
    deeds = history(owner, title.id).deeds
    assert [deed.verb for deed in deeds] == ["artwork", "artwork", "made"]
    assert deeds[0].before == {"poster": first}
    assert code_of(undo(owner, title.id, 1)) == "changed_since"
    assert undo(owner, title.id).status_code == 200
    assert owner.title(title.id).artwork.poster == first
    assert undo(owner, title.id).status_code == 200
    assert owner.title(title.id).artwork.poster == second
    owner.send("DELETE", f"studio/titles/{title.id}/artwork/poster")
    assert owner.title(title.id).artwork.poster is None
    assert undo(owner, title.id).status_code == 200
    assert owner.title(title.id).artwork.poster == second


def test_a_languages_picture_is_undone_alone(owner: Asker) -> None:
    title = owner.make("Film")
    path = f"studio/titles/{title.id}/artwork/poster?language=de"
    owner.send("PUT", path, None, picture((600, 900)))
    own = put(owner, title.id, "poster", picture((601, 900))).artwork.poster
    assert undo(owner, title.id, 1).status_code == 200
    seen = announced_title(owner, title.id)
    assert (seen["local_artwork"], seen["artwork"]["poster"]) == ([], own)
    assert undo(owner, title.id).status_code == 200
    assert announced_title(owner, title.id)["local_artwork"][0]["language"] == "de"


def announced_title(who: Asker, title_id: UUID) -> dict[str, Any]:
    """A title as Studio reads it, with every language."""
    answer: Any = who.ask("GET", f"studio/titles/{title_id}")
    told: dict[str, Any] = answer.json()["title"]
    return told


def test_subtitles_are_undone_and_their_files_kept_for_it(owner: Asker) -> None:
    title = owner.make("Film")
    subtitles_put(owner, title.id)
    (second,) = subtitles_put(owner, title.id, SRT.replace(b"Hello", b"Salut")).files
    assert [one.verb for one in history(owner, title.id).deeds][:2] == ["subtitles", "subtitles"]
    assert undo(owner, title.id).status_code == 200
    (back,) = listed(owner, title.id).files
    assert back.id != second.id
    key = announced("subtitles.changed")[-1]["files"][0]["source_key"]
    assert storage.open_storage(kernel_settings.get()).exists(key)
    undo(owner, title.id)
    assert [one.id for one in listed(owner, title.id).files] == [second.id]
    owner.send("DELETE", f"studio/titles/{title.id}/subtitles/{second.id}")
    assert listed(owner, title.id).files == []
    with clock.shifted(timedelta(days=2)):
        store_sweep()
    assert len(subtitles_stored(title.id)) == 2, "they can still be put back"
    undo(owner, title.id)
    assert [one.id for one in listed(owner, title.id).files] == [second.id]
    with clock.shifted(timedelta(days=20)):
        store_sweep()
    assert [key.rpartition("/")[2] for key in subtitles_stored(title.id)] == [str(second.id)]
    assert undo(owner, title.id).status_code == 200  # takes away again what the last one put back
    with clock.shifted(timedelta(days=60)):
        store_sweep()
    assert code_of(undo(owner, title.id)) == "file_gone"


def film(title_id: UUID, name: str) -> Upload:
    """A film of a title lies in the media store."""
    row = row_of(title_id)
    upload = Upload(title=row, file_name=name, size_bytes=1, offset_bytes=1, state="stored")
    upload.source_key, upload.expires_at = f"sources/{upload.pk}/{name}", clock.now()
    upload.save()
    with transaction_of("catalog"):
        film_arrive(row, upload)
    return upload


def test_a_replaced_film_is_put_back_for_as_long_as_it_is_kept(
    owner: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    title = owner.make("Film")
    first = film(title.id, "first.mkv")
    tell(ready(title.id))
    film(title.id, "second.mkv")
    tell(ready(title.id))
    deeds = history(owner, title.id).deeds
    assert [(one.verb, one.can_be_undone) for one in deeds] == [
        *(("film", True), ("film", False), ("made", False)),
    ]
    tasks.sweep_uploads()
    assert undo(owner, title.id).status_code == 200
    told = announced("encode.requested")[-1]
    assert (told["source_key"], told["file_name"]) == (first.source_key, "first.mkv")
    tell(ready(title.id))
    chosen = settings.get().model_copy(update={"undo_days": 0})
    monkeypatch.setattr(settings, "get", lambda: chosen)
    tasks.sweep_uploads()
    assert [one.file_name for one in row_of(title.id).uploads.all()] == ["first.mkv"]
    assert announced("encode.requested")[-1] == told
    gone = undo(owner, title.id)
    assert (gone.status_code, code_of(gone)) == (409, "file_gone")


def test_only_publishers_replace_what_is_shown(
    shown: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    editor = Known(roles=("editor",))
    with reviewed(monkeypatch, "one"):
        answer = editor.send(
            "PUT", f"studio/titles/{shown.id}/subtitles?language=fr&file_name=a.srt", None, SRT
        )
        assert code_of(answer) == "needs_publisher"
        begun = editor.send(
            "POST",
            "uploads",
            {
                "Tus-Resumable": "1.0.0",
                "Upload-Length": "9",
                "Upload-Metadata": tus_metadata(shown.id),
            },
        )
        assert code_of(begun) == "needs_publisher"


def tus_metadata(title_id: UUID) -> str:
    """What names the title of an upload (tus 1.0, creation)."""
    return f"title_id {base64.b64encode(str(title_id).encode()).decode()}"
