"""The file that comes out: its streams, their names, and what happens when ffmpeg fails."""

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import imageio_ffmpeg
import pytest

from matinee.demo import films
from matinee.demo.films.paint.canvas import Size
from matinee.demo.films.registry import REELS
from matinee.demo.films.rendering import RenderError, render_reel
from tests.patience import PATIENCE_S

FFMPEG = Path(imageio_ffmpeg.get_ffmpeg_exe())
SMALL = Size(160, 90)


def streams(file: Path) -> str:
    """What ffmpeg says of a file; the wheel brings no ffprobe, and this says the same."""
    said = subprocess.run(
        [str(FFMPEG), "-hide_banner", "-i", str(file)],
        capture_output=True,
        check=False,
        timeout=PATIENCE_S,
    )
    return said.stderr.decode()


def test_a_film_has_its_picture_every_sound_track_and_every_subtitle(tmp_path: Path) -> None:
    reel = REELS["still-water-green-fire"]
    first_lines = tuple(replace(track, cues=track.cues[:1]) for track in reel.film.subtitles)
    short = replace(reel, film=replace(reel.film, duration_s=10.0, subtitles=first_lines))
    file = render_reel(short, tmp_path / "films" / "film.mkv", FFMPEG, SMALL)
    said = streams(file)
    assert re.search(r"Video: h264.*yuv420p\(tv, bt709.*160x90.*24 fps", said)
    assert "Duration: 00:00:10.0" in said
    assert len(re.findall(r"\(zxx\): Audio: flac, 48000 Hz, stereo", said)) == 2
    assert re.findall(r"\((\w+)\): Subtitle: subrip", said) == ["eng", "fre"]
    for title in (*reel.film.audio, "English", "Français"):
        assert re.search(rf"title\s+: {title}\n", said)
    assert [path.name for path in file.parent.iterdir()] == ["film.mkv"]


def test_the_first_film_renders_whole(tmp_path: Path) -> None:
    film = films.FILMS[0]
    file = render_reel(REELS[film.slug], tmp_path / "first.mkv", FFMPEG, SMALL)
    said = streams(file)
    assert f"Duration: 00:00:{film.duration_s:.0f}" in said
    assert "title           : Before the Valley Wakes" in said


def test_two_renderings_show_the_same_frames(tmp_path: Path) -> None:
    reel = REELS["loud-letters"]
    short = replace(reel, film=replace(reel.film, duration_s=1.0))
    files = [render_reel(short, tmp_path / f"{n}.mkv", FFMPEG, SMALL) for n in range(2)]
    sums = [
        subprocess.run(
            [str(FFMPEG), "-v", "error", "-i", str(file), "-f", "framemd5", "-"],
            capture_output=True,
            check=True,
            timeout=PATIENCE_S,
        ).stdout
        for file in files
    ]
    assert sums[0] == sums[1]
    assert sums[0].count(b"\n") > 24


def test_a_missing_ffmpeg_says_what_to_pass(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="pass the path of an ffmpeg binary"):
        films.render(films.FILMS[0], tmp_path / "film.mkv", tmp_path / "no-ffmpeg")


def test_a_failing_ffmpeg_leaves_nothing_and_its_words_are_passed_on(tmp_path: Path) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho no room on the disk >&2\nexit 3\n")
    broken.chmod(0o755)
    reel = REELS["loud-letters"]
    short = replace(reel, film=replace(reel.film, duration_s=1.0))
    out = tmp_path / "out"
    with pytest.raises(RenderError, match="ended with 3: no room on the disk"):
        render_reel(short, out / "film.mkv", broken, SMALL)
    assert list(out.iterdir()) == []


def test_a_film_that_is_not_ours_is_refused(tmp_path: Path) -> None:
    stranger = replace(films.FILMS[0], slug="somebody-elses")
    with pytest.raises(films.UnknownTitleError):
        films.render(stranger, tmp_path / "film.mkv", FFMPEG)
