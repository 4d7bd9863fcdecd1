"""What cutting a film into chunks costs, and what it gains.

The cost: clips encoded whole and in chunks, by the same encoder at the same CRFs, joined and
measured with VMAF; bits at equal quality, CPU time, and wall time with two workers. The gain:
the step times of a real encode, laid out on 1 to 32 workers for a film of ten minutes.
"""

import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from fractions import Fraction
from heapq import heappop, heappush
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import mean

from bench import media
from bench.figures import Figure
from bench.installation import installation, upload, work_until
from matinee.encoding.rules import bjontegaard, encoders, ladder, plan, windows
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.windows import Window
from matinee.kernel import binaries, clock

_TOOL_S = 3600
_PRESET = "veryfast"
_CRFS = (20.0, 24.0, 28.0, 33.0)
_LINES = 360
_CLIP_S_MIN = 20
# Three chunks: one goes ahead.
_CLIP_OF_ROUNDS_S = 30
_FILM_S = 600.0
_WORKERS = (1, 2, 4, 8, 16, 32)
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
        speed_ups = _speed_ups(Path(name))
    return [
        Figure("BD-rate (VMAF) of chunks against the whole, mean", mean(losses), "%", "<= 1"),
        Figure("BD-rate (VMAF) of chunks against the whole, worst clip", max(losses), "%"),
        Figure("CPU time of chunks against the whole", mean(cpu), "×", "<= 1.05"),
        Figure("wall time of chunks by 2 workers against the whole", mean(wall), "×", "<= 1.05"),
        *speed_ups,
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
    before = getrusage(RUSAGE_CHILDREN)
    began_s = clock.monotonic_s()
    with ThreadPoolExecutor(2) as workers:
        made = [
            workers.submit(_part, clip, rung, cut, (to, threads))
            for cut, to in zip(cuts, parts, strict=True)
        ]
        for one in made:
            one.result()
    cost.wall_s += clock.monotonic_s() - began_s
    after = getrusage(RUSAGE_CHILDREN)
    cost.cpu_s += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    listed, joined = folder / "parts.ffconcat", folder / "joined.mp4"
    lines = [f"file {path.name}" for path in parts]
    listed.write_text("\n".join(["ffconcat version 1.0", *lines, ""]))
    _ffmpeg("-f", "concat", "-i", str(listed), "-c", "copy", str(joined))
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
    _ffmpeg("-threads", str(threads), *before, "-i", str(clip), *ends, *codec, *ticks, str(to))


def _vmaf(clip: Path, made: Path, rung: Rung) -> float:
    """VMAF of every fifth picture, at the rung's size."""
    form = "settb=1/25,setpts=N"
    shape = f"fps={rung.rate}:start_time=0,scale={rung.width}:{rung.height}:flags=bicubic"
    graph = (
        f"[0:v]{_VMAF_PAIRS},{form}[d];[1:v]{shape},format=yuv420p,{_VMAF_PAIRS},{form}[r];"
        "[d][r]libvmaf=n_threads=2:shortest=1"
    )
    said = _ffmpeg("-i", str(made), "-i", str(clip), "-lavfi", graph, "-f", "null", "-")
    return float(said.rpartition("VMAF score:")[2].split()[0])


def _counted(clip: Path) -> tuple[str, int]:
    """The clip's constant rate and how many frames it has at that."""
    show = ["-v", "error", "-select_streams", "v:0", "-of", "csv=p=0", "-count_packets"]
    asked = ["-show_entries", "stream=r_frame_rate,nb_read_packets", str(clip)]
    command = [str(binaries.find("ffprobe")), *show, *asked]
    told = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TOOL_S)
    rate, _, frames = told.stdout.strip().partition(",")
    return str(Fraction(rate)), int(frames.strip(","))


def _ffmpeg(*arguments: str) -> str:
    command = [str(binaries.find("ffmpeg")), "-hide_banner", "-nostdin", "-y", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TOOL_S)
    return done.stderr


@dataclass(frozen=True)
class Job:
    """A step with the seconds that it takes one worker."""

    name: str
    group: str
    needs: frozenset[str]
    seconds: float
    rank: int


def _speed_ups(folder: Path) -> list[Figure]:
    """A film of ten minutes on more and more workers, from the step times of a short one.

    A worker is one core. The whole is held up by the one decode that checks the film, which has
    the machine's cores to itself in practice; the rest, once the film plays, is what is spread.
    """
    jobs = grown(_real_jobs(folder), _FILM_S)
    rest = after_playable(jobs)
    found = []
    for workers in _WORKERS:
        most = workers == _WORKERS[-1]
        what = f"10-minute film once it plays, {workers} workers, simulated: faster by"
        gain = makespan(rest, 1) / makespan(rest, workers)
        found.append(Figure(what, gain, "×", f">= {0.8 * workers:g}" if most else None))
    gain = makespan(jobs, 1) / makespan(jobs, _WORKERS[-1])
    what = f"10-minute film from its upload, {_WORKERS[-1]} workers, simulated: faster by"
    found.append(Figure(what, gain, "×"))
    found.append(Figure("10-minute film, simulated: critical path", critical_path_s(jobs), "s"))
    return found


