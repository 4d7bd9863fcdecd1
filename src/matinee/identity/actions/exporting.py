"""Making a copy of everything about a person, sealed until they fetch it."""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from matinee.identity import asking, person
from matinee.identity.actions.locking import locked_account
from matinee.identity.models import Export, Profile
from matinee.identity.rules.archive import archive
from matinee.kernel import audit, clock, sealing, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.people import Person
from matinee.kernel.problems import Conflict, NotFound, Problem
from matinee.kernel.tasks import send

log = logging.getLogger(__name__)

ARCHIVE = sealing.Column("identity_export", "archive")
TASK = "matinee.identity.make_export"
# Those that are reached over HTTP; `encoding` is not, and keeps nothing of anybody.
ASKED = ("billing", "catalog", "viewing", "recommendations", "delivery", "playback", "insights")
_KEPT = timedelta(days=7)
_PRUNED_AT_ONCE = 1_000
_A_DAY_MAX, _DAY_S = 10, 24 * 3600


def export_ask(account_id: UUID, by: audit.Doer) -> Export:
    """Begin a copy; Conflict while another is being made, TooMany after ten in a day."""
    stores.limit("export", str(account_id), _A_DAY_MAX, _DAY_S)
    try:
        with transaction_of("identity"):
            locked_account(account_id)
            row = Export.objects.create(account_id=account_id, expires_at=clock.now() + _KEPT)
            audit.note("identity", "export.asked", by=by, about=account_id)
            arguments = {"export_id": str(row.id)}
            transaction.on_commit(lambda: send(TASK, arguments), using="identity")
    except IntegrityError as error:
        detail = "A copy is being made already. It is ready in a moment."
        raise Conflict("export_waiting", detail) from error
    return row


def export_make(export_id: UUID) -> bool:
    """Gather, zip and seal; False where nobody waits for it. One that fails says so."""
    row = Export.objects.filter(pk=export_id, state="waiting").first()
    if row is None:
        return False
    try:
        body = _gathered(row.account_id)
    except Problem as error:
        log.warning("an export failed: %s", error.code)
        Export.objects.filter(pk=export_id, state="waiting").update(state="failed")
        return False
    sealed = sealing.seal_bytes(row.account_id, ARCHIVE.of(row.id), body)
    ready = {"state": "ready", "archive": sealed, "size_bytes": len(body)}
    with transaction_of("identity"):
        waiting = Export.objects.filter(pk=export_id, state="waiting")
        is_kept = bool(waiting.update(**ready, ready_at=clock.now()))
        if is_kept:
            made = audit.Doer(part="worker")
            audit.note("identity", "export.made", by=made, about=row.account_id)
    return is_kept


def export_read(account_id: UUID, export_id: UUID, by: audit.Doer) -> bytes:
    """The zip; NotFound if it is none of the account's, or not there any more."""
    row = Export.objects.filter(pk=export_id, account_id=account_id, state="ready").first()
    if row is None or row.archive is None or row.expires_at <= clock.now():
        raise NotFound("unknown_export", "There is no such copy any more. Ask for another one.")
    with transaction_of("identity"):
        audit.note("identity", "export.fetched", by=by, about=account_id)
    return sealing.unseal_bytes(account_id, ARCHIVE.of(row.id), bytes(row.archive))


def exports_prune() -> int:
    """Remove copies that are too old, and give up those that nobody makes; how many."""
    now = clock.now()
    stuck = Export.objects.filter(state="waiting", created_at__lt=now - timedelta(hours=1))
    given_up = stuck.update(state="failed")
    old = Export.objects.filter(expires_at__lte=now).values("pk")[:_PRUNED_AT_ONCE]
    return given_up + Export.objects.filter(pk__in=old).delete()[0]


def _gathered(account_id: UUID) -> bytes:
    profiles = Profile.objects.filter(account_id=account_id).values_list("pk", flat=True)
    whose = Person(account_id=account_id, profile_ids=list(profiles))
    parts = [person.gather(whose), *(asking.records_of(service, whose) for service in ASKED)]
    return archive(parts, clock.now().strftime("%Y-%m-%d %H:%M"))
