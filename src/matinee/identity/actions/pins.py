"""What can be done with PINs: of profiles, and of adding one."""

from uuid import UUID

from matinee.contracts.identity import Pin
from matinee.identity import passwords, settings
from matinee.identity.actions.locking import locked_account, locked_profile, pin_needed, signed_out
from matinee.identity.actions.profiles import profile_announce
from matinee.identity.models import Account, Profile, Session
from matinee.kernel import audit, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Forbidden

# A PIN has 10,000 values: at five tries an hour guessing it takes weeks.
_WINDOW_S = 60 * 60


def profile_enter(profile: Profile, pin: Pin | None) -> bool:
    """Let somebody choose a profile; whether that took a PIN.

    Forbidden (`pin_needed`, `pin_wrong`), or TooMany after wrong ones. Costs an Argon2id, so
    ask before a transaction begins.
    """
    return _prove("profile", profile.pk, profile.pin, pin)


def adding_allow(account_id: UUID, pin: Pin | None) -> None:
    """Let somebody add a profile, with the account's PIN where it has one; raises as above."""
    kept = Account.objects.filter(pk=account_id).values_list("adding_pin", flat=True).first()
    _prove("adding", account_id, kept or "", pin)


def profile_pin_set(profile_id: UUID, pin: Pin | None, by: audit.Doer) -> None:
    """Give a profile of the doer's account a PIN, or none.

    NotFound if it has no such profile. Elsewhere than in the doer's session the profile has
    to be entered anew.
    """
    kept = "" if pin is None else passwords.hashed(pin)
    with transaction_of("identity"):
        row = locked_profile(_account_of(by), profile_id)
        row.pin = kept
        row.save(update_fields=["pin"])
        elsewhere = Session.objects.filter(profile=row)
        if by.session_id is not None:
            elsewhere = elsewhere.exclude(pk=by.session_id)
        if kept:
            elsewhere.update(profile=None)
        profile_announce(row)
        _note("profile.pin_changed", pin, by)
    stores.forgive("pin", f"profile:{profile_id}")


def adding_pin_set(pin: Pin | None, by: audit.Doer) -> None:
    """Have adding a profile to the doer's account take a PIN, or none."""
    account_id = _account_of(by)
    kept = "" if pin is None else passwords.hashed(pin)
    with transaction_of("identity"):
        account = locked_account(account_id)
        account.adding_pin = kept
        account.save(update_fields=["adding_pin"])
        _note("account.adding_pin_changed", pin, by)
    stores.forgive("pin", f"adding:{account_id}")


def _account_of(by: audit.Doer) -> UUID:
    if by.account_id is None:
        raise signed_out()
    return by.account_id


def _note(action: str, pin: Pin | None, by: audit.Doer) -> None:
    facts = {"has_pin": pin is not None}
    audit.note("identity", action, by=by, about=by.account_id, facts=facts)


def _prove(what: str, whose: UUID, kept: str, pin: Pin | None) -> bool:
    if not kept:
        return False
    if pin is None:
        raise pin_needed()
    stores.limit("pin", f"{what}:{whose}", settings.get().pin_tries, _WINDOW_S)
    is_right, _ = passwords.check(pin, kept)
    if not is_right:
        raise Forbidden("pin_wrong", "This PIN is wrong. Try again, or set a new one.")
    stores.forgive("pin", f"{what}:{whose}")
    return True
