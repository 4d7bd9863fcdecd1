"""What cutting a film into chunks costs, and what it gains.

The cost: clips encoded whole and in chunks, by the same encoder at the same CRFs, joined and
measured with VMAF; bits at equal quality, CPU time, and wall time with two workers. The gain:
the step times of a real encode, laid out on 1 to 32 workers for a film of ten minutes.
"""

import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import mean

from bench import media
from bench.figures import Figure
from bench.spreading import children_s, ffmpeg, speed_ups
from matinee.encoding.rules import bjontegaard, encoders, ladder, windows
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.windows import Window
from matinee.kernel import binaries, clock

_TOOL_S = 3600
_PRESET = "veryfast"
_CRFS = (20.0, 24.0, 28.0, 33.0)
_LINES = 360
_CLIP_S_MIN = 20
_VMAF_PAIRS = "select=not(mod(n\\,5))"


@dataclass
class Cost:
    """What encoding a clip in one way took and gave."""

    points: list[bjontegaard.Point]
    cpu_s: float
    wall_s: float


def measure() -> list[Figure]:
    """Penalties in per cent and as ratios; speed-ups of the simulated graph."""
    losses, cpu, wall = [], [], []
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as name:
        for clip in media.clips():
            pair = _compared(clip, Path(name))
            if pair is None:
                continue
            one, many = pair
            rate = bjontegaard.bd_rate(one.points, many.points)
            if rate is not None:
                losses.append(100 * rate)
            cpu.append(many.cpu_s / one.cpu_s)
            wall.append(many.wall_s / one.wall_s)
        if not losses:
            raise SystemExit(f"no clip in {media.folder()} is longer than {_CLIP_S_MIN} s")
        gained = speed_ups(Path(name))
    return [
        Figure("BD-rate (VMAF) of chunks against the whole, mean", mean(losses), "%", "<= 1"),
        Figure("BD-rate (VMAF) of chunks against the whole, worst clip", max(losses), "%"),
        Figure("CPU time of chunks against the whole", mean(cpu), "×", "<= 1.05"),
        Figure("wall time of chunks by 2 workers against the whole", mean(wall), "×", "<= 1.05"),
        *gained,
    ]


def _compared(clip: Path, folder: Path) -> tuple[Cost, Cost] | None:
    """The clip encoded whole and in chunks; None where it is too short to be cut."""
    rate, frames = _counted(clip)
    cuts = windows.chunks(frames, rate)
    if frames / Fraction(rate) < _CLIP_S_MIN or len(cuts) < 2:  # noqa: PLR2004 - one is no cut
        return None
    whole, chunked = Cost([], 0.0, 0.0), Cost([], 0.0, 0.0)
    for crf in _CRFS:
        rung = ladder.rung_of("rung", (640, _LINES), _LINES, Fraction(rate), crf)
        for cost, pieces in ((whole, (windows.whole(frames, rate),)), (chunked, cuts)):
            _encode(clip, rung, pieces, folder, cost)
    return whole, chunked


def _encode(clip: Path, rung: Rung, cuts: Sequence[Window], folder: Path, cost: Cost) -> None:
    """Encode the windows with two workers' threads in all, join them, and measure them."""
    parts = [folder / f"part-{n}.mp4" for n in range(len(cuts))]
    threads = 2 if len(cuts) == 1 else 1
    before, began_s = children_s(), clock.monotonic_s()
    with ThreadPoolExecutor(2) as workers:
        made = [
            workers.submit(_part, clip, rung, cut, (to, threads))
            for cut, to in zip(cuts, parts, strict=True)
        ]
        for one in made:
            one.result()
    cost.wall_s += clock.monotonic_s() - began_s
    cost.cpu_s += children_s() - before
    listed, joined = folder / "parts.ffconcat", folder / "joined.mp4"
    lines = [f"file {path.name}" for path in parts]
    listed.write_text("\n".join(["ffconcat version 1.0", *lines, ""]))
    ffmpeg("-f", "concat", "-i", str(listed), "-c", "copy", str(joined))
    seconds = sum(cut.duration_s for cut in cuts)
    # As it is kept: a part's own container is gone once it is joined.
    bps = joined.stat().st_size * 8 / seconds
    cost.points.append((bps, _vmaf(clip, joined, rung)))


def _part(clip: Path, rung: Rung, cut: Window, made: tuple[Path, int]) -> None:
    to, threads = made
    before, fps = windows.seek(cut)
    drawn = f"{fps},scale={rung.width}:{rung.height}:flags=bicubic,format=yuv420p"
    shape = f"{drawn},{encoders.lifted(rung, 'first')}"
    codec = encoders.x264(rung, _PRESET, threads)
    ends = ("-an", "-sn", "-vf", shape, *encoders.ending(rung, cut.frames))
    ticks = ("-video_track_timescale", str(encoders.timescale(rung.rate)))
    ffmpeg("-threads", str(threads), *before, "-i", str(clip), *ends, *codec, *ticks, str(to))


def _vmaf(clip: Path, made: Path, rung: Rung) -> float:
    """VMAF of every fifth picture, at the rung's size."""
    form = "settb=1/25,setpts=N"
    shape = f"fps={rung.rate}:start_time=0,scale={rung.width}:{rung.height}:flags=bicubic"
    graph = (
        f"[0:v]{_VMAF_PAIRS},{form}[d];[1:v]{shape},format=yuv420p,{_VMAF_PAIRS},{form}[r];"
        "[d][r]libvmaf=n_threads=2:shortest=1"
    )
    said = ffmpeg("-i", str(made), "-i", str(clip), "-lavfi", graph, "-f", "null", "-")
    return float(said.rpartition("VMAF score:")[2].split()[0])


def _counted(clip: Path) -> tuple[str, int]:
    """The clip's constant rate and how many frames it has at that."""
    show = ["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0", "-count_packets"]
    asked = ["-show_entries", "stream=r_frame_rate,nb_read_packets", str(clip)]
    command = [str(binaries.find("ffprobe")), *show, *asked]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TOOL_S)
    rate, _, frames = told.stdout.strip().partition(",")
    return str(Fraction(rate)), int(frames.strip(","))
