"""Subtitles through the text step: inside the film and beside it; what cannot be read is told."""

from pathlib import Path
from uuid import UUID

import pytest

from matinee.contracts.encoding import SubtitleFile
from matinee.contracts.events import SubtitlesChanged
from matinee.encoding import room
from matinee.encoding.actions import Claim, steps
from matinee.encoding.models import Encode, Step
from matinee.encoding.rules import plan
from matinee.encoding.steps import text
from matinee.encoding.steps.hands import Hands
from matinee.encoding.steps.work import work_once
from matinee.kernel import ids
from matinee.kernel.events.hearing import hear
from tests.encoding.conftest import told, upload
from tests.encoding.test_kinds import H264, make, picture
from tests.encoding.test_subtitles import ASS, SRT, TTML

pytestmark = pytest.mark.django_db(databases="__all__")


def text_step(encode: Encode) -> tuple[Step, Path]:
    """Do an encode's steps as far as its text, and that; the work folder with what it made."""
    for name in (plan.PROBE, plan.CHECK):
        assert work_once(), name
    assert told().error == ""
    encode.refresh_from_db()
    row = Step.objects.get(encode=encode, name=plan.TEXT)
    Step.objects.filter(encode=encode).exclude(pk=row.pk).filter(status="ready").update(
        status="waiting"
    )
    claim = steps.step_claim()
    assert isinstance(claim, Claim)
    assert claim.name == plan.TEXT
    hands = Hands(claim)
    text.text(hands)
    row.refresh_from_db()
    return row, hands.room.folder


def put_beside(folder: Path, title_id: UUID, **files: bytes) -> None:
    """Let encoding hear of subtitle files, by language."""
    told_files = []
    for language, content in files.items():
        key = f"subtitles/{title_id}/{language}"
        path = folder / language
        path.write_bytes(content)
        room.store().put_file(path, key)
        told_files.append(SubtitleFile(id=ids.uuid7(), source_key=key, language=language, label=""))
    event = SubtitlesChanged(title_id=title_id, files=told_files)
    hear("encoding", event.type, event.model_dump(mode="json"))


def test_files_beside_a_film_join_those_inside(tmp_path: Path, ffmpeg: Path) -> None:
    (tmp_path / "inside.srt").write_text(SRT)
    (tmp_path / "inside.ass").write_text(ASS)
    inside = ("-i", "inside.srt", "-i", "inside.ass", "-map", "0", "-map", "1", "-map", "2")
    about = ("-c:s", "copy", "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=ger")
    path = make(ffmpeg, tmp_path / "film.mkv", *picture("64x64", "5", 6), *inside, *H264, *about)
    title_id = ids.uuid7()
    put_beside(tmp_path, title_id, fr=TTML.encode(), it=b"A letter.", es=SRT.encode("utf-16"))
    step, folder = text_step(upload(path, title_id))
    tracks = step.facts["tracks"]
    assert [(one["language"], one["label"], one["cues"]) for one in tracks] == [
        ("en", "English", 2),
        ("de", "Deutsch", 2),
        ("fr", "Français", 2),
        ("es", "Español", 2),
    ]
    words = [(folder / one["file"]).read_text() for one in tracks]
    assert words[0].startswith("WEBVTT\n\n00:00:01.500 --> 00:00:03.000\nHello, <i>you</i> there\n")
    assert "line:0" in words[0]
    assert "Hello, <i>you</i>\n<b>me</b>" in words[1]
    # The film is over before the third.
    assert "Ticks" not in words[2]
    (remark,) = step.facts["remarks"]
    assert "Italiano" in remark
    assert "no subtitle format" in remark
    assert not list(folder.glob("subtitles-*"))


def test_a_file_that_is_gone_or_of_another_film_is_told(tmp_path: Path, ffmpeg: Path) -> None:
    path = make(ffmpeg, tmp_path / "film.mkv", *picture("64x64", "5", 2), *H264)
    title_id = ids.uuid7()
    late = b"1\n01:00:00,000 --> 01:00:02,000\nLong after\n"
    put_beside(tmp_path, title_id, fr=late, de=SRT.encode())
    room.store().remove(f"subtitles/{title_id}/de")
    step, _ = text_step(upload(path, title_id))
    assert step.facts["tracks"] == []
    assert "None of its lines" in step.facts["remarks"][0]
    assert "no longer there" in step.facts["remarks"][1]


def test_pictures_of_text_are_left_out_with_a_remark(tmp_path: Path, ffmpeg: Path) -> None:
    (tmp_path / "words.srt").write_text(SRT)
    words = ("-i", "words.srt", "-map", "0", "-map", "1", "-c:s", "copy")
    path = make(ffmpeg, tmp_path / "film.mkv", *picture("64x64", "5", 2), *words, *H264)
    # As a disc's copy names its track; strings of Matroska may end in zeros.
    discs = path.read_bytes().replace(b"S_TEXT/UTF8", b"S_HDMV/PGS\x00")
    path.write_bytes(discs)
    encode = upload(path)
    assert work_once()
    assert work_once()
    facts = Step.objects.get(encode=encode, name="check").facts
    assert "pictures of text" in facts["remarks"][0]
