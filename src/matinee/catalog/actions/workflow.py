"""Bringing titles further on their way to be published, and back; by people and by the clock."""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from matinee.catalog import settings
from matinee.catalog.actions.deeds import deed_note
from matinee.catalog.actions.families import SERVICE, family_lock, family_settle
from matinee.catalog.models import Title
from matinee.catalog.queries.workflow import missing_of, stand_of
from matinee.catalog.rules.readiness import SUBSTANCE
from matinee.catalog.rules.workflow import (
    MACHINE,
    PUBLISHING,
    VERBS,
    Member,
    refusal,
    standing_after,
)
from matinee.contracts.catalog.workflow import Act, ActOrder, Standing
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict

# So many titles are published by one look; the next one takes what is left.
_DUE_MAX = 500


def act(title_id: UUID, wanted: Act, by: Member, order: ActOrder | None = None) -> None:
    """Bring a title, and of a series the episodes that stand beside it, further or back.

    Forbidden or Conflict where the member may not, or something is missing that is required.
    """
    told = order or ActOrder()
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        problem = refusal(wanted, stand_of(row), by, settings.get().review)
        if problem is not None:
            raise problem
        standing = standing_after(wanted, told.publish_at, clock.now())
        if wanted in PUBLISHING or wanted == "submit":
            _refuse_unready(row, standing)
        for each in [row, *_along(row, wanted)]:
            _bring(each, standing, by, told.publish_at)
            after: dict[str, str] = {"standing": standing}
            if told.publish_at is not None:
                after["publish_at"] = told.publish_at.isoformat()
            before = {"standing": each.standing}
            deed_note(each.pk, VERBS[wanted], by, before=before, after=after, words=told.words)
        family_settle(row.series_id or row.pk)


def due_publish(within_s: float = 0.0) -> int:
    """Publish what is scheduled for now, and what will be within a time, at its very second.

    How many were. It may be done twice, and by two at once: whoever comes second finds nothing.
    """
    until = clock.now() + timedelta(seconds=within_s)
    due = Title._default_manager.filter(standing="scheduled", publish_at__lte=until)
    found = list(due.order_by("publish_at").values_list("pk", "publish_at")[:_DUE_MAX])
    published = 0
    for title_id, publish_at in found:
        clock.pause(max(0.0, (cast("datetime", publish_at) - clock.now()).total_seconds()))
        published += _publish_due(title_id)
    return published


def _publish_due(title_id: UUID) -> bool:
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        moment = row.publish_at
        if row.standing != "scheduled" or moment is None or moment > clock.now():
            return False  # another one was first, or somebody thought better of it
        rows = Title._default_manager.filter(pk=row.pk)
        rows.update(standing="released", updated_at=clock.now())
        after = {"standing": "released"}
        deed_note(row.pk, "published", MACHINE, before={"standing": "scheduled"}, after=after)
        family_settle(row.series_id or row.pk)
        rows.update(publish_at=None)
    return True


def _along(row: Title, wanted: Act) -> list[Title]:
    """The episodes that stand where their series does, and go with it on its way to viewers.

    A series that is withdrawn hides its episodes as they are, so that they come back as they were.
    """
    if row.kind != "series" or wanted == "withdraw" or row.standing == "withdrawn":
        return []
    return list(row.episodes.filter(standing=row.standing).order_by("pk"))


def _bring(row: Title, standing: Standing, by: Member, publish_at: datetime | None) -> None:
    Title._default_manager.filter(pk=row.pk).update(
        standing=standing,
        publish_at=publish_at,
        submitted_by=by.account_id if standing == "review" else None,
        updated_at=clock.now(),
    )


def _refuse_unready(row: Title, standing: Standing) -> None:
    """Conflict where something required is missing; a film may come until a later moment."""
    if row.standing in {"withdrawn", "scheduled"} and settings.get().review == "none":
        return  # it was good enough before
    lacks = [one for one in missing_of(row) if one.is_required]
    if standing == "scheduled":
        lacks = [one for one in lacks if one.what not in SUBSTANCE]
    if lacks:
        code = "not_ready"
        why = " ".join(one.detail for one in lacks)
        raise Conflict(code, f"{row.name} is not ready. {why}")
