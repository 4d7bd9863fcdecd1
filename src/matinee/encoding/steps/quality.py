"""Measures what was encoded against the film, picture by picture, with VMAF."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from matinee.contracts.encoding import DynamicRange
from matinee.encoding import ffmpeg, settings
from matinee.encoding.actions import Claim
from matinee.encoding.rules import ease, filters, plan, quality
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.quality import Looks, Measured
from matinee.encoding.rules.windows import Window, gop_frames, seek
from matinee.encoding.steps.hands import Hands
from matinee.encoding.steps.inspect import decode_bounds

LOG_BYTES = 64 * 1024**2
# More pictures of the film than this are decoded anew instead of being kept.
_KEPT_BYTES_MAX = 256 * 1024**2
# No container's rounding of times must cut a picture off: so much of a GOP is read beyond it.
_SPARE_GOP = 0.1


@dataclass(frozen=True)
class Look:
    """A stretch of the film to measure, and the first frames of the threes in it: none for all."""

    window: Window
    starts: tuple[int, ...]


@dataclass(frozen=True)
class Looking:
    """What is looked at of a chunk, and the file for its pictures if an encode keeps them.

    `kind` is the dynamic range of the chunk's rungs; `kept_bytes` are what the pictures take, none
    where they are too many to be kept.
    """

    window: Window
    looks: Looks
    look: Look
    kind: DynamicRange
    pictures: Path
    kept_bytes: int

    def keeping(self, hands: Hands, fps: str) -> list[str]:
        """An output of the film's pictures beside the rungs, so that it is decoded once for both.

        `fps` puts the chunk's pictures on the rungs' frames.
        """
        if not self.kept_bytes:
            return []
        first = self.look.window.first_frame - self.window.first_frame
        cut = f"{fps},trim=start_frame={first}:end_frame={first + self.look.window.frames}"
        drawn = _drawn(hands, cut, self.look.starts, self.kind)
        return [
            *("-filter_complex", f"[0:{hands.film().picture_index}]{drawn}[film]"),
            *("-map", "[film]", "-map_metadata", "-1", "-fps_mode", "passthrough"),
            *("-c:v", "rawvideo", "-f", "nut", str(self.pictures)),
        ]


def looking(hands: Hands, window: Window, kind: DynamicRange, pictures: Path) -> Looking | None:
    """What is measured of a chunk whose rungs are of a kind; None where it is not."""
    frames = hands.plan.frames or window.first_frame + window.frames
    wanted = quality.looks(window, frames, gop_ease_of(hands.claim))
    if wanted is None:
        return None
    part = quality.looked(window, wanted)
    turn = window.first_frame // gop_frames(window.rate)
    look = Look(part, quality.threes(part.frames, wanted.gops * wanted.threes, turn))
    return Looking(window, wanted, look, kind, pictures, _kept_bytes(hands, look, kind))


def _kept_bytes(hands: Hands, look: Look, kind: DynamicRange) -> int:
    _, (width, height) = quality.model(hands.source.picture.display_size)
    count = quality.THREE * len(look.starts) or look.window.frames
    needed = width * height * count * (12 if kind == "sdr" else 24) // 8
    return needed if needed <= _KEPT_BYTES_MAX else 0


def measure(hands: Hands, seen: Looking, made: Mapping[Rung, Path]) -> dict[str, Measured]:
    """VMAF by rung of what is looked at of a chunk.

    The film is decoded for it where its pictures were not kept: where nothing had to be encoded.
    """
    at_gops = _at_gops(seen)
    files: list[list[str | Path]] = [[*at_gops, path] for path in made.values()]
    before_s = hands.usage().cpu_s
    kept = seen.pictures.exists()
    film = _kept(seen) if kept else _reference(hands, [seen.look], seen.kind)
    scores = _compared(hands, film, files, seen.kind)
    each_s = round((hands.usage().cpu_s - before_s) / len(made), 3)
    return {
        rung.name: Measured(
            frames=seen.window.frames,
            scores=tuple(told),
            vmaf=_vmaf_of(hands, told, seen.look.window, seen.window),
            cpu_s=each_s,
        )
        for rung, told in zip(made, scores, strict=True)
    }


def _vmaf_of(hands: Hands, scores: Sequence[float], part: Window, window: Window) -> float | None:
    """What the scores of a part tell of a window: as much better or worse as that is easier."""
    by_gop = gop_ease_of(hands.claim)
    if not scores:
        return None
    eases = [ease.of_window(by_gop, one) for one in (part, window)]
    return round(ease.moved(fmean(scores), *eases), 3)


def gop_ease_of(claim: Claim) -> list[float]:
    """How easy each GOP is; empty where nothing is known of it. See `rules.ease`."""
    return list(claim.facts.get(plan.GAUGE, {}).get("ease", []))


def _at_gops(seen: Looking) -> list[str]:
    """Arguments that open a part at the keyframe of one of its GOPs, for as many as are wanted."""
    window, wanted = seen.window, seen.looks
    if wanted.gops >= window.frames // gop_frames(window.rate):
        return []
    return from_gop(seen.look.window, wanted.first_gop)


def from_gop(window: Window, first: int) -> list[str]:
    """Arguments that open a file of ours at the keyframe of its GOP `first`, for a window."""
    gop_s = Window(0, gop_frames(window.rate), window.rate).duration_s
    # ffmpeg seeks a little before what is asked, for pictures out of order: to the same keyframe.
    before = ["-noaccurate_seek", "-ss", f"{(first + 0.5) * gop_s:.3f}"]
    # From that on, and not from where it was asked for; what follows would be decoded for nothing.
    only = ["-t", f"{window.duration_s + _SPARE_GOP * gop_s:.3f}"]
    return [*(before if first else []), *only]


class Reference(NamedTuple):
    """The film in a comparison: its inputs, the filters to `[film]`, where its threes begin."""

    inputs: list[str]
    graph: str
    opened: int
    starts: list[int]
    seconds: float


def score(
    hands: Hands,
    looks: Sequence[Look],
    files: Sequence[Sequence[str | Path]],
    dynamic_range: DynamicRange,
) -> list[list[float]]:
    """VMAF of the looks' threes for each of `files`, which hold the looks' windows one by one.

    The film is decoded once.
    """
    return _compared(hands, _reference(hands, looks, dynamic_range), files, dynamic_range)


def _compared(
    hands: Hands,
    film: Reference,
    files: Sequence[Sequence[str | Path]],
    dynamic_range: DynamicRange,
) -> list[list[float]]:
    """VMAF of the film's threes for each of `files`.

    Pictures are numbered on both sides, so that no container's idea of time matters.
    """
    with hands.room.draft_folder() as folder:
        logs = [folder / f"{n}.json" for n in range(len(files))]
        inputs = list(film.inputs)
        for *before, path in files:
            inputs += [*map(str, before), *ffmpeg.own_input(Path(path))]
        graph = film.graph + _comparisons(hands, film, logs, dynamic_range)
        maps = [word for n in range(len(files)) for word in ("-map", f"[v{n}]")]
        threads = str(settings.get().threads_max)
        done = ffmpeg.run(
            [
                *(*inputs, "-filter_complex_threads", threads, "-filter_complex", graph),
                *(*maps, "-fps_mode", "passthrough", "-f", "null", "-"),
            ],
            decode_bounds(film.seconds, file_bytes=LOG_BYTES),
            beat=hands.beat,
        )
        hands.count(done)
        return [read_log(log) for log in logs]


def _comparisons(
    hands: Hands, film: Reference, logs: Sequence[Path], dynamic_range: DynamicRange
) -> str:
    """Filters from `[film]` and the files, whose inputs follow the film's, to their logs."""
    name, (width, height) = quality.model(hands.source.picture.display_size)
    form = "yuv420p" if dynamic_range == "sdr" else "yuv420p10le"
    every = quality.THREE if film.starts else 1
    graph = f";[film]split={len(logs)}" + "".join(f"[r{n}]" for n in range(len(logs)))
    for n, log in enumerate(logs):
        graph += (
            f";[{film.opened + n}:v]{quality.selected(film.starts)},"
            f"scale={width}:{height}:flags=bicubic,format={form},{quality.numbered(film.starts)}[d{n}]"
            f";[d{n}][r{n}]libvmaf=model={name}:n_threads={settings.get().threads_max}"
            f":n_subsample={every}:shortest=1:log_fmt=json:log_path={log}[v{n}]"
        )
    return graph


