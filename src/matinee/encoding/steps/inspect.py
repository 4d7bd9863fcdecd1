"""Probe and check: whether the file is a sound film, all the way through."""

from collections.abc import Mapping
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from matinee.encoding import actions, ffmpeg, settings
from matinee.encoding.ffmpeg import Progress
from matinee.encoding.programs import Bounds, Outcome, ProgramError, TooSlowError
from matinee.encoding.rules import bars, filters, needs, plan, signatures, sound, source
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.source import Limits, Source
from matinee.encoding.rules.unfit import Unfit
from matinee.encoding.rules.windows import Window, seek
from matinee.encoding.steps import rungs, verdicts
from matinee.encoding.steps.findings import BOXES_MAX, Findings
from matinee.encoding.steps.hands import Hands, patiently

_LENIENT = ("-err_detect", "crccheck+bitstream+buffer")
_STRICT = ("-xerror", "-err_detect", "crccheck+bitstream+buffer+explode")
_BROADCAST = "mpegts"
_RECORDING_ERRORS_MAX = 4
# No sound film takes longer to decode than this, on any machine that one would use.
_DECODE_S_PER_S = 30.0
_DECODE_S_LEAST = 120.0
_STALL_S = 90.0
_LONGEST_S = 11 * 3600.0
# Declared and decoded durations may differ a little in any file.
_SHORT_S, _SHORT_SHARE = 1.0, 0.05
_LOOK_S = 1.0


def probe(hands: Hands) -> None:
    """Read what the file says of itself; Unfit where that cannot be a film that is taken."""
    path = _source_after_room_check(hands)
    size_bytes = path.stat().st_size
    with path.open("rb") as file:
        signatures.refuse_others(file.read(signatures.READ_BYTES), size_bytes)
    try:
        probed = ffmpeg.probe(path)
    except ProgramError as error:
        raise verdicts.unreadable(error) from error
    except TooSlowError as error:
        msg = "The file cannot be read in reasonable time; it is probably damaged. Export it again."
        raise Unfit(msg) from error
    found = source.read(probed, size_bytes, _limits())
    facts = {"duration_s": found.duration_s, "texts_left_out": found.texts_left_out}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage(), source=found))


def check(hands: Hands) -> None:
    """Decode all of it once, strictly, and measure it on the way; then make the plan."""
    path = hands.room.source(hands.claim.source_key)
    findings = Findings()
    with hands.room.draft_folder() as folder:
        ahead = _ahead(hands, folder)
        outcome, progress = _decode(hands, path, findings, ahead)
        found, facts, new = _judged(hands, outcome, progress, findings)
        if found.picture == hands.source.picture and new.quick == tuple(ahead):
            rungs.keep(hands, ahead)
    patiently(
        lambda: actions.step_finish(hands.claim, facts, hands.usage(), source=found, new_plan=new)
    )


def _ahead(hands: Hands, folder: Path) -> dict[Rung, Path]:
    """The quick rungs, to be made by the same decode, where the probe says enough to plan them.

    What is found on the way may show that they should have been others; then they are not kept.
    """
    found, ours = hands.source, settings.get()
    if found.duration_s is None:
        return {}
    guess = plan.make_plan(found, found.duration_s, ours.rung_height_max, ours.codec_names)
    if guess.needs_index:
        return {}
    return {rung: folder / f"{rung.name}.mp4" for rung in guess.quick}