def after_playable(jobs: Sequence[Job]) -> list[Job]:
    """What is to do once a film can be played."""
    rest = [job for job in jobs if job.rank > plan.RANK_QUICK]
    groups = {job.group for job in rest}
    return [replace(job, needs=job.needs & groups) for job in rest]


def _real_jobs(folder: Path) -> tuple[list[Job], float]:
    """The steps of a real encode by one worker, and how long its film is."""
    clip = max(media.clips(), key=lambda path: path.stat().st_size)
    short = folder / "short.mkv"
    cut = ("-c", "copy", "-t", str(_CLIP_OF_ROUNDS_S))
    _ffmpeg("-i", str(clip), "-map", "0:v:0", "-map", "0:a?", *cut, str(short))
    with installation({"MATINEE_ENCODING_KEYS": "none", "MATINEE_ENCODING_THREADS_MAX": "1"}):
        from matinee.encoding.models import Encode, Step  # noqa: PLC0415 - needs the settings

        encode_id = upload(short)
        work_until(encode_id, "")
        encode = Encode.objects.get(pk=encode_id)
        if encode.plan is None or encode.status != Encode.Status.DONE:
            raise SystemExit(f"the clip was not encoded: {encode.error}")
        rows = Step.objects.filter(encode_id=encode_id).order_by("position")
        # A worker with one thread is busy for as long as its CPU is, and a moment to begin.
        jobs = [
            Job(row.name, row.group, frozenset(row.needs), max(0.3, row.cpu_s), row.rank)
            for row in rows
        ]
        return jobs, plan.Plan.model_validate(encode.plan).duration_s


def grown(measured: tuple[Sequence[Job], float], film_s: float) -> list[Job]:
    """The graph of a longer film: more chunks, longer decodes, and trials as they were."""
    jobs, seconds = measured
    times = film_s / seconds
    long: list[Job] = []
    for group in dict.fromkeys(job.group for job in jobs):
        alike = [job for job in jobs if job.group == group]
        kind = plan.kind_of(group)
        if kind == "chunk":
            # A round keeps its share of the film's chunks, and they their mean length.
            whole_s = sum(job.seconds for job in alike) * times
            count = max(1, round(len(alike) * times))
            one = alike[0]
            long += [
                Job(f"{group}-{n}", group, one.needs, whole_s / count, one.rank)
                for n in range(count)
            ]
        elif kind in _AS_LONG_AS_THE_FILM:
            long += [Job(j.name, j.group, j.needs, j.seconds * times, j.rank) for j in alike]
        else:
            long += alike
    return long


_AS_LONG_AS_THE_FILM = {"check", "quick", "audio", "storyboard", "package", "index", "text"}


def makespan(jobs: Sequence[Job], workers: int) -> float:
    """Seconds until all is done, when each free worker takes the first step that can begin.

    List scheduling, as the claims of steps do it.
    """
    waiting = sorted(jobs, key=lambda job: job.rank)
    left = _counts(jobs)
    busy: list[tuple[float, int, Job]] = []
    now_s = 0.0
    while waiting or busy:
        able = [job for job in waiting if _may_begin(job, left)]
        for job in able[: workers - len(busy)]:
            waiting.remove(job)
            heappush(busy, (now_s + job.seconds, id(job), job))
        now_s, _, done = heappop(busy)
        left[done.group] -= 1
    return now_s


def _counts(jobs: Sequence[Job]) -> dict[str, int]:
    left: dict[str, int] = {}
    for job in jobs:
        left[job.group] = left.get(job.group, 0) + 1
    return left


def _may_begin(job: Job, left: Mapping[str, int]) -> bool:
    if plan.kind_of(job.group) == "chunk":
        # A ladder, or the judge of the round before, plans them.
        codec, number = plan.number_of(job.group).split("-")
        before = f"ladder-{codec}" if number == "0" else f"chunk-{codec}-{int(number) - 1}"
        return left.get(before, 0) == 0
    return all(left.get(need, 0) == 0 for need in job.needs)


def critical_path_s(jobs: Sequence[Job]) -> float:
    """Seconds that the film takes on as many workers as there are steps."""
    return makespan(jobs, len(jobs))