def _reference(hands: Hands, looks: Sequence[Look], dynamic_range: DynamicRange) -> Reference:
    """The looks' pictures as displayed, numbered, decoded from the film."""
    film = hands.film()
    inputs: list[str] = []
    graph = []
    for n, look in enumerate(looks):
        before, fps = seek(look.window, film.zero_s)
        inputs += [*before, *film.input]
        cut = f"{fps},trim=end_frame={look.window.frames}"
        drawn = _drawn(hands, cut, look.starts, dynamic_range)
        graph.append(f"[{n}:{film.picture_index}]{drawn},settb=1/25[w{n}]")
    labels = "".join(f"[w{n}]" for n in range(len(looks)))
    joined = f"{labels}concat=n={len(looks)}," if len(looks) > 1 else f"{labels}"
    starts = _joined_starts(looks)
    counted = f";{joined}{quality.numbered(starts)}[film]"
    seconds = sum(look.window.duration_s for look in looks)
    return Reference(inputs, ";".join(graph) + counted, len(looks), starts, seconds)


def _kept(seen: Looking) -> Reference:
    """The same of a chunk's look, from its pictures as the encode has kept them."""
    starts = list(seen.look.starts)
    tagged = filters.tags(seen.kind)
    graph = f"[0:v]{tagged},{quality.numbered(starts)}[film]"
    return Reference(ffmpeg.own_input(seen.pictures), graph, 1, starts, seen.look.window.duration_s)


def _drawn(hands: Hands, cut: str, starts: Sequence[int], dynamic_range: DynamicRange) -> str:
    """The filters to a look's pictures as displayed; `cut` are those to its frames."""
    picture = hands.source.picture
    _, size = quality.model(picture.display_size)
    chosen = f"{cut},{quality.selected(starts)}"
    return filters.picture(picture, size, chosen, dynamic_range)


def _joined_starts(looks: Sequence[Look]) -> list[int]:
    starts, before = [], 0
    for look in looks:
        starts += [before + start for start in look.starts]
        before += look.window.frames
    return starts


def read_log(log: Path) -> list[float]:
    """VMAF of what was measured, in order, as libvmaf wrote it down."""
    told = [frame["metrics"] for frame in json.loads(log.read_text())["frames"]]
    scores = [round(one["vmaf"], 3) for one in told if "vmaf" in one]
    # The first picture has none before it, so its motion counts as none. Where threes are
    # measured it only leads to them.
    return scores[1:] or scores
