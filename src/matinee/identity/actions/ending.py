"""How sessions end: their row goes, every service is told, and their tokens are refused."""

import logging
from collections.abc import Collection, Iterable
from functools import partial
from uuid import UUID

import redis
from django.db import transaction

from matinee.contracts.sessions import EndReason, SessionEnded
from matinee.identity.models import ApiToken, Session
from matinee.kernel import audit, ended_sessions, ids
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import NotFound

log = logging.getLogger(__name__)

# Who is told by these what they may no more, their programs are told as well.
_FOR_PROGRAMS_TOO = frozenset({"ended_by_staff", "account_disabled", "account_erased"})


def end_rows(rows: Iterable[Session], reason: EndReason, replaced_by: UUID | None = None) -> int:
    """End sessions, in a transaction; how many.

    Their tokens are refused from the commit on, as soon as each process has looked again.
    """
    ending = [
        SessionEnded(
            account_id=row.account_id, session_id=row.id, reason=reason, replaced_by=replaced_by
        )
        for row in rows
    ]
    Session.objects.filter(pk__in=[event.session_id for event in ending]).delete()
    access_end(ending)
    return len(ending)


def access_end(ending: Collection[SessionEnded]) -> None:
    """Have the tokens of sessions that end refused from the commit of the open transaction on."""
    if ending:
        announce("identity", *ending)
        gone = [event.session_id for event in ending]
        transaction.on_commit(partial(_refuse, gone), using="identity")


def sessions_end(
    account_id: UUID,
    reason: EndReason,
    *,
    keep: UUID | None = None,
    profile_id: UUID | None = None,
) -> int:
    """Sign an account out everywhere but at `keep`, or only where `profile_id` watches; how many.

    Part of the caller's transaction, if there is one.
    """
    with transaction_of("identity"):
        if reason in _FOR_PROGRAMS_TOO:
            _programs_end(account_id, reason)
        ending = Session.objects.select_for_update().filter(account_id=account_id)
        if keep is not None:
            ending = ending.exclude(pk=keep)
        if profile_id is not None:
            ending = ending.filter(profile_id=profile_id)
        return end_rows(ending.order_by("pk"), reason)


def session_end_elsewhere(account_id: UUID, session_id: UUID, by: audit.Doer) -> None:
    """End one session of the caller's account; NotFound if it has none of this id."""
    with transaction_of("identity"):
        found = Session.objects.select_for_update().filter(pk=session_id, account_id=account_id)
        if end_rows(found, "ended_elsewhere") == 0:
            detail = "This device is not signed in any more. Load the list anew."
            raise NotFound("unknown_session", detail)
        audit.note("identity", "session.ended", by=by, about=account_id)


def _programs_end(account_id: UUID, reason: EndReason) -> None:
    """End what API tokens of an account stand for now; what they may from now on is asked anew."""
    rows = list(ApiToken.objects.select_for_update().filter(account_id=account_id).order_by("pk"))
    access_end(
        [
            SessionEnded(account_id=account_id, session_id=row.session_id, reason=reason)
            for row in rows
        ]
    )
    for row in rows:
        row.session_id = ids.uuid7()
    ApiToken.objects.bulk_update(rows, ["session_id"])


def session_refuse(event: SessionEnded) -> None:
    """Have the tokens of an ended session refused, should the first try have failed."""
    ended_sessions.tell([event.session_id])


def _refuse(session_ids: list[UUID]) -> None:
    try:
        ended_sessions.tell(session_ids)
    except redis.RedisError as error:
        # The event does it again until it succeeds.
        log.warning("ended sessions could not be told: %s", type(error).__name__)
