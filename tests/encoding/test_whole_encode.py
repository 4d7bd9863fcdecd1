"""A film from its upload to its package, through the real steps and tools."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from matinee.contracts.encoding import EncodeReport
from matinee.contracts.events import EncodeProgressed, RenditionInfo
from matinee.encoding import queries, room, settings
from matinee.encoding.models import Encode, Package, Step
from matinee.encoding.rules import plan
from matinee.encoding.steps.work import work_once
from tests.clips import beginning, clip
from tests.encoding import packages
from tests.encoding.conftest import Told, told, upload, work_until_idle
from tests.encoding.test_kinds import package_of

pytestmark = pytest.mark.django_db(databases="__all__")


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """The first seconds of a real film with two languages, a little taller than its rungs."""
    return beginning(clip("multi_1080p24_30s_2audio_2subs.mkv"), 5, tmp_path, lines=432)


def test_a_film_with_all_tracks_becomes_a_package(
    film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_CODECS", "h264,av1")
    monkeypatch.setenv("MATINEE_ENCODING_RUNG_HEIGHT_MAX", "360")
    settings.get.cache_clear()
    encode = upload(film)
    work_until_idle()
    heard = told()
    assert heard.error == ""
    check_announced(encode, heard)
    full = heard.ready[-1]
    package = package_of(heard)
    assert package.faults() == []
    assert package.duration_s == pytest.approx(5.0, abs=0.15)
    assert {track.language for track in package.of("audio")} == {"en", "fr"}
    assert [track.language for track in package.of("text")] == ["en", "fr"]
    check_rungs(package, tmp_path)
    check_words(package)
    check_pictures(full.stills, package)
    check_order(heard.progress)
    check_report(heard.reports[0], full.renditions)
    encode.refresh_from_db()
    assert encode.status == Encode.Status.DONE
    assert not (settings.get().work / str(encode.pk)).exists()


def check_announced(encode: Encode, heard: Told) -> None:
    """First the quick rungs, then the film's own in both codecs, with every track of it."""
    quick, full = heard.ready
    assert (quick.complete, full.complete) == (False, True)
    assert quick.package == f"{encode.pk}-1"
    assert full.package == f"{encode.pk}-2"
    assert {rung.codec for rung in full.renditions} == {"h264", "av1"}
    assert max(rung.height for rung in full.renditions) == 360
    assert [rung.height for rung in quick.renditions] == [360, 180]
    for ready in (quick, full):
        assert [track.language for track in ready.audio] == ["en", "fr"]
        assert [track.language for track in ready.subtitles] == ["en", "fr"]
        assert ready.duration_s == pytest.approx(5.0, abs=0.1)


def check_rungs(package: packages.Package, folder: Path) -> None:
    """Every rung has the same keyframes, 2 s apart, and segments of whole GOPs."""
    keyframes = []
    for number, track in enumerate(package.of("video")):
        assert all(length <= 4.1 for _, length, _ in track.segments)
        joined = package.joined(track, folder / f"rung-{number}.mp4")
        keyframes.append(packages.keyframes_s(joined))
    assert keyframes[0] == [float(s) for s in range(0, 5, 2)]
    assert all(one == keyframes[0] for one in keyframes)


def check_words(package: packages.Package) -> None:
    """Subtitles are in both manifests, none is shown unasked, and their words are there."""
    master = (package.folder / "master.m3u8").read_text()
    subtitles = [line for line in master.splitlines() if "TYPE=SUBTITLES" in line]
    assert len(subtitles) == 2
    assert all("DEFAULT=NO" in line for line in subtitles)
    assert re.search(r'TYPE=AUDIO.*LANGUAGE="en".*DEFAULT=YES', master)
    assert "EXT-X-I-FRAME-STREAM-INF" in master
    words = "".join(path.read_text() for path in sorted(package.folder.glob("text-0-en/*.vtt")))
    assert "Birdsong over a pale sky" in words
    assert b"Birdsong" in package.of("text")[0].segments[0][2].read_bytes()


def check_pictures(stills: list[str], package: packages.Package) -> None:
    """Stills are artwork of full size; the storyboard's cues point into its sheet."""
    assert 2 <= len(stills) <= 5
    for key in stills:
        path = room.store().local_path(key)
        assert path is not None
        with Image.open(path) as picture:
            assert picture.size == (640, 360)
            assert picture.convert("L").resize((1, 1)).getpixel((0, 0)) > 20  # type: ignore[operator]
    cues = (package.folder / "storyboard.vtt").read_text()
    places = re.findall(r"storyboard-1\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)", cues)
    assert len(places) == 3
    with Image.open(package.folder / "storyboard-1.jpg") as sheet:
        for x, y, width, height in (map(int, place) for place in places):
            assert x + width <= sheet.width
            assert y + height <= sheet.height


