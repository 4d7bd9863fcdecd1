"""What can be done with sessions; each in one transaction."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from matinee.identity import rules, settings
from matinee.identity.actions.locking import locked_account, locked_profile, signed_out
from matinee.identity.models import Profile, Session
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of

_PRUNED_AT_ONCE = 5_000


@dataclass(frozen=True)
class SignedIn:
    """A session with the refresh secret, which is nowhere else."""

    session: Session
    secret: str


def session_refresh(secret: str, profile_id: UUID | None) -> Session:
    """Keep a session alive and note who is watching, if that is said.

    NotSignedIn when the session has ended; NotFound when the profile is not of
    its account.
    """
    now = clock.now()
    with transaction_of("identity"):
        kept = Session.objects.filter(secret_sha256=rules.digest(secret), expires_at__gt=now)
        account_id = kept.values_list("account_id", flat=True).first()
        # A profile is locked before any session that points at it, as its removal does.
        profile = locked_profile(account_id, profile_id) if account_id and profile_id else None
        session = kept.select_for_update().first()
        if session is None:
            raise signed_out()
        session.profile = profile or session.profile
        session.refreshed_at, session.expires_at = now, _expiry()
        session.save(update_fields=["profile", "refreshed_at", "expires_at"])
    return session


def session_end(secret: str) -> None:
    """End a session; nothing happens if there is none."""
    with transaction_of("identity"):
        Session.objects.filter(secret_sha256=rules.digest(secret)).delete()


def sessions_prune() -> int:
    """Forget sessions that have expired, at most 5,000; how many."""
    with transaction_of("identity"):
        old = Session.objects.filter(expires_at__lte=clock.now()).values("pk")[:_PRUNED_AT_ONCE]
        return Session.objects.filter(pk__in=old).delete()[0]


def start_session(account_id: UUID) -> SignedIn:
    """A single profile is chosen at once; the least used session makes room. In a transaction."""
    locked_account(account_id)
    profiles = list(Profile.objects.filter(account_id=account_id)[:2])
    secret, now = ids.secret(), clock.now()
    mine = Session.objects.filter(account_id=account_id)
    surplus = mine.order_by("-refreshed_at").values_list("pk", flat=True)[rules.SESSIONS_MAX - 1 :]
    mine.filter(pk__in=list(surplus)).delete()
    session = Session.objects.create(
        account_id=account_id,
        profile=profiles[0] if len(profiles) == 1 else None,
        secret_sha256=rules.digest(secret),
        refreshed_at=now,
        expires_at=_expiry(),
    )
    return SignedIn(session, secret)


def _expiry() -> datetime:
    return clock.now() + timedelta(days=settings.get().session_days)
