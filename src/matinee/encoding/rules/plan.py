"""The plan of an encode: its rungs and tracks, its steps, and what each of them needs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pydantic import BaseModel, ConfigDict

from matinee.contracts.encoding import VideoCodec
from matinee.encoding.rules import ease, ladder, rounds, samples, windows
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.rounds import Round
from matinee.encoding.rules.source import Source
from matinee.encoding.rules.windows import Window

PROBE = "probe"
CHECK = "check"
INDEX = "index"
QUICK = "quick"
TEXT = "text"
STORYBOARD = "storyboard"
GAUGE = "gauge"
EASE = "ease"
STILLS = "stills-1"
FULL_STILLS = "stills-2"
QUICK_PACKAGE = "package-1"
FULL_PACKAGE = "package-2"

# What makes a film playable goes before what makes it good, over all films.
RANK_QUICK = 0
RANK_FULL = 1

FAILURES_MAX = 3
# A step whose encoder died is not to blame, unless it dies every time.
ATTEMPTS_MAX = 10

# From here on a package is written and being moved into the media store.
PUBLISHING_FROM = 0.5

# CPU seconds that a million pixels take: to decode, at the quick preset, at the final ones.
_DECODING, _QUICK, _FINAL = 0.004, 0.008, 0.012
# Trials of both encoders beside the encode itself.
_ANALYSIS_SHARE = 0.08
_TRACK_S_PER_S = 0.02
# Containers in which every keyframe is found by its time.
_INDEXED = ("mov", "matroska")
# One decode feeds encoders of this many pixels a picture; more would need too much memory.
_BUNDLE_PIXELS = 6_300_000


class Plan(BaseModel):
    """What will be made of a source. `rate` is a fraction as text.

    `frames` are those of every rung, known once the quick ones are made. `rounds` has, by codec,
    what was encoded in which order.
    """

    model_config = ConfigDict(frozen=True)

    duration_s: float
    rate: str
    quick: tuple[Rung, ...]
    codecs: tuple[VideoCodec, ...]
    still_size: tuple[int, int]
    # Whether an index must be made before the film can be sought in.
    needs_index: bool = False
    frames: int | None = None
    rounds: dict[VideoCodec, tuple[Round, ...]] = {}

    @property
    def rungs(self) -> tuple[Rung, ...]:
        """The rungs as they are to be kept, by codec, best first."""
        return tuple(rung for codec in self.codecs for rung, _ in self.made(codec))

    def made(self, codec: VideoCodec) -> list[tuple[Rung, dict[int, int]]]:
        """Each rung of a codec as it was encoded last, and by chunk the round that made it."""
        done = self.rounds.get(codec, ())
        last = rounds.latest(done)
        return [(rung, last[name]) for name, rung in rounds.rungs_of(done).items()]

    def windows(self) -> tuple[Window, ...]:
        """The chunks of the film."""
        if self.frames is None:
            msg = "the film's frames are not counted yet"
            raise ValueError(msg)
        return windows.chunks(self.frames, self.rate)


@dataclass(frozen=True)
class StepPlan:
    """A step to do once the groups that it needs are done; `weight` is CPU seconds, roughly."""

    name: str
    needs: frozenset[str]
    weight: float
    rank: int = RANK_FULL
    # The steps that others wait for together; by itself a step is a group of its own name.
    among: str = ""

    @property
    def group(self) -> str:
        """What others that need it wait for."""
        return self.among or self.name


@dataclass(frozen=True)
class ChunkName:
    """What the name of a chunk's step says."""

    codec: VideoCodec
    round: int
    number: int


def kind_of(step: str) -> str:
    """What sort of work a step or a group is, by its name."""
    return step.partition("-")[0]


def number_of(step: str) -> str:
    """Which one of its kind a step is."""
    return step.partition("-")[2]


def chunk_of(step: str) -> ChunkName:
    """The parts of `chunk-<codec>-<round>-<number>`."""
    _, number, chunk = number_of(step).split("-")
    return ChunkName(codec_of(step), int(number), int(chunk))


