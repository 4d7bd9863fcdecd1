"""Changes of titles that viewers see, which wait until somebody else has approved them."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast
from uuid import UUID

from django.db import transaction

from matinee.catalog import queries, settings
from matinee.catalog.actions.deeds import Fields, deed_note, differences
from matinee.catalog.actions.families import SERVICE, family_lock
from matinee.catalog.actions.fields import fields_now, fields_put
from matinee.catalog.actions.films import FILM, film_let_go, film_told
from matinee.catalog.models import Amendment, Title, Upload
from matinee.catalog.rules.workflow import MACHINE, Member, approval_refusal, may_discard
from matinee.contracts.catalog.workflow import AmendmentDraft, Standing
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Forbidden, NotFound


def amendment_propose(title_id: UUID, draft: AmendmentDraft, by: Member) -> None:
    """Propose changes of a title's words; they join what was proposed before.

    Problems are those that the changes themselves would meet.
    """
    # As in a change: a year may be taken away; nothing else can be without a value.
    said = draft.change.model_dump(mode="json", exclude_unset=True)
    wanted = {name: one for name, one in said.items() if name == "year" or one is not None}
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        _try(title_id, wanted)
        amendment_join(row, wanted, by, draft.words)


class Place(Protocol):
    """Where a picture or a subtitle file is put."""

    @property
    def field(self) -> str:
        """What it is called among the fields of a title."""


def proposed_by(by: Member) -> Callable[[Title, Place, Any], None]:
    """Let a picture or a subtitle file wait for approval instead of showing it."""

    def propose(row: Title, place: Place, value: Any) -> None:
        amendment_join(row, {place.field: value}, by)

    return propose


def film_propose(row: Title, upload: Upload) -> None:
    """Let a film that has arrived wait for approval; inside the caller's transaction."""
    by = Member(upload.account_id, publishes=False)
    amendment_join(row, {FILM: film_told(upload)}, by)


def amendment_approve(title_id: UUID, by: Member, words: str) -> None:
    """Let viewers see what was proposed of a title.

    Forbidden for who may not; Conflict where the title was changed otherwise in the meantime.
    """
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        found = _waiting(row)
        standing = cast("Standing", row.standing)
        problem = approval_refusal(standing, by, settings.get().review, found.account_ids)
        if problem is not None:
            raise problem
        now = fields_now(row, found.after)
        others = sorted(name for name, value in found.before.items() if now[name] != value)
        if others:
            names = ", ".join(others)
            detail = f"{names} of it changed since. Discard the proposal and make it anew."
            raise Conflict("changed_since", detail)
        found.delete()
        fields_put(row, found.after, by, verb="amended", words=words)


def amendment_discard(title_id: UUID, by: Member, words: str) -> None:
    """Forget what was proposed of a title; Forbidden unless they proposed it or may approve it."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        found = _waiting(row)
        if not may_discard(by, found.account_ids):
            detail = "Those who proposed it may discard it, and publishers and owners."
            raise Forbidden("needs_publisher", detail)
        told = {"before": found.before, "after": found.after, "words": words}
        deed_note(row.pk, "discarded", by, **told)
        found.delete()
        _let_go(row, found.after, {})


def amendment_join(row: Title, wanted: Mapping[str, Any], by: Member, words: str = "") -> None:
    """Put changes to those that wait already; what becomes as it is waits no more.

    In a transaction that holds the lock of the title's family.
    """
    found = Amendment._default_manager.filter(pk=row.pk).first() or Amendment(title_id=row.pk)
    now = fields_now(row, {**found.after, **wanted})
    before, after = differences({**now, **found.after}, wanted)
    if not after and not words:
        return
    deed_note(row.pk, "proposed", by, before=before, after=after, words=words)
    earlier = found.after
    found.before, found.after = differences(now, {**earlier, **wanted})
    _let_go(row, earlier, found.after)
    if not found.after:
        Amendment._default_manager.filter(pk=row.pk).delete()
        return
    if by.account_id is not None and by.account_id not in found.account_ids:
        found.account_ids = [*found.account_ids, by.account_id]
    found.words, found.updated_at = words or found.words, clock.now()
    found.save()


def _let_go(row: Title, earlier: Fields, after: Fields) -> None:
    """A film that is proposed no more is kept no longer than a replaced one."""
    if earlier.get(FILM) and earlier[FILM] != after.get(FILM):
        film_let_go(row, earlier[FILM])


def _waiting(row: Title) -> Amendment:
    found = Amendment._default_manager.filter(pk=row.pk).first()
    if found is None:
        raise NotFound("no_amendment", "Nothing is proposed of this title. Load the page anew.")
    return found


def _try(title_id: UUID, wanted: Mapping[str, Any]) -> None:
    """Meet now the problems that the changes would meet once they are approved."""
    with transaction.atomic(using=SERVICE):
        fields_put(queries.row_of(title_id), wanted, MACHINE)
        transaction.set_rollback(True, using=SERVICE)
