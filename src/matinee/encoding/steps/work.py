"""Takes one step, does it, and deals with how it ended."""

import logging
from collections.abc import Callable

from django.db import DatabaseError, InterfaceError

from matinee.encoding import actions, cleaning
from matinee.encoding.actions import Claim, StepLostError
from matinee.encoding.programs import ProgramError, TooSlowError
from matinee.encoding.rules import plan
from matinee.encoding.rules.unfit import Unfit
from matinee.encoding.steps import (
    gauging,
    inspect,
    joining,
    judge,
    media,
    package,
    pictures,
    sound,
    text,
    trials,
)
from matinee.encoding.steps.hands import Hands, patiently

log = logging.getLogger(__name__)

_BY_KIND: dict[str, Callable[[Hands], None]] = {
    "probe": inspect.probe,
    "check": inspect.check,
    "index": media.index,
    "quick": media.quick,
    "audio": sound.audio,
    "text": text.text,
    "storyboard": pictures.storyboard,
    "stills": pictures.stills,
    "ease": gauging.gauge_part,
    "gauge": gauging.gauge,
    "sample": trials.sample,
    "trial": trials.trial,
    "ladder": trials.ladder,
    "chunk": media.chunk,
    "judge": judge.judge,
    "join": joining.join,
    "package": package.package,
}


def work_once() -> bool:
    """Take the most urgent step and do it; False if there was none."""
    claim = actions.step_claim()
    if claim is None:
        return False
    log.info("%s of %s begins", claim.name, claim.encode_id)
    if claim.attempt > plan.ATTEMPTS_MAX:
        _give_up(claim, f"the encoder died {plan.ATTEMPTS_MAX} times over it")
        return True
    hands = Hands(claim)
    try:
        hands.room.enter()
        _BY_KIND[plan.kind_of(claim.name)](hands)
    except StepLostError:
        log.info("%s of %s is not ours any more", claim.name, claim.encode_id)
        _clear_if_over(claim)
    except Unfit as verdict:
        sentence = str(verdict)
        log.info("%s of %s: %s", claim.name, claim.encode_id, sentence)
        patiently(lambda: actions.encode_fail(claim.encode_id, sentence))
        _clear_if_over(claim)
    except (ProgramError, TooSlowError, OSError, DatabaseError, InterfaceError) as error:
        _try_again_or_give_up(claim, error)
    except Exception as error:
        _try_again_or_give_up(claim, error)
        raise
    except BaseException:
        # Told to stop: the step is not to blame.
        actions.step_release(claim)
        raise
    else:
        log.info("%s of %s took %s", claim.name, claim.encode_id, hands.usage())
        if claim.name == plan.FULL_PACKAGE:
            _clear_if_over(claim)
    return True


def _clear_if_over(claim: Claim) -> None:
    patiently(lambda: actions.step_release(claim))
    patiently(lambda: cleaning.clear_if_over(claim.encode_id))


def _try_again_or_give_up(claim: Claim, error: BaseException) -> None:
    log.warning("%s of %s failed: %s", claim.name, claim.encode_id, error)
    if not patiently(lambda: actions.step_fail(claim, repr(error))):
        _give_up(claim, repr(error))


def _give_up(claim: Claim, why: str) -> None:
    sentence = (
        f"Encoding stopped at {claim.name} after several tries, though the file itself seems to "
        "be sound. Look into the encoder's log for the reason, then upload the film again."
    )
    patiently(lambda: actions.encode_fail(claim.encode_id, sentence, fault_of_ours=why))
    _clear_if_over(claim)
