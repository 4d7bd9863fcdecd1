"""Going on with a session, and choosing who is watching there."""

from uuid import UUID

from matinee.contracts.identity import RefreshSession
from matinee.identity.actions.pins import profile_enter
from matinee.identity.actions.sessions import session_refresh, session_step_up
from matinee.identity.actions.starting import SignedIn
from matinee.identity.models import Profile, Session
from matinee.identity.rules import refreshing
from matinee.identity.rules.devices import Device
from matinee.kernel import clock


def session_go_on(secret: str, wish: RefreshSession, device: Device) -> SignedIn:
    """Keep a session alive, and change who is watching if that is said.

    A profile with a PIN is entered with it, and the session goes on under another id. Raises
    what `session_refresh` and `profile_enter` raise.
    """
    profile = _to_enter(secret, wish.profile_id)
    has_entered = profile is not None and profile_enter(profile, wish.pin)
    signed_in = session_refresh(secret, wish.profile_id, device, has_entered=has_entered)
    if not has_entered:
        return signed_in
    return session_step_up(signed_in.session.id, pin_at=clock.now())


def _to_enter(secret: str, profile_id: UUID | None) -> Profile | None:
    """The profile that is asked for, if it is another one than watches there now."""
    if profile_id is None:
        return None
    family = refreshing.digest(refreshing.read(secret).family)
    found = Session.objects.filter(family_sha256=family, expires_at__gt=clock.now())
    session = found.exclude(profile_id=profile_id).first()
    if session is None:
        return None
    return Profile.objects.filter(pk=profile_id, account_id=session.account_id).first()