def check_order(progress: list[EncodeProgressed]) -> None:
    """Revisions grow by one, fractions never fall, stages follow each other."""
    assert [event.revision for event in progress] == list(range(1, len(progress) + 1))
    fractions = [event.fraction for event in progress]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    stages = list(dict.fromkeys(event.stage for event in progress))
    assert stages[0] == "queued"
    assert stages[-1] == "done"
    assert [s for s in stages if s in {"checking", "analysing", "encoding", "done"}] == [
        "checking",
        "encoding",
        "analysing",
        "done",
    ]
    told = [{one.stage: one.fraction for one in event.stages} for event in progress]
    assert list(told[-1]) == ["probing", "checking", "analysing", "encoding", "packaging"]
    assert set(told[-1].values()) == {1.0}
    for before, after in pairwise(told):
        assert all(after[stage] >= share for stage, share in before.items())


def check_report(report: EncodeReport, renditions: list[RenditionInfo]) -> None:
    """Every rung is told with the quality that was measured of it, and every stage's work."""
    assert {one.codec for one in report.trials} == {"h264", "av1"}
    assert any(one.on_hull for one in report.trials)
    assert [one.height for one in report.rungs] == [one.height for one in renditions]
    for one, rendition in zip(report.rungs, renditions, strict=True):
        assert one.bitrate_bps == pytest.approx(rendition.bitrate_bps, rel=0.1)
    assert all(0 < one.vmaf_low <= one.vmaf <= 100 for one in report.rungs)
    assert all(one.frames_measured > 0 for one in report.rungs)
    stages = {one.stage: one for one in report.stages}
    assert list(stages) == ["probing", "checking", "analysing", "encoding", "packaging"]
    # Two packages, and the joining of two codecs.
    assert stages["packaging"].steps == 4
    assert stages["encoding"].cpu_s > 0


SHARED = [
    "bbb_480p_30s.mp4",
    "bikes.mp4",
    "hdr10-av1.mp4",
    "intel_car.mp4",
    "multi_1080p24_30s_2audio_2subs.mkv",
    "small_bunny_1080p_30fps.mp4",
]
# Of pictures and sounds as they come from elsewhere: so many seconds, as every further one is like
# them. A whole one, and what becomes of it in a player, is seen in journeys.
ENCODED_S = {"bikes.mp4": 4.0, "hdr10-av1.mp4": 1.5, "intel_car.mp4": 6.0}


@pytest.mark.parametrize("name", ENCODED_S)
def test_what_begins_a_shared_clip_is_taken(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATINEE_ENCODING_RUNG_HEIGHT_MAX", "240")
    settings.get.cache_clear()
    upload(beginning(clip(name), ENCODED_S[name], tmp_path))
    work_until_idle()
    heard = told()
    assert heard.error == ""
    assert heard.progress[-1].stage == "done"
    assert package_of(heard).faults() == []


@pytest.mark.parametrize("name", SHARED)
def test_every_shared_clip_is_found_sound(name: str, tmp_path: Path) -> None:
    encode = upload(beginning(clip(name), 12.0, tmp_path) if name.endswith(".mkv") else clip(name))
    assert work_once()
    assert work_once()
    encode.refresh_from_db()
    assert encode.status == Encode.Status.ACTIVE
    assert encode.plan is not None


def test_a_new_upload_supersedes_what_was_there(tiny: Path) -> None:
    first = upload(tiny)
    work_until_idle()
    upload(tiny, first.title_id)
    work_until_idle()
    kept = Package.objects.filter(remove_at=None)
    assert [package.name for package in kept] == [told().ready[-1].package]
    assert Package.objects.count() == 4
    assert queries.stills_in_use(first.title_id)


def test_every_step_says_what_it_took(tiny: Path) -> None:
    upload(tiny)
    work_until_idle()
    steps = Step.objects.all()
    tools = {"check", "audio", "stills", "storyboard", "trial", "chunk", "package"}
    used = [step for step in steps if plan.kind_of(step.name) in tools]
    assert all(step.wall_s > 0 and step.cpu_s > 0 for step in used)
