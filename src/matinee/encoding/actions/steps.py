"""Steps: who works on which, how far it is, and what follows.

A step belongs to whoever holds its lease. A holder that dies stops renewing
it, and another takes the step; one that was only slow finds its lease gone and
throws its work away. So a step may be done twice but counts once.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from matinee.encoding.actions.progress import states_of, tell
from matinee.encoding.models import Encode, Step
from matinee.encoding.queries import claimable
from matinee.encoding.rules import plan
from matinee.encoding.rules.plan import Plan, StepPlan
from matinee.encoding.rules.source import Source
from matinee.kernel import clock, ids, tasks
from matinee.kernel.databases import transaction_of

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
WORK_TASK = "matinee.encoding.work"


class StepLostError(RuntimeError):
    """The step belongs to somebody else now, or its encode was cancelled: stop."""


@dataclass(frozen=True)
class Claim:
    """A step that is ours to do, with all that is known when it begins."""

    encode_id: UUID
    title_id: UUID
    step_id: UUID
    lease: UUID
    name: str
    attempt: int
    source_key: str
    source: Source | None
    plan: Plan | None
    # What the finished steps found out, by step.
    facts: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Usage:
    """What a step took."""

    cpu_s: float
    wall_s: float


def steps_add(encode: Encode, planned: Iterable[StepPlan]) -> None:
    """Add steps after those that are there, and make ready what can begin."""
    offset = Step.objects.filter(encode=encode).count()
    Step.objects.bulk_create(
        Step(
            encode=encode,
            name=step.name,
            position=offset + number,
            rank=step.rank,
            weight=step.weight,
            needs=sorted(step.needs),
        )
        for number, step in enumerate(planned)
    )
    _make_ready(encode)


def _make_ready(encode: Encode) -> int:
    rows = Step.objects.filter(encode=encode)
    needs = {name: list(before) for name, before in rows.values_list("name", "needs")}
    names = plan.ready(states_of(encode), needs)
    rows.filter(name__in=names).update(status=Step.Status.READY)
    return len(names)


def step_claim() -> Claim | None:
    """Take the most urgent step that is free; None if there is none."""
    with transaction_of("encoding"):
        step = claimable().select_for_update(skip_locked=True, of=("self",)).first()
        if step is None:
            return None
        step.status = Step.Status.RUNNING
        step.attempts += 1
        step.lease = ids.uuid7()
        step.lease_until = clock.now() + LEASE
        step.fraction = 0.0
        step.save()
        encode = step.encode
        done = Step.objects.filter(encode=encode, status=Step.Status.DONE)
        return Claim(
            encode_id=encode.pk,
            title_id=encode.title_id,
            step_id=step.pk,
            lease=step.lease,
            name=step.name,
            attempt=step.attempts,
            source_key=encode.source_key,
            source=None if encode.source is None else Source.model_validate(encode.source),
            plan=None if encode.plan is None else Plan.model_validate(encode.plan),
            facts=dict(done.values_list("name", "facts")),
        )


def step_beat(claim: Claim, fraction: float) -> None:
    """Renew the lease and note how far the step is; StepLostError if it is ours no more."""
    with transaction_of("encoding"):
        encode = Encode.objects.select_for_update().get(pk=claim.encode_id)
        kept = encode.status == Encode.Status.ACTIVE and _ours(claim).update(
            lease_until=clock.now() + LEASE, fraction=max(0.0, min(1.0, fraction))
        )
        if not kept:
            raise StepLostError(claim.name)
        tell(encode)


def _ours(claim: Claim) -> Any:
    return Step.objects.filter(pk=claim.step_id, lease=claim.lease, status=Step.Status.RUNNING)


def step_finish(
    claim: Claim,
    facts: dict[str, Any],
    usage: Usage,
    *,
    source: Source | None = None,
    new_plan: Plan | None = None,
) -> None:
    """Count the step as done and let what waited for it begin; StepLostError if not ours.

    `source` and `new_plan` are kept with the encode; a plan brings the further steps.
    """
    with transaction_of("encoding"):
        encode = Encode.objects.select_for_update().get(pk=claim.encode_id)
        if encode.status != Encode.Status.ACTIVE:
            raise StepLostError(claim.name)
        step_done(claim, facts, usage)
        if source is not None:
            encode.source = source.model_dump(mode="json")
        if new_plan is not None:
            encode.plan = new_plan.model_dump(mode="json")
            steps_add(encode, plan.further_steps(source or _source_of(encode), new_plan))
        follow(encode)


def _source_of(encode: Encode) -> Source:
    return Source.model_validate(encode.source)


def step_done(claim: Claim, facts: dict[str, Any], usage: Usage) -> None:
    """Mark the step as done within the open transaction; StepLostError if it is ours no more."""
    count = _ours(claim).update(
        status=Step.Status.DONE,
        fraction=1.0,
        facts=facts,
        cpu_s=usage.cpu_s,
        wall_s=usage.wall_s,
        done_at=clock.now(),
        lease=None,
        lease_until=None,
    )
    if not count:
        raise StepLostError(claim.name)


def follow(encode: Encode) -> None:
    """Make ready what can begin, tell how far the encode is, and call for hands on commit."""
    _make_ready(encode)
    tell(encode)
    ready = Step.objects.filter(encode=encode, status=Step.Status.READY).count()
    work_send_after_commit(ready)


def step_release(claim: Claim) -> None:
    """Give a step back that was not done, without counting it against the step."""
    with transaction_of("encoding"):
        _ours(claim).update(status=Step.Status.READY, lease=None, lease_until=None)


def step_fail(claim: Claim, error: str) -> bool:
    """Note that the step ended in an error; False if it has failed too often to try again."""
    with transaction_of("encoding"):
        step = Step.objects.select_for_update().filter(pk=claim.step_id, lease=claim.lease).first()
        if step is None:
            return True
        step.failures += 1
        tired = step.failures >= plan.FAILURES_MAX
        step.status = Step.Status.FAILED if tired else Step.Status.READY
        step.lease = step.lease_until = None
        step.facts = {"error": error[-2000:]}
        step.save()
        if not tired:
            work_send_after_commit(1)
    return not tired


def work_send_after_commit(count: int) -> None:
    """Call for `count` hands once the open transaction has committed."""
    transaction.on_commit(lambda: work_send(count), using="encoding", robust=True)


def work_send(count: int) -> None:
    """Call for hands: each message lets one encoder take the most urgent step.

    Without a broker nothing is lost: the sweep calls again.
    """
    try:
        for _ in range(count):
            tasks.app.send_task(WORK_TASK, queue=tasks.ENCODE_QUEUE, retry=False)
    except (BrokerError, RedisError, OSError) as error:
        log.warning("the broker took no call for work (%s); the sweep will call again", error)
