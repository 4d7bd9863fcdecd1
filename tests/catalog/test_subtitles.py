"""Subtitle files beside a film: taken, listed, replaced, removed, and told to encoding."""

from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse

from matinee.catalog import models, subtitles
from matinee.catalog.actions.leftovers import store_sweep
from matinee.contracts.catalog import Title, TitleSubtitles
from matinee.kernel import clock, settings, storage
from tests.catalog.conftest import Asker, announced, code_of

pytestmark = pytest.mark.django_db(databases=["catalog"])

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@pytest.fixture
def title(owner: Asker) -> Title:
    return owner.make("Film")


def send(who: Asker, title_id: UUID, content: bytes, **query: object) -> HttpResponse:
    wanted = urlencode({"language": "fr", "file_name": "film.fr.srt", **query})
    return who.send("PUT", f"studio/titles/{title_id}/subtitles?{wanted}", None, content)


def put(who: Asker, title_id: UUID, content: bytes = SRT, **query: object) -> TitleSubtitles:
    answer = send(who, title_id, content, **query)
    assert answer.status_code == 200, answer.content
    return TitleSubtitles.model_validate_json(answer.content)


def listed(who: Asker, title_id: UUID) -> TitleSubtitles:
    answer = who.send("GET", f"studio/titles/{title_id}/subtitles")
    return TitleSubtitles.model_validate_json(answer.content)


def stored(title_id: UUID) -> list[str]:
    store = storage.open_storage(settings.get())
    return [key for key, _ in store.keys(f"subtitles/{title_id}")]


def test_files_are_kept_and_told_all_together(owner: Asker, title: Title) -> None:
    put(owner, title.id)
    both = put(owner, title.id, language="de", label="Für Kinder", forced="true")
    assert [(one.language, one.label, one.forced) for one in both.files] == [
        ("de", "Für Kinder", True),
        ("fr", "", False),
    ]
    assert both == listed(owner, title.id)
    assert not both.encode_again
    told = announced("subtitles.changed")[-1]
    assert told["title_id"] == str(title.id)
    assert [file["language"] for file in told["files"]] == ["de", "fr"]
    store = storage.open_storage(settings.get())
    path = store.local_path(told["files"][1]["source_key"])
    assert path is not None
    assert path.read_bytes() == SRT


def test_the_same_language_and_label_is_replaced(owner: Asker, title: Title) -> None:
    first = put(owner, title.id).files[0]
    second = put(owner, title.id, SRT.replace(b"Hello", b"Salut")).files
    assert len(second) == 1
    assert second[0].id != first.id
    assert stored(title.id)[-1].endswith(str(second[0].id))


def test_a_file_can_be_taken_away(owner: Asker, title: Title) -> None:
    file = put(owner, title.id).files[0]
    path = f"studio/titles/{title.id}/subtitles/{file.id}"
    answer = owner.send("DELETE", path)
    assert TitleSubtitles.model_validate_json(answer.content).files == []
    assert announced("subtitles.changed")[-1]["files"] == []
    again = owner.send("DELETE", path)
    assert again.status_code == 404
    assert code_of(again) == "unknown_subtitles"


def test_a_film_that_came_before_wants_to_be_encoded_again(owner: Asker, title: Title) -> None:
    models.Title._default_manager.filter(pk=title.id).update(film_upload_id=uuid4())
    assert put(owner, title.id).encode_again
    assert listed(owner, title.id).encode_again


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "no_subtitles"),
        (b"x" * (subtitles.SIZE_BYTES_MAX + 1), 413, "subtitles_too_large"),
        (b"PG\x00\x00" * 9, 422, "subtitles_are_pictures"),
        (b"A letter to a friend.", 422, "not_subtitles"),
    ],
)
def test_what_is_no_subtitle_file(
    content: bytes, status: int, code: str, owner: Asker, title: Title
) -> None:
    answer = send(owner, title.id, content)
    assert answer.status_code == status
    assert code_of(answer) == code
    assert listed(owner, title.id).files == []
    assert announced("subtitles.changed") == []
    assert stored(title.id) == []


@pytest.mark.parametrize(
    "content",
    [
        SRT.decode().encode("utf-16"),
        b"[Script Info]\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,x",
        b'<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml"/>',
        b"WEBVTT\n\n00:01.000 --> 00:02.000\nx\n",
    ],
)
def test_every_format_passes_the_first_look(content: bytes, owner: Asker, title: Title) -> None:
    assert len(put(owner, title.id, content).files) == 1


def test_a_language_is_a_tag(owner: Asker, title: Title) -> None:
    assert send(owner, title.id, SRT, language="French!").status_code == 422


def test_only_staff_may(viewer: Asker, owner: Asker, title: Title) -> None:
    assert send(viewer, title.id, SRT).status_code == 403
    assert viewer.send("GET", f"studio/titles/{title.id}/subtitles").status_code == 403
    assert send(owner, uuid4(), SRT).status_code == 404


def test_a_series_has_none(owner: Asker) -> None:
    series = owner.make("Harbour", kind="series")
    assert code_of(send(owner, series.id, SRT)) == "series_has_no_film"


def test_there_are_not_too_many(
    owner: Asker, title: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.catalog.actions.subtitles.FILES_MAX", 1)
    put(owner, title.id)
    assert code_of(send(owner, title.id, SRT, language="de")) == "too_many_subtitles"
    put(owner, title.id)


def test_files_of_titles_that_are_gone_are_swept(
    owner: Asker, title: Title, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(owner, title.id)
    models.Title._default_manager.filter(pk=title.id).delete()
    monkeypatch.setattr(clock, "unix_s", lambda: 10.0**11)
    assert store_sweep() >= 1
    assert stored(title.id) == []