def codec_of(step: str) -> VideoCodec:
    """Which codec a step of trials, ladder, chunks or judging is about."""
    return "av1" if number_of(step).partition("-")[0] == "av1" else "h264"


def part_name(rung: Rung, round_number: int, chunk: int) -> str:
    """The file that holds a chunk of a rung."""
    return f"{rung.name}-{round_number}-{chunk:05d}.mp4"


def bundles(rungs: Sequence[Rung]) -> list[tuple[Rung, ...]]:
    """The rungs in groups, each of which is made by one decode."""
    found: list[list[Rung]] = []
    for rung in rungs:
        held = sum(r.width * r.height for r in found[-1]) if found else 0
        if not found or held + rung.width * rung.height > _BUNDLE_PIXELS:
            found.append([])
        found[-1].append(rung)
    return [tuple(group) for group in found]


def make_plan(
    source: Source, duration_s: float, lines_max: int, codecs: tuple[VideoCodec, ...] = ("h264",)
) -> Plan:
    """The plan for a source whose decoded duration is known."""
    film = source.picture
    tick, mean = Fraction(film.rate_tick), Fraction(film.rate_mean)
    rate = ladder.output_rate(tick, mean)
    size = film.display_size
    fixed = ladder.ladder(size, rate, lines_max)
    still = next((r for r in fixed if r.lines <= ladder.STANDARD_LINES[2]), fixed[-1])
    return Plan(
        duration_s=duration_s,
        rate=f"{rate.numerator}/{rate.denominator}",
        quick=ladder.quick_rungs(size, rate, lines_max),
        codecs=codecs,
        still_size=(still.width, still.height),
        needs_index=needs_index(source),
    )


def needs_index(source: Source) -> bool:
    """Whether the file cannot be sought in exactly.

    Most containers know no keyframes, or not where they are. In MP4, pictures are found by the
    time of decoding: far from that of showing, where pictures stand for long. A Matroska file
    that does not say how long it is was written live, without cues.
    """
    film = source.picture
    if not source.container.startswith(_INDEXED) or source.duration_s is None:
        return True
    is_even = ladder.is_even(Fraction(film.rate_tick), Fraction(film.rate_mean))
    return source.container.startswith("mov") and not is_even


def first_steps() -> tuple[StepPlan, ...]:
    """What is done with any file."""
    return (
        StepPlan(PROBE, frozenset(), 0.5, RANK_QUICK),
        StepPlan(CHECK, frozenset({PROBE}), 5.0, RANK_QUICK),
    )


def further_steps(source: Source, plan: Plan, lines_max: int) -> tuple[StepPlan, ...]:
    """What is done with a sound film, in the order of urgency."""
    first = _first_media(source, plan)
    quick_is_there = frozenset({QUICK_PACKAGE})
    trials, ladders = [], []
    for codec in plan.codecs:
        sizes = ladder.trial_lines(codec, source.picture.display_size, lines_max)
        trials += [step for lines in sizes for step in _trial_steps(plan, codec, lines)]
        ladders.append(StepPlan(f"ladder-{codec}", frozenset({f"trial-{codec}"}), 0.5))
    # Those of one codec while the other's are still encoded.
    joins = [
        StepPlan(f"join-{codec}", frozenset({f"ladder-{codec}", f"judge-{codec}"}), 0.5)
        for codec in plan.codecs
    ]
    return (
        *first,
        StepPlan(QUICK_PACKAGE, frozenset(step.name for step in first), 2.0, RANK_QUICK),
        *_gauge_steps(source, plan),
        *trials,
        *ladders,
        StepPlan(FULL_STILLS, quick_is_there, 3.0),
        *joins,
        StepPlan(FULL_PACKAGE, frozenset({FULL_STILLS, *(join.name for join in joins)}), 3.0),
    )


