"""The ladder by size and rate alone, kept as it is chosen."""

from fractions import Fraction

from matinee.encoding import actions, settings
from matinee.encoding.rules import ladder as usual
from matinee.encoding.rules import plan
from matinee.encoding.steps.hands import Hands, patiently


def trial(hands: Hands) -> None:
    """Try nothing."""
    patiently(lambda: actions.step_finish(hands.claim, {"trials": []}, hands.usage()))


def ladder(hands: Hands) -> None:
    """Choose the rungs that the film's size and rate suggest."""
    size, rate = hands.source.picture.display_size, Fraction(hands.plan.rate)
    codec = plan.codec_of(hands.claim.name)
    rungs = [
        rung.model_copy(
            update={
                "codec": codec,
                "name": f"{codec}-{number}",
                "crf": rung.crf + (13 if codec == "av1" else 0),
            }
        )
        for number, rung in enumerate(usual.ladder(size, rate, settings.get().rung_height_max), 1)
    ]
    patiently(lambda: actions.step_finish(hands.claim, {"trials": []}, hands.usage(), rungs=rungs))


def judge(hands: Hands) -> None:
    """Find every rung good."""
    patiently(lambda: actions.step_finish(hands.claim, {}, hands.usage(), rungs=[]))
