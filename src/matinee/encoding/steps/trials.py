"""Trials: samples of the film at one size and several qualities, and the ladder cut from them."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import chain, islice
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from matinee.contracts.encoding import Trial, VideoCodec
from matinee.encoding import actions, ffmpeg, programs, queries, settings
from matinee.encoding.programs import Bounds
from matinee.encoding.rules import (
    choice,
    ease,
    encoders,
    filters,
    plan,
    quality,
    rounds,
    samples,
)
from matinee.encoding.rules import ladder as ladders
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.windows import Window, seek
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.inspect import decode_bounds
from matinee.encoding.steps.quality import Look, gop_ease_of, score

# So many frames of each GOP are measured.
_THREES_A_GOP = 4
_TRIAL_BYTES_MAX = 2 * 1024**3
_SHARE_ENCODING = 0.8
_PROBE_TIME_S = 300.0
_RAW = {"h264": "h264", "av1": "obu"}


class Tried(NamedTuple):
    """What samples at one size and CRF came to: bytes of all, VMAF of each three in order."""

    bytes: int
    scores: list[float]


def trial(hands: Hands) -> None:
    """Try the samples at some sizes, or put together what trials of parts of them came to."""
    codec, head = codec_and_lines(hands.claim.name)
    told = queries.facts_of(hands.claim.encode_id, f"sample-{codec}-{head}-")
    parts = [[Tried(*one) for one in facts["tried"]] for facts in told.values()]
    facts = {"trials": [one.model_dump() for one in try_sizes(hands, codec, head, parts)]}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage()))


def sample(hands: Hands) -> None:
    """Try some of the samples of a long film."""
    trial, _, number = hands.claim.name.rpartition("-")
    codec, head = codec_and_lines(trial)
    looks = samples.part(_looks(hands), int(number), samples.parts(hands.plan.duration_s))
    rungs = _rungs(hands, codec, head)
    # A film with few pictures has fewer samples than others of its length.
    tried = _tried(hands, rungs, looks) if looks else [Tried(0, [])] * len(rungs)
    patiently(lambda: actions.step_finish(hands.claim, {"tried": tried}, hands.usage()))


def ladder(hands: Hands) -> None:
    """Choose the codec's rungs from the trials of all sizes."""
    number = plan.number_of(hands.claim.name)
    codec: VideoCodec = "av1" if number == "av1" else "h264"
    facts = queries.facts_of(hands.claim.encode_id, f"trial-{codec}-")
    tried = [Trial.model_validate(one) for found in facts.values() for one in found["trials"]]
    rungs = choice.rungs(codec, tried, hands.source.picture, hands.plan.rate)
    eases = gop_ease_of(hands.claim)
    first = rounds.ahead(rungs, hands.plan.windows(), gop_bytes_of(hands), eases)
    told = {"trials": [one.model_dump() for one in choice.marked(tried)]}
    patiently(lambda: actions.step_finish(hands.claim, told, hands.usage(), new_round=first))


def codec_and_lines(step: str) -> tuple[VideoCodec, int]:
    """What `trial-<codec>-<lines>` tries, or `sample-<codec>-<lines>` parts of."""
    codec, lines = plan.number_of(step).split("-")
    return ("av1" if codec == "av1" else "h264"), int(lines)


def try_sizes(
    hands: Hands, codec: VideoCodec, head: int, parts: Sequence[Sequence[Tried]] = ()
) -> list[Trial]:
    """The trials of the sizes that come with `head`, made here if no `parts` were made before.

    Bit rates are the film's, as far as the samples tell.
    """
    rungs, looks = _rungs(hands, codec, head), _looks(hands)
    bits, eases = gop_bytes_of(hands), gop_ease_of(hands.claim)
    windows = [look.window for look in looks]
    factor = samples.weight(bits, windows, _frames(hands))
    to_bps = 8 / sum(w.duration_s for w in windows) * factor
    return [
        Trial(
            codec=codec,
            lines=rung.lines,
            crf=rung.crf,
            bitrate_bps=round(sum(part.bytes for part in tried) * to_bps),
            vmaf=round(_film_vmaf(eases, looks, chain(*(part.scores for part in tried))), 3),
            on_hull=False,
        )
        for rung, *tried in zip(rungs, *(parts or [_tried(hands, rungs, looks)]), strict=True)
    ]


def _frames(hands: Hands) -> int:
    return hands.plan.frames or round(hands.plan.duration_s * Fraction(hands.plan.rate))


def _looks(hands: Hands) -> list[Look]:
    """The film's samples, and what is measured of each."""
    bits, eases = gop_bytes_of(hands), gop_ease_of(hands.claim)
    windows = samples.windows(bits, _frames(hands), hands.plan.rate, eases)
    return [
        Look(window, quality.threes(window.frames, _THREES_A_GOP, n))
        for n, window in enumerate(windows)
    ]


def _tried(hands: Hands, rungs: Sequence[Rung], looks: Sequence[Look]) -> list[Tried]:
    """Encode samples as each of the rungs, and measure them."""
    with hands.room.draft_folder() as folder:
        files = [folder / f"{n}.{_RAW[rung.codec]}" for n, rung in enumerate(rungs)]
        _encode(hands, [look.window for look in looks], rungs, files)
        scores = score(hands, looks, [[path] for path in files], rungs[0].dynamic_range)
        return [Tried(path.stat().st_size, told) for path, told in zip(files, scores, strict=True)]