def _gauge_steps(source: Source, plan: Plan) -> list[StepPlan]:
    """A long film is looked at in parts, as many encoders as there are side by side."""
    weight, parts = _work(plan, source, plan.quick, 0.0), ease.parts(plan.duration_s)
    if parts == 1:
        return [StepPlan(GAUGE, frozenset({QUICK}), weight)]
    each = [
        StepPlan(f"{EASE}-{n}", frozenset({QUICK}), weight / parts, among=EASE)
        for n in range(parts)
    ]
    return [*each, StepPlan(GAUGE, frozenset({EASE}), 0.1)]


def _trial_steps(plan: Plan, codec: VideoCodec, lines: int) -> list[StepPlan]:
    """The trials of a size: of many samples in parts, and then what comes of them."""
    gauged = frozenset({QUICK_PACKAGE, GAUGE})
    trial, parts = f"trial-{codec}-{lines}", samples.parts(plan.duration_s)
    if parts == 1:
        return [StepPlan(trial, gauged, 1.0, among=f"trial-{codec}")]
    among = f"sample-{codec}-{lines}"
    each = [StepPlan(f"{among}-{n}", gauged, 1.0, among=among) for n in range(parts)]
    return [*each, StepPlan(trial, frozenset({among}), 0.1, among=f"trial-{codec}")]


def _first_media(source: Source, plan: Plan) -> list[StepPlan]:
    """The steps to a first package."""
    seconds = plan.duration_s
    index = [StepPlan(INDEX, frozenset({CHECK}), 0.5, RANK_QUICK)] if plan.needs_index else []
    seekable = frozenset({INDEX if plan.needs_index else CHECK})
    sounds = [
        StepPlan(f"audio-{n}", seekable, 0.2 + _TRACK_S_PER_S * seconds, RANK_QUICK)
        for n in range(len(source.sounds))
    ]
    quick_is_there = frozenset({QUICK})
    return [
        *index,
        StepPlan(QUICK, seekable, _work(plan, source, plan.quick, _QUICK), RANK_QUICK),
        *sounds,
        StepPlan(TEXT, seekable, 0.2, RANK_QUICK),
        # Long before a long film is whole, it has pictures to be found and sought by.
        StepPlan(STILLS, quick_is_there, 0.5, RANK_QUICK),
        StepPlan(STORYBOARD, quick_is_there, 0.5, RANK_QUICK),
    ]


def expected_work(source: Source, plan: Plan, rungs: Sequence[Rung]) -> dict[str, float]:
    """The work, by group, of chunks that are planned later; `rungs` is a usual ladder."""
    weight = _work(plan, source, rungs, _FINAL)
    return {
        f"chunk-{codec}-{number}": share * weight
        for codec in plan.codecs
        for number, share in enumerate((rounds.AHEAD_SHARE, 1 - rounds.AHEAD_SHARE))
    }


def chunk_steps(source: Source, plan: Plan, codec: VideoCodec, new: Round) -> tuple[StepPlan, ...]:
    """The chunks of the next round of a codec, and the judge of that round."""
    number = len(plan.rounds.get(codec, ()))
    group = f"chunk-{codec}-{number}"
    cuts = plan.windows()
    frames = sum(cut.frames for cut in cuts)
    film = {names: _work(plan, source, names, _FINAL) for names in map(new.of_chunk, new.numbers)}
    return (
        *(
            StepPlan(
                f"{group}-{n}",
                frozenset(),
                film[new.of_chunk(n)] * cuts[n].frames / frames,
                among=group,
            )
            for n in new.numbers
        ),
        StepPlan(f"judge-{codec}-{number}", frozenset({group}), 0.2, among=f"judge-{codec}"),
    )


def _work(plan: Plan, source: Source, rungs: Iterable[Rung], cost: float) -> float:
    frames = plan.frames or plan.duration_s * float(Fraction(plan.rate))
    width, height = source.picture.display_size
    made = sum(rung.width * rung.height for rung in rungs)
    return 0.2 + frames * (_DECODING * width * height + cost * made) / 1e6
