"""How ffmpeg and ffprobe are called: which inputs they may open, and how far they are."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from matinee.encoding import programs, settings
from matinee.encoding.programs import Bounds, Ears, OnError, Outcome, ProgramError, TooSlowError
from matinee.kernel import clock

# Containers of films; no playlist, no list of files, no device, no raw stream, no picture.
CONTAINERS = "mov,mp4,matroska,webm,mpegts,mpeg,avi,flv,asf,ogg,mxf,gxf,ivf"
_SAFE = ("-protocol_whitelist", "file", "-format_whitelist", CONTAINERS)
_PROBE_BYTES, _PROBE_US = 50_000_000, 20_000_000
_PATIENCE = ("-probesize", str(_PROBE_BYTES), "-analyzeduration", str(_PROBE_US))
_SAID = ("-hide_banner", "-nostdin", "-nostats", "-y", "-loglevel", "level+info")
_PROBE_TIME_S = 60.0
_FRAMES_LOOKED_AT = 8
# A broadcast has a keyframe at least this often.
_LEAD_S = 15

Beat = Callable[[float], None]


@dataclass
class Progress:
    """What ffmpeg last said of itself."""

    frames: int = 0
    at_s: float = 0.0
    moved_s: float = 0.0

    def hear(self, line: str) -> None:
        """Take one line of `-progress`."""
        key, _, value = line.partition("=")
        if key == "frame" and value.strip().isdigit():
            self._move(frames=int(value))
        elif key == "out_time_us" and value.lstrip("-").isdigit():
            self._move(at_s=int(value) / 1e6)

    def _move(self, frames: int | None = None, at_s: float | None = None) -> None:
        before = (self.frames, self.at_s)
        self.frames = self.frames if frames is None else frames
        self.at_s = self.at_s if at_s is None else at_s
        if before != (self.frames, self.at_s):
            self.moved_s = clock.monotonic_s()


def source_input(path: Path) -> list[str]:
    """The input arguments for a film of a stranger."""
    pixels = str(settings.get().area_pixels_max)
    return [*_SAFE, *_PATIENCE, "-max_pixels", pixels, "-i", f"file:{path}"]


def own_input(path: Path) -> list[str]:
    """The input arguments for a file that a step before has made."""
    return ["-protocol_whitelist", "file", "-i", f"file:{path}"]


def run(
    arguments: Sequence[str],
    bounds: Bounds,
    *,
    duration_s: float | None = None,
    beat: Beat | None = None,
    on_error: OnError | None = None,
) -> tuple[Outcome, Progress]:
    """Run ffmpeg; `beat` hears the share of `duration_s` done. Stops it where it stands still.

    `on_error` hears what ffmpeg says beside its progress; see `programs.run`.
    """
    progress = Progress(moved_s=clock.monotonic_s())

    def pulse() -> None:
        if bounds.stall_s and clock.monotonic_s() - progress.moved_s > bounds.stall_s:
            msg = f"ffmpeg stood still for {bounds.stall_s:.0f} s at {progress.at_s:.1f} s"
            raise TooSlowError(msg)
        if beat is not None:
            beat(min(1.0, progress.at_s / duration_s) if duration_s else 0.0)

    said = [*_SAID, "-progress", "pipe:1", "-stats_period", "0.5"]
    try:
        ears = Ears(progress.hear, on_error)
        outcome = programs.run("ffmpeg", [*said, *arguments], bounds, ears=ears, pulse=pulse)
    except ProgramError as error:
        error.at_s = progress.at_s
        raise
    return outcome, progress


def probe(path: Path) -> dict[str, Any]:
    """What ffprobe says of a stranger's file: streams, format, first packets and frames."""
    show = ["-v", "error", "-of", "json", "-show_streams", "-show_format"]
    bounds = Bounds(_PROBE_TIME_S)
    answer = programs.run("ffprobe", [*show, *source_input(path)], bounds)
    probed: dict[str, Any] = json.loads(answer.output or b"{}")
    frames = ["-v", "quiet", "-of", "json", "-select_streams", "v"]
    frames += ["-show_frames", "-show_packets"]
    some = ["-read_intervals", f"%+#{_FRAMES_LOOKED_AT}"]
    try:
        seen = programs.run("ffprobe", [*frames, *some, *source_input(path)], bounds)
        first = json.loads(seen.output or b"{}").get("packets_and_frames", [])
    except (ProgramError, ValueError):
        # Not every ffprobe decodes every format; the streams say most of it.
        first = []
    probed["frames"] = [one for one in first if one.get("type") == "frame"]
    probed["packets"] = [one for one in first if one.get("type") == "packet"]
    return probed


def keyframe_at_byte(path: Path, stream: int) -> int | None:
    """Where in the file the first keyframe of the first seconds begins."""
    show = ["-v", "quiet", "-of", "json", "-select_streams", str(stream), "-show_packets"]
    few = ["-read_intervals", f"%+{_LEAD_S}", "-show_entries", "packet=pos,flags"]
    answer = programs.run("ffprobe", [*show, *few, *source_input(path)], Bounds(_PROBE_TIME_S))
    packets = json.loads(answer.output or b"{}").get("packets", [])
    keys = (int(one["pos"]) for one in packets if "K" in one.get("flags", "") and "pos" in one)
    return next(keys, None)


def size_of(path: Path) -> tuple[float, int]:
    """Duration in seconds and size in bytes of a file that a step has made."""
    show = ["-v", "error", "-of", "json", "-show_entries", "format=duration"]
    answer = programs.run("ffprobe", [*show, *own_input(path)], Bounds(_PROBE_TIME_S))
    duration = json.loads(answer.output).get("format", {}).get("duration", 0)
    return float(duration), path.stat().st_size
