"""Judges a round of a codec's rungs by what was measured of their chunks."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from matinee.contracts.encoding import RungReport, Trial, VideoCodec
from matinee.encoding import actions, queries
from matinee.encoding.rules import choice, correction, ease, plan, quality
from matinee.encoding.rules.correction import Made, Order, Piece, Redone
from matinee.encoding.rules.curves import Curve
from matinee.encoding.rules.ladder import Rung
from matinee.encoding.rules.quality import Measured
from matinee.encoding.rules.rounds import Round
from matinee.encoding.rules.windows import Window
from matinee.encoding.steps.hands import Hands, patiently
from matinee.encoding.steps.quality import gop_ease_of

Facts = Mapping[str, dict[str, Any]]


class Encoded(NamedTuple):
    """A chunk of a rung as it was encoded last."""

    crf: float
    frames: int
    size_bytes: int
    measured: Measured | None

    @property
    def piece(self) -> Piece:
        """What corrections are made from."""
        return Piece(self.crf, self.measured.vmaf if self.measured else None)


def judge(hands: Hands) -> None:
    """Order what is still to be encoded of the rungs of a round; tell what there is of them."""
    codec, number = codec_and_round(hands.claim.name)
    encode_id = hands.claim.encode_id
    curves = curves_of(codec, queries.facts_of(encode_id, f"trial-{codec}-").values())
    done = hands.plan.rounds[codec][: number + 1]
    facts = queries.facts_of(encode_id, f"chunk-{codec}-")
    told, orders = [], {}
    for rung in done[-1].rungs:
        history = history_of(rung.name, codec, done, facts)
        made = made_of(history, hands.plan.windows(), gop_ease_of(hands.claim))
        order, aim = ordered(curves, rung, made)
        if order is not None:
            orders[rung] = order
        told += _report(rung, history, aim)
    following = Round(
        rungs=tuple(rung.model_copy(update={"crf": one.crf}) for rung, one in orders.items()),
        chunks={rung.name: one.chunks for rung, one in orders.items()},
    )
    found = {"rungs": [one.model_dump(mode="json") for one in told]}
    patiently(lambda: actions.step_finish(hands.claim, found, hands.usage(), new_round=following))


def codec_and_round(step: str) -> tuple[VideoCodec, int]:
    """What `judge-<codec>-<round>` judges."""
    codec, number = plan.number_of(step).split("-")
    return ("av1" if codec == "av1" else "h264"), int(number)


def curves_of(codec: VideoCodec, facts: Iterable[dict[str, Any]]) -> dict[int, Curve]:
    """The curves of a codec's trials, by lines."""
    tried = [Trial.model_validate(one) for found in facts for one in found["trials"]]
    return choice.curves_of(codec, tried)


def history_of(
    name: str, codec: VideoCodec, rounds: Sequence[Round], facts: Facts
) -> list[dict[int, Encoded]]:
    """The chunks of a rung by their number, round by round, from the facts of their steps."""
    found = []
    for number, one in enumerate(rounds):
        if name not in one.chunks:
            continue
        rung = next(rung for rung in one.rungs if rung.name == name)
        steps = {n: facts[f"chunk-{codec}-{number}-{n}"] for n in one.chunks[name]}
        found.append({n: _encoded(rung, step) for n, step in steps.items()})
    return found


def _encoded(rung: Rung, facts: Mapping[str, Any]) -> Encoded:
    told = facts.get("vmaf", {}).get(rung.name)
    measured = None if told is None else Measured.model_validate(told)
    return Encoded(rung.crf, facts["frames"], facts["size_bytes"][rung.name], measured)


def made_of(
    history: Sequence[Mapping[int, Encoded]], cuts: Sequence[Window], gop_ease: Sequence[float]
) -> Made:
    """What there is of a rung, for the rule of what is to be encoded next."""
    there: dict[int, Encoded] = {}
    redone: list[Redone] = []
    for one in history:
        redone += [Redone(there[n].piece, now.piece) for n, now in one.items() if n in there]
        there |= one
    pieces = {n: encoded.piece for n, encoded in there.items()}
    eases = [ease.of_window(gop_ease, cut) for cut in cuts]
    return Made([cut.frames for cut in cuts], pieces, eases, redone, len(history))


def ordered(
    curves: Mapping[int, Curve], rung: Rung, made: Made
) -> tuple[Order | None, float | None]:
    """What is to be encoded next of a rung, or None; and what may be said of its aim."""
    curve = curves.get(rung.lines)
    if rung.vmaf_aim is None or curve is None:
        return (Order(rung.crf, made.missing) if made.missing else None), rung.vmaf_aim
    order = correction.order(curve, rung.vmaf_aim, made)
    if order is not None:
        return order, rung.vmaf_aim
    return None, correction.honest_aim(curve, rung.vmaf_aim, made)


def _report(
    rung: Rung, history: Sequence[Mapping[int, Encoded]], aim: float | None
) -> list[RungReport]:
    """What is known of a rung so far; nothing where nothing of it was measured."""
    there: dict[int, Encoded] = {}
    for one in history:
        there |= one
    seen = quality.verdict([one.measured for one in there.values() if one.measured])
    if seen is None:
        return []
    frames = sum(one.frames for one in there.values())
    size_bytes = sum(one.size_bytes for one in there.values())
    return [
        RungReport(
            name=rung.name,
            codec=rung.codec,
            dynamic_range=rung.dynamic_range,
            width=rung.width,
            height=rung.height,
            crf=round(sum(one.crf * one.frames for one in there.values()) / frames, 2),
            bitrate_bps=round(size_bytes * 8 * Fraction(rung.rate) / frames),
            vmaf_aim=aim,
            vmaf=round(seen.vmaf, 3),
            vmaf_low=round(seen.low, 3),
            frames_measured=seen.frames_measured,
            rounds=max(sum(n in one for one in history) for n in there),
        )
    ]
