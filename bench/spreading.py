"""A film of ten minutes on more and more encoders, simulated by the steps of a real encode.

What is to do is planned as for any film of that length. Each step takes what the same one of a
short film took one core, and as much more as there is more of it; joining and packaging were really
done at that length.
"""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import heappop, heappush
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from bench import media
from bench.figures import Figure
from bench.installation import installation, upload, work_until
from matinee.encoding.rules import ease, plan, samples
from matinee.encoding.rules.plan import Plan, StepPlan
from matinee.encoding.rules.source import Source
from matinee.kernel import binaries

_TOOL_S = 3600
# Three chunks: one goes ahead.
_CLIP_S = 30
_FILM_S = 600.0
_WORKERS = (1, 2, 4, 8, 16, 32)
# Whatever a step does, it takes a moment to begin.
_BEGUN_S = 0.3
_AS_LONG_AS_THE_FILM = {"check", "quick", "audio", "storyboard", "package", "index", "text"}


@dataclass(frozen=True)
class Job:
    """A step with the seconds that it takes one worker."""

    name: str
    group: str
    needs: frozenset[str]
    seconds: float
    rank: int


def speed_ups(folder: Path) -> list[Figure]:
    """A film of ten minutes on more and more workers, from the step times of a short one.

    A worker is one core. The whole is held up by the one decode that checks the film, which has
    the machine's cores to itself in practice; the rest, once the film plays, is what is spread.
    """
    jobs = _real_jobs(folder)
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


def _real_jobs(folder: Path) -> list[Job]:
    """The steps of a film of ten minutes, each as long as the same of a short film takes."""
    clip = max(media.clips(), key=lambda path: path.stat().st_size)
    short = folder / "short.mkv"
    cut = ("-c", "copy", "-t", str(_CLIP_S))
    ffmpeg("-i", str(clip), "-map", "0:v:0", "-map", "0:a?", *cut, str(short))
    with installation({"MATINEE_ENCODING_KEYS": "none", "MATINEE_ENCODING_THREADS_MAX": "1"}):
        from matinee.encoding import settings  # noqa: PLC0415 - needs the installation's
        from matinee.encoding.models import Encode, Step  # noqa: PLC0415

        encode_id = upload(short)
        work_until(encode_id, plan.FULL_PACKAGE)
        joins = _lengthened(round(_FILM_S / _CLIP_S))
        work_until(encode_id, "")
        encode = Encode.objects.get(pk=encode_id)
        if encode.plan is None or encode.status != Encode.Status.DONE:
            raise SystemExit(f"the clip was not encoded: {encode.error}")
        steps = Step.objects.filter(encode_id=encode_id).order_by("position")
        # A worker with one thread is busy for as long as its CPU is.
        spent = [(row.name, row.cpu_s) for row in steps]
        made, source = Plan.model_validate(encode.plan), Source.model_validate(encode.source)
        long = made.model_copy(update={"duration_s": _FILM_S})
        further = plan.further_steps(source, long, settings.get().rung_height_max)
    planned = [*plan.first_steps(), *further]
    known = dict(spent) | joins
    times = _FILM_S / made.duration_s
    jobs = [_job(step, _seconds(step, known, made.duration_s), planned) for step in planned]
    return [*jobs, *_chunk_jobs(spent, times)]


def _lengthened(times: int) -> dict[str, float]:
    """Make what is packaged next so many times as long; CPU seconds of joining, by its step."""
    from matinee.encoding import actions  # noqa: PLC0415 - needs the installation
    from matinee.encoding.steps import joining  # noqa: PLC0415
    from matinee.encoding.steps.hands import Hands  # noqa: PLC0415

    claim = actions.step_claim()
    if claim is None:
        raise SystemExit("the clip could not be encoded; see above")
    hands = Hands(claim)
    heard = [facts for name, facts in claim.facts.items() if plan.kind_of(name) == "audio"]
    parts = [("audio", hands.room.part(one["file"])) for facts in heard for one in facts["parts"]]
    parts += [(one.rung.codec, one.path) for one in joining.videos(hands, complete=True)]
    spent: dict[str, float] = {}
    for kind, part in parts:
        before = children_s()
        longer = part.with_name(f"long-{part.name}")
        again = ("-stream_loop", str(times - 1), "-i", str(part))
        ffmpeg(*again, "-map", "0", "-c", "copy", str(longer))
        longer.replace(part)
        spent[f"join-{kind}"] = spent.get(f"join-{kind}", 0.0) + children_s() - before
    actions.step_release(claim)
    return spent


def children_s() -> float:
    """CPU seconds of all programs that have ended."""
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _job(step: StepPlan, seconds: float, planned: Sequence[StepPlan]) -> Job:
    """A step of the plan; also what is known of each chunk only when the rungs are."""
    # The package waits for the judges of all rounds.
    groups = {one.group for one in planned} | {"judge-h264", "judge-av1"}
    return Job(step.name, step.group, step.needs & groups, max(_BEGUN_S, seconds), step.rank)


def _seconds(step: StepPlan, known: Mapping[str, float], film_s: float) -> float:
    """What a step of the long film takes, by the same one of the short film."""
    kind, times = plan.kind_of(step.name), _FILM_S / film_s
    if kind == "ease":
        return known[plan.GAUGE] * times / ease.parts(_FILM_S)
    if kind == "sample":
        tried = samples.count(_FILM_S) / samples.count(film_s) / samples.parts(_FILM_S)
        return known["trial-" + plan.number_of(step.group)] * tried
    if kind in {"gauge", "trial"}:
        # What parts came to is put together.
        return 0.0
    as_long = kind in _AS_LONG_AS_THE_FILM and step.name != plan.FULL_PACKAGE
    return known[step.name] * (times if as_long else 1.0)


def _chunk_jobs(spent: Sequence[tuple[str, float]], times: float) -> list[Job]:
    """The rounds of the long film: each keeps its share of the chunks, and they their length."""
    rounds: dict[str, list[float]] = {}
    for name, cpu_s in spent:
        if plan.kind_of(name) == "chunk":
            rounds.setdefault(name.rpartition("-")[0], []).append(max(_BEGUN_S, cpu_s))
    jobs = []
    for group, seconds in rounds.items():
        count = max(1, round(len(seconds) * times))
        one_s = sum(seconds) * times / count
        jobs += [
            Job(f"{group}-{n}", group, frozenset(), one_s, plan.RANK_FULL) for n in range(count)
        ]
        codec, number = plan.number_of(group).split("-")
        judge = f"judge-{codec}-{number}"
        jobs.append(Job(judge, f"judge-{codec}", frozenset({group}), _BEGUN_S, plan.RANK_FULL))
    return jobs


def makespan(jobs: Sequence[Job], workers: int) -> float:
    """Seconds until all is done, when each free worker takes the first step that can begin.

    List scheduling, as the claims of steps do it: by rank, then what was planned first.
    """
    waiting = sorted(jobs, key=lambda job: (job.rank, _round_of(job)))
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


def _round_of(job: Job) -> int:
    """When a step is planned: with the film, or with its round."""
    if plan.kind_of(job.group) != "chunk":
        return 0
    return 1 + int(plan.number_of(job.group).partition("-")[2])


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


def ffmpeg(*arguments: str) -> str:
    """Run ffmpeg; what it said."""
    command = [str(binaries.find("ffmpeg")), "-hide_banner", "-nostdin", "-y", *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=_TOOL_S)
    return done.stderr
