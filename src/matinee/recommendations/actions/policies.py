"""Learns how to choose pictures and heroes, and lets a policy on only once it was judged."""

import logging
from datetime import timedelta

from django.db.models import Max

from matinee.contracts.policies import PolicySlot
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import NotFound
from matinee.recommendations import settings
from matinee.recommendations.actions.titles import next_number
from matinee.recommendations.models import Policy
from matinee.recommendations.queries import catalogue as catalogues
from matinee.recommendations.queries import fits, policies
from matinee.recommendations.queries.catalogue import POLICIES
from matinee.recommendations.rules.bandit import gate
from matinee.recommendations.rules.bandit.gate import Judgement
from matinee.recommendations.rules.bandit.learning import Learn, heroes_learnt, pictures_learnt
from matinee.recommendations.rules.bandit.pictures import Pictures

log = logging.getLogger(__name__)

_SLOTS: tuple[PolicySlot, ...] = ("card", "hero")
_KEPT = 60


def policies_learn() -> None:
    """Learn both policies anew from what was logged, and let on those that may be."""
    for slot in _SLOTS:
        policy_learn(slot)
        _forget(slot)


def policy_learn(slot: PolicySlot) -> Policy | None:
    """Learn and judge one policy; None if nothing was logged since exploring began."""
    now = clock.now()
    decided = list(policies.decided(slot, now))
    if not decided:
        return None
    served = policies.served_version(slot)
    learnt = _learn_of(slot)(decided, served, policies.explored(slot))
    judgement = gate.judged(learnt.trial)
    with transaction_of("recommendations"):
        # The row that numbers changes also keeps two from learning at once.
        next_number(POLICIES)
        if policies.served_version(slot) != served:
            return None
        made = Policy(
            version=(Policy.objects.aggregate(newest=Max("version"))["newest"] or 0) + 1,
            slot=slot,
            learnt_at=now,
            state="held_back",
            report={**judgement.report(), "decisions": len(decided), "beside": served},
        )
        _settle(made, judgement, policies.packed(learnt.state))
    log.info("policy %d for %s: %s", made.version, slot, judgement.why)
    return made


def policy_withdraw(slot: PolicySlot) -> None:
    """Go back to the default from the next request on; NotFound if it is served already."""
    with transaction_of("recommendations"):
        next_number(POLICIES)
        served = Policy.objects.filter(slot=slot, state="served")
        if not served.update(state="withdrawn", body=None):
            code = "default_served"
            raise NotFound(code, "Nothing that was learnt is served: there is nothing to withdraw.")


def _forget(slot: PolicySlot) -> None:
    """Withdraw what is served if it may know what was erased, and that long ago."""
    before = clock.now() - timedelta(days=settings.get().forget_within_days)
    old = Policy.objects.filter(slot=slot, state="served", learnt_at__lt=before).first()
    if old is not None and fits.erased_since(old.learnt_at):
        policy_withdraw(slot)


def _settle(made: Policy, judgement: Judgement, body: bytes) -> None:
    present = Policy.objects.filter(slot=made.slot, state="served")
    if judgement.verdict == "serve":
        present.update(state="replaced", body=None)
        made.state, made.body = "served", body
    elif judgement.verdict == "withdraw":
        present.update(state="withdrawn", body=None)
    made.save()
    of_slot = Policy.objects.filter(slot=made.slot).exclude(state="served")
    old = of_slot.order_by("-version").values_list("pk", flat=True)[_KEPT:]
    Policy.objects.filter(pk__in=list(old)).delete()


def _learn_of(slot: PolicySlot) -> Learn:
    if slot == "hero":
        return heroes_learnt
    return pictures_learnt(Pictures(catalogues.whole()))
