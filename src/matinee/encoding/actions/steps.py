"""Steps: who works on which, how far it is, and what follows.

A step belongs to whoever holds its lease. A holder that dies stops renewing
it, and another takes the step; one that was only slow finds its lease gone and
throws its work away. So a step may be done twice but counts once.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

from matinee.contracts.encoding import VideoCodec
from matinee.encoding import settings
from matinee.encoding.actions.outlooks import tell_outlook
from matinee.encoding.actions.progress import tally_of, tell
from matinee.encoding.models import Encode, Step
from matinee.encoding.queries import facts_of_singles, next_step, ready_steps, turn_of_title
from matinee.encoding.rules import ladder, plan
from matinee.encoding.rules.plan import Plan, StepPlan
from matinee.encoding.rules.rounds import Round
from matinee.encoding.rules.source import Source
from matinee.kernel import clock, ids, tasks
from matinee.kernel.databases import transaction_of

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=20)
WORK_TASK = "matinee.encoding.work"
# More hands than this are called by the sweep, or by those that have begun.
CALLS_MAX = 64


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
    # What the finished steps found out that are a group by themselves, by step.
    facts: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Usage:
    """What a step took."""

    cpu_s: float
    wall_s: float


class Brought(TypedDict, total=False):
    """What a step found out that changes what the encode has to do."""

    # Of `probe` and `check`: kept with the encode.
    source: Source
    # Of `check`: brings the further steps.
    new_plan: Plan
    # Of `ladder` and `judge`: brings a round of chunks of the codec, if there are any.
    new_round: Round


def steps_add(encode: Encode, planned: Sequence[StepPlan]) -> None:
    """Add steps after those that are there; the caller makes ready what can begin, and saves."""
    tally = tally_of(encode)
    turn = turn_of_title(encode.title_id)
    Step.objects.bulk_create(
        [
            Step(
                encode=encode,
                name=step.name,
                group=step.group,
                position=tally.steps + number,
                rank=step.rank,
                turn=turn,
                queued_at=encode.uploaded_at,
                weight=step.weight,
                needs=sorted(step.needs),
                status=Step.Status.WAITING if step.needs else Step.Status.READY,
            )
            for number, step in enumerate(planned)
        ],
        batch_size=500,
    )
    encode.tally = tally.with_steps(planned).model_dump(mode="json")


def _make_ready(encode: Encode) -> None:
    """Let begin what only waited for groups that are done now; looks at nothing else."""
    tally = tally_of(encode)
    waiting = Step.objects.filter(encode=encode, status=Step.Status.WAITING)
    able = [pk for pk, needs in waiting.values_list("pk", "needs") if tally.allows(needs)]
    waiting.filter(pk__in=able).update(status=Step.Status.READY)


def step_claim() -> Claim | None:
    """Take the most urgent step that is free; None if there is none."""
    with transaction_of("encoding"):
        step = next_step()
        if step is None:
            return None
        step.status = Step.Status.RUNNING
        step.attempts += 1
        step.lease = ids.uuid7()
        step.lease_until = clock.now() + LEASE
        step.fraction = 0.0
        step.save()
        encode = step.encode
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
            facts=facts_of_singles(encode.pk),
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
    claim: Claim, facts: dict[str, Any], usage: Usage, **brought: Unpack[Brought]
) -> None:
    """Count the step as done and let what waited for it begin; StepLostError if not ours."""
    with transaction_of("encoding"):
        encode = Encode.objects.select_for_update().get(pk=claim.encode_id)
        if encode.status != Encode.Status.ACTIVE:
            raise StepLostError(claim.name)
        if "source" in brought:
            encode.source = brought["source"].model_dump(mode="json")
        if "new_plan" in brought:
            _take_plan(encode, brought["new_plan"])
        if claim.name == plan.QUICK:
            counted = _plan_of(encode).model_copy(update={"frames": facts["frames"]})
            encode.plan = counted.model_dump(mode="json")
        if "new_round" in brought:
            _take_round(encode, plan.codec_of(claim.name), brought["new_round"])
        step_done(encode, claim, facts, usage)
        tell_outlook(encode, claim.name)
        follow(encode)


def _take_plan(encode: Encode, new: Plan) -> None:
    source = _source_of(encode)
    lines_max = settings.get().rung_height_max
    encode.plan = new.model_dump(mode="json")
    steps_add(encode, plan.further_steps(source, new, lines_max))
    usual = ladder.ladder(source.picture.display_size, Fraction(new.rate), lines_max)
    tally = tally_of(encode).with_expected(plan.expected_work(source, new, usual))
    encode.tally = tally.model_dump(mode="json")


def _take_round(encode: Encode, codec: VideoCodec, new: Round) -> None:
    """Plan the chunks of a round; where it has none, no more work of the codec is expected."""
    if not new.rungs:
        tally = tally_of(encode).without_expected(f"chunk-{codec}-")
        encode.tally = tally.model_dump(mode="json")
        return
    old = _plan_of(encode)
    steps_add(encode, plan.chunk_steps(_source_of(encode), old, codec, new))
    rounds = {**old.rounds, codec: (*old.rounds.get(codec, ()), new)}
    encode.plan = old.model_copy(update={"rounds": rounds}).model_dump(mode="json")


def _source_of(encode: Encode) -> Source:
    return Source.model_validate(encode.source)


def _plan_of(encode: Encode) -> Plan:
    return Plan.model_validate(encode.plan)


def step_done(encode: Encode, claim: Claim, facts: dict[str, Any], usage: Usage) -> None:
    """Mark the step as done within the open transaction; StepLostError if it is ours no more.

    The caller holds the lock of the encode's row, and saves it.
    """
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
    group, weight = Step.objects.values_list("group", "weight").get(pk=claim.step_id)
    encode.tally = tally_of(encode).with_done(group, weight).model_dump(mode="json")


def follow(encode: Encode) -> None:
    """Make ready what can begin, tell how far the encode is, and call for hands on commit."""
    _make_ready(encode)
    tell(encode)
    work_send_after_commit(len(ready_steps(encode.pk, CALLS_MAX)))


def steps_drop(encode: Encode) -> None:
    """Let nobody begin what an encode that has ended still had to do."""
    undone = Step.objects.filter(encode=encode, status__in=[Step.Status.WAITING, Step.Status.READY])
    undone.update(status=Step.Status.DROPPED)


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
