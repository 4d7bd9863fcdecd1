"""Where titles stand in the workflow, and what was done with them."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from matinee.catalog import settings
from matinee.catalog.models import Amendment, Deed, Title
from matinee.catalog.queries.rows import package_of, row_of
from matinee.catalog.queries.titles import titles_of
from matinee.catalog.queries.viewers import STAFF_VIEWER
from matinee.catalog.rules import readiness
from matinee.catalog.rules.workflow import (
    Member,
    Stand,
    acts_open,
    approval_refusal,
    change_refusal,
    changers,
    is_undoable,
    may_discard,
)
from matinee.contracts.catalog.workflow import Amendment as AmendmentMessage
from matinee.contracts.catalog.workflow import Deed as DeedMessage
from matinee.contracts.catalog.workflow import (
    DeedVerb,
    History,
    Missing,
    Standing,
    Workflow,
)
from matinee.kernel import clock

PAGE_DEEDS = 50
# Whoever changed a title before so many deeds is not asked about any more.
_LOOKED_BACK = 1_000


def workflow_of(title_id: UUID, member: Member) -> Workflow:
    """Where a title stands and what a member may do; NotFound if there is no such title."""
    row = row_of(title_id)
    review = settings.get().review
    stand = stand_of(row)
    return Workflow(
        title_id=row.pk,
        standing=stand.standing,
        publish_at=row.publish_at,
        submitted_by=stand.submitted_by,
        review=review,
        acts=acts_open(stand, member, review),
        missing=missing_of(row),
        amends=change_refusal(stand.standing, member, review) is not None,
        amendment=_amendment(row, member),
    )


def _amendment(row: Title, member: Member) -> AmendmentMessage | None:
    found = Amendment._default_manager.filter(pk=row.pk).first()
    if found is None:
        return None
    who, standing = found.account_ids, cast("Standing", row.standing)
    refusal = approval_refusal(standing, member, settings.get().review, who)
    return AmendmentMessage(
        before=found.before,
        after=found.after,
        account_ids=who,
        words=found.words,
        updated_at=found.updated_at,
        can_be_approved=refusal is None,
        can_be_discarded=may_discard(member, who),
    )


def stand_of(row: Title) -> Stand:
    """Where a title stands; who changed it is looked up only where that matters."""
    standing = cast("Standing", row.standing)
    if settings.get().review != "two":
        return Stand(standing, row.submitted_by)
    deeds = Deed._default_manager.filter(title_id=row.pk).order_by("-id")
    told = deeds.values_list("verb", "account_id")[:_LOOKED_BACK]
    return Stand(
        standing,
        row.submitted_by,
        changers((cast("DeedVerb", verb), account_id) for verb, account_id in told),
    )


def missing_of(row: Title) -> list[Missing]:
    """What a title lacks before it can be published."""
    title = titles_of([row], STAFF_VIEWER)[0]
    return readiness.missing(
        title, plays=_plays(row), wanted=settings.get().publish_needs, now=clock.now()
    )


def history_of(title_id: UUID, before: UUID | None) -> History:
    """What was done with a title, newest first; NotFound if there is no such title."""
    deeds = Deed._default_manager.filter(title_id=row_of(title_id).pk).order_by("-id")
    if before is not None:
        deeds = deeds.filter(pk__lt=before)
    page = list(deeds[: PAGE_DEEDS + 1])
    shown = page[:PAGE_DEEDS]
    more = shown[-1].pk if len(page) > PAGE_DEEDS else None
    return History(deeds=_messages(shown), next=more)


def _plays(row: Title) -> bool:
    if row.kind == "series":
        return row.episodes.filter(package__isnull=False).exists()
    if row.kind == "collection":
        return row.entries.exists()
    return package_of(row) is not None


def _messages(deeds: Sequence[Deed]) -> list[DeedMessage]:
    taken_back = set(
        Deed._default_manager.filter(undoes__in=[deed.pk for deed in deeds]).values_list(
            "undoes_id", flat=True
        )
    )
    return [
        DeedMessage(
            id=deed.pk,
            at=deed.created_at,
            account_id=deed.account_id,
            verb=cast("DeedVerb", deed.verb),
            before=deed.before,
            after=deed.after,
            words=deed.words,
            can_be_undone=is_undoable(cast("DeedVerb", deed.verb), deed.before)
            and deed.pk not in taken_back,
        )
        for deed in deeds
    ]