def _judged(
    hands: Hands, outcome: Outcome, progress: Progress, findings: Findings
) -> tuple[Source, dict[str, Any], plan.Plan]:
    """What the decode found: the source as seen, facts to keep, the plan; Unfit if it failed."""
    if not progress.frames:
        raise Unfit(verdicts.DAMAGED.format(at="its first picture"))
    _refuse_cut_short(hands.source, outcome, progress)
    if verdicts.has_lost_parts(outcome.lines):
        raise Unfit(verdicts.GAPS)
    duration_s = progress.at_s or hands.source.duration_s or 0.0
    source.judge_duration(duration_s, _limits())
    source.judge_pictures(progress.frames, duration_s)
    mean = Fraction(progress.frames / duration_s).limit_denominator(1001)
    found = _as_seen(_with_mean(hands.source, mean), findings)
    facts = {
        "frames": progress.frames,
        "duration_s": duration_s,
        "loudness": {name: asdict(one) for name, one in findings.loudness.items()},
        "scenes": [at_s for at_s in findings.scenes if at_s < duration_s],
        "crop": found.picture.crop,
        "remarks": _remarks(found),
    }
    ours = settings.get()
    new = plan.make_plan(found, duration_s, ours.rung_height_max, ours.codec_names)
    _refuse_without_room(hands, found, new)
    return found, facts, new


def _as_seen(found: Source, findings: Findings) -> Source:
    """The source with what only its pictures tell."""
    film = found.picture
    seen = {
        "crop": bars.crop_of(findings.boxes, film.upright_size),
        "mastering": findings.mastering,
        "light": findings.light,
    }
    return found.model_copy(update={"picture": film.model_copy(update=seen)})


def _remarks(found: Source) -> list[str]:
    remarks = []
    film = found.picture
    if film.crop is not None:
        whole, part = ("{} x {}".format(*size) for size in (film.upright_size, film.crop))
        remarks.append(f"Black bars are cut away: of {whole} pixels, {part} are film.")
    if found.texts_left_out:
        remarks.append(
            f"{found.texts_left_out} subtitle tracks of the file are left out, because they are "
            "pictures of text (as on discs) or in an unknown format. Add them as SRT, WebVTT, ASS "
            "or TTML files."
        )
    return remarks


def _with_mean(found: Source, mean: Fraction) -> Source:
    """The source with its counted rate, where the container's figure is far from it."""
    said = Fraction(found.picture.rate_mean)
    if abs(said - mean) <= said / 10:
        return found
    return found.model_copy(
        update={"picture": found.picture.model_copy(update={"rate_mean": str(mean)})}
    )


def decode_bounds(duration_s: float | None, *, file_bytes: int = 1024**2) -> Bounds:
    """How long decoding a film of this length may take at the very most."""
    expected_s = _DECODE_S_LEAST + _DECODE_S_PER_S * (duration_s or settings.get().duration_s_max)
    return Bounds(min(expected_s, _LONGEST_S), file_bytes=file_bytes, stall_s=_STALL_S)


def _decode(
    hands: Hands, path: Path, findings: Findings, ahead: Mapping[Rung, Path]
) -> tuple[Outcome, Progress]:
    found = hands.source
    strict = _recording(found, path) if found.container == _BROADCAST else _STRICT
    opened = ffmpeg.source_input(path)
    try:
        try:
            outcome, progress = _decode_once(hands, [*strict, *opened], findings, ahead)
        except ProgramError as error:
            if not verdicts.lacks_only_references(error.lines):
                raise
            # Cut from a longer film without encoding anew: what it refers to was left behind.
            outcome, progress = _decode_once(hands, [*_LENIENT, *opened], findings, ahead)
            if verdicts.has_other_errors(outcome.lines):
                raise
    except ProgramError as error:
        raise verdicts.damaged(error) from error
    except TooSlowError as error:
        msg = (
            "The film takes far too long to decode, so it is damaged or was made to do so. "
            "Export it again and upload the new file."
        )
        raise Unfit(msg) from error
    if verdicts.undecoded(outcome.lines) > _RECORDING_ERRORS_MAX:
        raise Unfit(verdicts.DAMAGED.format(at=f"{progress.at_s:.1f} s without errors"))
    return outcome, progress


