"""What can be done with sessions; each in one transaction.

Starting them is in `starting`, ending them in `ending`.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from matinee.identity.actions.ending import end_rows
from matinee.identity.actions.locking import locked_profile, pin_needed, signed_out
from matinee.identity.actions.starting import FAMILY_BYTES, SignedIn, lifetimes
from matinee.identity.models import Session, StaffRole
from matinee.identity.rules import refreshing
from matinee.identity.rules.devices import Device
from matinee.identity.rules.refreshing import Links, Secret
from matinee.kernel import audit, clock, ids, secret_files
from matinee.kernel import settings as kernel_settings
from matinee.kernel.databases import transaction_of

_PRUNED_AT_ONCE = 5_000


def session_refresh(
    secret: str,
    profile_id: UUID | None,
    device: Device | None = None,
    *,
    has_entered: bool = False,
) -> SignedIn:
    """Keep a session alive and note who is watching, if that is said, and where it was seen.

    NotSignedIn when the session has ended, or ends because an old secret was shown; NotFound
    when the profile is not of its account, Forbidden when it has a PIN and was not entered.
    """
    shown = refreshing.read(secret)
    with transaction_of("identity"):
        session = _locked_session(shown, profile_id, has_entered=has_entered)
        verdict = refreshing.verdict(shown, _links(session), clock.now())
        if verdict == "reused":
            _end_reused(session)
        else:
            if verdict == "turn":
                following = shown.after(_link_key())
                session.previous_sha256 = session.secret_sha256
                session.secret_sha256 = refreshing.digest(following.link)
                session.refreshed_at = clock.now()
            _touch(session, device)
    if verdict == "reused":
        raise signed_out()
    newest = shown if verdict == "keep" else shown.after(_link_key())
    return SignedIn(session, str(newest))


def session_step_up(
    session_id: UUID, *, has_second_factor: bool = False, pin_at: datetime | None = None
) -> SignedIn:
    """Go on with a session under a new id and secret, after somebody proved who they are.

    With `pin_at` they proved it by a profile's PIN alone. NotSignedIn when it has ended.
    """
    with transaction_of("identity"):
        before = Session.objects.select_for_update().filter(pk=session_id).first()
        if before is None:
            raise signed_out()
        return renewed(before, has_second_factor=has_second_factor, pin_at=pin_at)


def renewed(
    before: Session, *, has_second_factor: bool = False, pin_at: datetime | None = None
) -> SignedIn:
    """The same session under a new id and secret; `before` ends. In a transaction."""
    session = Session(
        account_id=before.account_id,
        profile_id=before.profile_id,
        device_class=before.device_class,
        device_name=before.device_name,
        place=before.place,
        client=before.client,
        scope=before.scope,
        signed_in_at=before.signed_in_at,
        authenticated_at=before.authenticated_at if pin_at else clock.now(),
        has_second_factor=before.has_second_factor or has_second_factor,
        pin_at=pin_at or before.pin_at,
        ends_at=before.ends_at,
    )
    end_rows([before], "renewed", replaced_by=session.id)
    return _with_new_secret(session, _lifetimes_of(session)[0])


def session_end(secret: str) -> None:
    """Sign out by a session's own secret; nothing happens if there is none."""
    family = refreshing.digest(refreshing.read(secret).family)
    with transaction_of("identity"):
        end_rows(Session.objects.filter(family_sha256=family), "signed_out")


def sessions_prune() -> int:
    """End sessions that have expired, at most 5,000; how many."""
    with transaction_of("identity"):
        old = Session.objects.select_for_update(skip_locked=True)
        return end_rows(old.filter(expires_at__lte=clock.now())[:_PRUNED_AT_ONCE], "expired")


def _with_new_secret(session: Session, idle: timedelta) -> SignedIn:
    secret, now = Secret(ids.secret(FAMILY_BYTES), ids.secret()), clock.now()
    session.family_sha256 = refreshing.digest(secret.family)
    session.secret_sha256 = refreshing.digest(secret.link)
    session.refreshed_at, session.expires_at = now, _expiry(session, now, idle)
    session.save(force_insert=True)
    return SignedIn(session, str(secret))


def _locked_session(shown: Secret, profile_id: UUID | None, *, has_entered: bool) -> Session:
    family = refreshing.digest(shown.family)
    kept = Session.objects.filter(family_sha256=family, expires_at__gt=clock.now())
    account_id = kept.values_list("account_id", flat=True).first()
    # A profile is locked before any session that points at it, as its removal does.
    profile = locked_profile(account_id, profile_id) if account_id and profile_id else None
    session = kept.select_for_update().first()
    if session is None:
        raise signed_out()
    if profile and profile.pin and profile.pk != session.profile_id and not has_entered:
        raise pin_needed()
    session.profile = profile or session.profile
    return session


def _touch(session: Session, device: Device | None) -> None:
    idle, _ = _lifetimes_of(session)
    session.expires_at = _expiry(session, clock.now(), idle)
    if device is not None:
        session.device_name, session.place = device.name or session.device_name, device.place
    session.save()


def _end_reused(session: Session) -> None:
    by = audit.Doer(session.account_id, session.id)
    audit.note("identity", "session.reused", by=by, about=session.account_id)
    end_rows([session], "reused")


def _links(session: Session) -> Links:
    before = session.previous_sha256
    return Links(
        bytes(session.secret_sha256),
        None if before is None else bytes(before),
        session.refreshed_at,
    )


def _expiry(session: Session, now: datetime, idle: timedelta) -> datetime:
    return min(now + idle, session.ends_at)


def _lifetimes_of(session: Session) -> tuple[timedelta, timedelta]:
    is_staff = StaffRole.objects.filter(account_id=session.account_id).exists()
    return lifetimes(session.device_class, is_staff=is_staff)


@lru_cache(maxsize=1)
def _link_key() -> str:
    return secret_files.read_or_make(kernel_settings.get().secrets / "refresh_link_key")
