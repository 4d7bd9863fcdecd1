"""Judges a round of a codec's rungs by what was measured of their chunks."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from matinee.contracts.encoding import RungReport, Trial, VideoCodec
from matinee.encoding import actions, queries
from matinee.encoding.rules import choice, correction, plan, quality
from matinee.encoding.rules.correction import Tried
from matinee.encoding.rules.curves import Curve
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.quality import Measured, Verdict
from matinee.encoding.steps.hands import Hands, patiently

Facts = Mapping[str, dict[str, Any]]


def judge(hands: Hands) -> None:
    """Let a rung that missed its aim be encoded once more with another CRF; settle the others."""
    codec, number = codec_and_round(hands.claim.name)
    encode_id = hands.claim.encode_id
    curves = curves_of(codec, queries.facts_of(encode_id, f"trial-{codec}-").values())
    tried = _tried(hands, codec, number)
    chunks = queries.facts_of(encode_id, f"chunk-{codec}-{number}-")
    told, again = [], []
    for rung in hands.plan.rounds[codec][number]:
        if rung.name not in tried:
            continue
        history, seen = tried[rung.name]
        better, aim = corrected(curves, rung, history)
        if better is not None:
            again.append(better)
        told.append(_report(rung, seen, chunks, (aim, len(history))))
    facts = {"rungs": [one.model_dump(mode="json") for one in told]}
    patiently(lambda: actions.step_finish(hands.claim, facts, hands.usage(), rungs=again))


def _report(
    rung: Rung, seen: Verdict, chunks: Facts, aim_and_rounds: tuple[float | None, int]
) -> RungReport:
    aim, rounds = aim_and_rounds
    return RungReport(
        name=rung.name,
        codec=rung.codec,
        dynamic_range=rung.dynamic_range,
        width=rung.width,
        height=rung.height,
        crf=rung.crf,
        bitrate_bps=_bitrate_bps(chunks, rung),
        vmaf_aim=aim,
        vmaf=round(seen.vmaf, 3),
        vmaf_low=round(seen.low, 3),
        frames_measured=seen.frames_measured,
        rounds=rounds,
    )


def _bitrate_bps(chunks: Facts, rung: Rung) -> int:
    """What the rung's chunks take."""
    frames = sum(int(facts["frames"]) for facts in chunks.values())
    size_bytes = sum(int(facts["size_bytes"].get(rung.name, 0)) for facts in chunks.values())
    return round(size_bytes * 8 * Fraction(rung.rate) / max(1, frames))


def codec_and_round(step: str) -> tuple[VideoCodec, int]:
    """What `judge-<codec>-<round>` judges."""
    codec, number = plan.number_of(step).split("-")
    return ("av1" if codec == "av1" else "h264"), int(number)


def curves_of(codec: VideoCodec, facts: Iterable[dict[str, Any]]) -> dict[int, Curve]:
    """The curves of a codec's trials, by lines."""
    trials = [Trial.model_validate(one) for found in facts for one in found["trials"]]
    return choice.curves_of(codec, trials)


def corrected(
    curves: Mapping[int, Curve], rung: Rung, history: list[Tried]
) -> tuple[Rung | None, float | None]:
    """The rung as it should be encoded once more, or None; and what may be said of its aim."""
    curve = curves.get(rung.lines)
    if rung.vmaf_aim is None or curve is None:
        return None, rung.vmaf_aim
    crf = correction.correct(curve, rung.vmaf_aim, history)
    if crf is not None:
        return rung.model_copy(update={"crf": crf}), rung.vmaf_aim
    return None, correction.honest_aim(curve, rung.vmaf_aim, history)


def verdicts_of(facts: Facts, rungs: Iterable[Rung]) -> dict[str, Verdict]:
    """The quality of a round's rungs, from the facts of its chunks."""
    found = {}
    for rung in rungs:
        told = [one.get("vmaf", {}).get(rung.name) for one in facts.values()]
        parts = [Measured.model_validate(part) for part in told if part is not None]
        seen = quality.verdict(parts)
        if seen is not None:
            found[rung.name] = seen
    return found


def _tried(hands: Hands, codec: VideoCodec, last: int) -> dict[str, tuple[list[Tried], Verdict]]:
    """Each measured rung's encodes up to a round, and the verdict on the last of them."""
    found: dict[str, tuple[list[Tried], Verdict]] = {}
    for number in range(last + 1):
        rungs = hands.plan.rounds[codec][number]
        facts = queries.facts_of(hands.claim.encode_id, f"chunk-{codec}-{number}-")
        seen = verdicts_of(facts, rungs)
        for rung in rungs:
            if rung.name in seen:
                history = [] if rung.name not in found else found[rung.name][0]
                verdict = seen[rung.name]
                found[rung.name] = ([*history, Tried(rung.crf, verdict.vmaf)], verdict)
    return found