def _film_vmaf(eases: Sequence[float], looks: Sequence[Look], scores: Iterable[float]) -> float:
    """The film's quality by the scores of the looks' threes, which come in order."""
    left = iter(scores)
    seen = []
    for look in looks:
        told = list(islice(left, len(look.starts) or look.window.frames))
        if told:
            seen.append((ease.of_window(eases, look.window), fmean(told)))
    return ease.film_vmaf(eases, seen)


def _rungs(hands: Hands, codec: VideoCodec, head: int) -> list[Rung]:
    """What is tried together with `head`."""
    picture = hands.source.picture
    size = picture.display_size
    every = ladders.sizes_tried(codec, size, settings.get().rung_height_max)
    return [
        choice.trial_rung(codec, picture, lines, hands.plan.rate, crf)
        for lines in ladders.tried_together(codec, size, head)
        for crf in choice.trial_crfs(codec, every.index(lines))
    ]


def _encode(
    hands: Hands, windows: Sequence[Window], rungs: Sequence[Rung], files: Sequence[Path]
) -> None:
    """The windows one after another as one stream per rung, all from one decode."""
    inputs, graph = _drawn(hands, windows, rungs)
    made: list[str] = []
    for n, (rung, path) in enumerate(zip(rungs, files, strict=True)):
        made += ["-map", f"[o{n}]", "-fps_mode", "passthrough"]
        codec = encoders.encoder(rung, presets(), encoders.PART_THREADS)
        made += [*codec, "-f", _RAW[rung.codec], str(path)]
    total_s = sum(window.duration_s for window in windows)
    done = ffmpeg.run(
        [*inputs, "-filter_complex", ";".join(graph), *made],
        decode_bounds(total_s, file_bytes=_TRIAL_BYTES_MAX),
        duration_s=total_s,
        beat=hands.part_of(0.0, _SHARE_ENCODING),
    )
    hands.count(done)


def _drawn(
    hands: Hands, windows: Sequence[Window], rungs: Sequence[Rung]
) -> tuple[list[str], list[str]]:
    """Inputs and filters to `[o0]`, `[o1]` …: the windows' pictures, joined, for each rung."""
    film = hands.film()
    seeks = [seek(window, film.zero_s) for window in windows]
    inputs = [word for before, _ in seeks for word in (*before, *film.input)]
    sizes = list(dict.fromkeys((rung.width, rung.height) for rung in rungs))
    graph = []
    for n, (window, (_, fps)) in enumerate(zip(windows, seeks, strict=True)):
        cut = f"{fps},trim=end_frame={window.frames}"
        pieces = [f"w{n}s{m}" for m in range(len(sizes))]
        graph.append(_split(f"[{n}:{film.picture_index}]", pieces))
        for m, size in enumerate(sizes):
            drawn = filters.picture(hands.source.picture, size, cut, rungs[0].dynamic_range)
            # concat goes by time, so each piece gets times as even as its pictures.
            graph.append(f"[w{n}s{m}]{drawn},{_even_times(window.rate)}[p{n}s{m}]")
    for m, size in enumerate(sizes):
        joined = "".join(f"[p{n}s{m}]" for n in range(len(windows)))
        whole = f"{joined}concat=n={len(windows)},{_even_times(rungs[0].rate)},"
        outputs = [f"o{n}" for n, rung in enumerate(rungs) if (rung.width, rung.height) == size]
        graph.append(_split(whole, outputs))
    return inputs, graph


def _split(before: str, outputs: Sequence[str]) -> str:
    return f"{before}split={len(outputs)}" + "".join(f"[{name}]" for name in outputs)


def _even_times(rate: str) -> str:
    step = 1 / Fraction(rate)
    return f"settb={step.numerator}/{step.denominator},setpts=N"


def presets() -> tuple[str, str]:
    """The final presets of x264 and SVT-AV1."""
    return settings.get().preset, str(settings.get().av1_preset)


def gop_bytes_of(hands: Hands) -> list[int]:
    """What each GOP of the taller quick rung takes; empty where nobody has counted."""
    facts = hands.claim.facts.get(plan.QUICK, {})
    return list(facts.get("gop_bytes", []))


def gop_bytes(path: Path) -> list[int]:
    """Bytes of each GOP of a part that a step has made."""
    show = ["-v", "error", "-of", "csv=p=0", "-select_streams", "v", "-show_packets"]
    few = ["-show_entries", "packet=size,flags"]
    told = programs.run("ffprobe", [*show, *few, *ffmpeg.own_input(path)], Bounds(_PROBE_TIME_S))
    found: list[int] = []
    for line in told.output.decode().splitlines():
        size, _, flags = line.partition(",")
        if not size.isdigit():
            continue
        # Pictures of a closed GOP follow its keyframe also where they are not shown in order.
        if "K" in flags or not found:
            found.append(0)
        found[-1] += int(size)
    return found
