"""Owns the way from a reel to a file: frames by pipe, sound and subtitles beside."""

import subprocess
import tempfile
import threading
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np

from matinee.demo.films.paint.canvas import Frame, Size
from matinee.demo.films.records import Cue, DemoFilm
from matinee.demo.films.reel import Reel, Screening
from matinee.demo.films.sound.desk import Stereo
from matinee.demo.films.sound.tones import RATE_HZ

PICTURE_SIZE = Size(1280, 720)
RENDER_TIMEOUT_S = 900.0
_GBR = (1, 2, 0)


class RenderError(Exception):
    """A film could not be rendered; the message ends with what ffmpeg said."""


def render_reel(reel: Reel, to: Path, ffmpeg: Path, size: Size = PICTURE_SIZE) -> Path:
    """Renders a reel to a Matroska file; `to` appears only once it is complete."""
    if not Path(ffmpeg).is_file():
        message = f"no ffmpeg at {ffmpeg}: pass the path of an ffmpeg binary"
        raise RenderError(message)
    to = Path(to)
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{to.stem}-", dir=to.parent) as folder:
        work = Path(folder)
        for number, sound in enumerate(reel.score(reel.film.duration_s)):
            write_wave(work / f"{number}.wav", sound)
        for number, track in enumerate(reel.film.subtitles):
            (work / f"{number}.srt").write_text(subrip(track.cues), encoding="utf-8")
        unfinished = work / "film.mkv"
        _pipe(_frames(reel, size), command(reel.film, size, work, ffmpeg), work / "ffmpeg.log")
        unfinished.replace(to)
    return to


def _frames(reel: Reel, size: Size) -> Iterator[Frame]:
    screening = Screening(reel, size)
    for number in range(round(reel.film.duration_s * reel.film.fps)):
        yield screening.frame(number / reel.film.fps)


def command(film: DemoFilm, size: Size, work: Path, ffmpeg: Path) -> list[str]:
    """The ffmpeg command that makes a film of planar frames on its standard input."""
    line = [str(ffmpeg), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    line += ["-f", "rawvideo", "-pix_fmt", "gbrp", "-s", f"{size.width}x{size.height}"]
    line += ["-r", str(film.fps), "-i", "pipe:0"]
    for number in range(len(film.audio)):
        line += ["-i", str(work / f"{number}.wav")]
    for number in range(len(film.subtitles)):
        line += ["-i", str(work / f"{number}.srt")]
    for number in range(1 + len(film.audio) + len(film.subtitles)):
        line += ["-map", f"{number}:0"]
    line += ["-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p"]
    line += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "18", "-g", str(film.fps * 2)]
    line += ["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709"]
    line += ["-color_range", "tv", "-c:a", "flac", "-c:s", "srt"]
    line += ["-metadata", f"title={film.title}"]
    for number, title in enumerate(film.audio):
        line += [
            f"-metadata:s:a:{number}",
            "language=zxx",
            f"-metadata:s:a:{number}",
            f"title={title}",
        ]
        line += [f"-disposition:a:{number}", "default" if number == 0 else "0"]
    for number, track in enumerate(film.subtitles):
        line += [f"-metadata:s:s:{number}", f"language={track.language}"]
        line += [f"-metadata:s:s:{number}", f"title={track.title}", f"-disposition:s:{number}", "0"]
    return [*line, str(work / "film.mkv")]


def _pipe(frames: Iterator[Frame], line: list[str], log: Path) -> None:
    """Feeds frames to ffmpeg, which is killed if the whole takes longer than the time-out."""
    with log.open("wb") as errors:
        process = subprocess.Popen(
            line, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors
        )
        watchdog = threading.Timer(RENDER_TIMEOUT_S, process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            _feed(frames, process)
            process.wait()
        finally:
            watchdog.cancel()
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode != 0:
        said = log.read_text(encoding="utf-8", errors="replace").strip()[-800:]
        message = f"ffmpeg ended with {process.returncode}: {said or 'it said nothing'}"
        raise RenderError(message)


def _feed(frames: Iterator[Frame], process: "subprocess.Popen[bytes]") -> None:
    pipe = process.stdin
    if pipe is None:
        return
    # A broken pipe means that ffmpeg went first; its return code and its words tell why.
    with suppress(BrokenPipeError):
        for frame in frames:
            planes = frame.transpose(2, 0, 1)
            for channel in _GBR:
                pipe.write(np.ascontiguousarray(planes[channel]).data)
    with suppress(BrokenPipeError):
        pipe.close()


def write_wave(to: Path, sound: Stereo) -> None:
    """Writes stereo sound as 16 bits, rounded."""
    samples = np.round(np.clip(sound.T, -1, 1) * 32767).astype("<i2")
    with wave.open(str(to), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())


def subrip(cues: tuple[Cue, ...]) -> str:
    """The cues as a SubRip file."""
    return "\n".join(
        f"{number}\n{_stamp(cue.start_s)} --> {_stamp(cue.end_s)}\n{cue.text}\n"
        for number, cue in enumerate(cues, 1)
    )


def _stamp(at_s: float) -> str:
    total_ms = round(at_s * 1000)
    seconds, ms = divmod(total_ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02},{ms:03}"