def _decode_once(
    hands: Hands, opened: list[str], findings: Findings, ahead: Mapping[Rung, Path]
) -> tuple[Outcome, Progress]:
    found = hands.source
    film = found.picture
    findings.clear()
    made: list[str] = []
    bounds = decode_bounds(found.duration_s)
    if ahead:
        rate = next(iter(ahead)).rate
        _, fps = seek(Window(0, 0, rate))
        paths = {rung: [path] for rung, path in ahead.items()}
        made = rungs.outputs(film, film.index, fps, paths, rungs.QUICK_PRESET)
        most = rungs.bytes_max(list(ahead), found.duration_s or 0.0)
        bounds = decode_bounds(found.duration_s, file_bytes=most)
    done = ffmpeg.run(
        [
            *(*opened, *_looks(found), "-fps_mode", "passthrough", "-f", "null", "-"),
            # What counts the pictures comes first: progress is that of the first output.
            *made,
        ],
        bounds,
        duration_s=found.duration_s,
        beat=hands.beat,
        on_error=findings.hear,
    )
    hands.count(done)
    return done


def _looks(found: Source) -> list[str]:
    """Arguments that look at every picture and measure every sound."""
    film, tracks = found.picture, range(len(found.sounds))
    looks = ["-map", f"0:{film.index}", "-vf", filters.looked_at(film, _look_every(found))]
    if found.sounds:
        looks += ["-filter_complex", sound.measured(found.sounds)]
    return looks + [word for n in tracks for word in ("-map", f"[measured-{n}]")]


def _look_every(found: Source) -> int:
    """How many pictures lie between two looks at black bars: about a second, or more."""
    rate = max(1.0, float(Fraction(found.picture.rate_mean)))
    duration_s = found.duration_s or settings.get().duration_s_max
    return max(1, round(rate * max(_LOOK_S, duration_s / BOXES_MAX)))


def _recording(found: Source, path: Path) -> tuple[str, ...]:
    """Options for a broadcast: it begins and ends wherever somebody pressed record.

    What comes before the first keyframe is dropped, and the broken last packets are
    tolerated; everything between is held to the same strictness.
    """
    lead = ffmpeg.keyframe_at_byte(path, found.picture.index)
    drop = () if lead is None else ("-bsf:v", f"noise=drop=lt(pos\\,{lead})")
    return (*_STRICT[1:], *drop)


def _refuse_cut_short(found: Source, outcome: Outcome, progress: Progress) -> None:
    declared_s = found.duration_s
    missing_s = 0.0 if declared_s is None else declared_s - progress.at_s
    cut = any("ended prematurely" in line for line in outcome.lines)
    if declared_s and (
        missing_s > max(_SHORT_S, _SHORT_SHARE * declared_s) or (cut and missing_s > 0)
    ):
        msg = (
            f"The file is cut short: it says {declared_s:.1f} s but ends after "
            f"{progress.at_s:.1f} s. Copy or export it again and upload the whole file."
        )
        raise Unfit(msg)


def _source_after_room_check(hands: Hands) -> Path:
    hands.room.enter()
    return hands.room.source(hands.claim.source_key)


def _refuse_without_room(hands: Hands, found: Source, new: plan.Plan) -> None:
    needed = needs.bytes_needed(found, new, settings.get().rung_height_max)
    free = hands.room.free_bytes()
    if needed > free:
        gib = 1024**3
        msg = (
            f"There is not enough disk space to encode this film: about {needed / gib:.1f} GiB "
            f"are needed and {max(0, free) / gib:.1f} GiB may be used. "
            "Free some space, then upload the film again."
        )
        raise Unfit(msg)


def _limits() -> Limits:
    ours = settings.get()
    return Limits(
        side_pixels_max=ours.side_pixels_max,
        area_pixels_max=ours.area_pixels_max,
        frame_rate_max=ours.frame_rate_max,
        duration_s_min=ours.duration_s_min,
        duration_s_max=ours.duration_s_max,
        streams_max=ours.streams_max,
    )
