"""What can be done with accounts, profiles and sessions; each in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError

from matinee.contracts.events import AccountCreated, ProfileChanged, ProfileRemoved
from matinee.contracts.identity import ProfileChange, ProfileDraft, Role, SignIn, SignUp
from matinee.identity import passwords, queries, rules, settings
from matinee.identity.models import Account, Profile, Session, StaffRole
from matinee.kernel import clock, ids, stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotFound, NotSignedIn

_SIGN_IN_WINDOW_S = 15 * 60
_SIGN_UP_WINDOW_S = 60 * 60
_PRUNED_AT_ONCE = 5_000


@dataclass(frozen=True)
class SignedIn:
    """A session with the refresh secret, which is nowhere else."""

    session: Session
    secret: str


def account_create(
    email: str,
    password: str | None,
    profiles: Sequence[ProfileDraft],
    roles: Sequence[Role] = (),
) -> Account:
    """Make an account with its profiles (1 to 5) and tell about them; Conflict if it exists.

    Without a password nobody can sign in to it.
    """
    account = Account(email=rules.normal_email(email), password=passwords.hashed(password))
    try:
        with transaction_of("identity"):
            account.save(force_insert=True)
            StaffRole.objects.bulk_create(
                StaffRole(account=account, role=role) for role in sorted(set(roles))
            )
            announce("identity", AccountCreated(account_id=account.id))
            for draft in profiles:
                _add_profile(account.id, draft)
    except IntegrityError as error:
        code = "email_taken"
        detail = "There is an account with this e-mail address already. Sign in instead."
        raise Conflict(code, detail) from error
    return account


def account_sign_up(form: SignUp, address: str) -> SignedIn:
    """Make an account with its first profile and sign in; `address` is the caller's."""
    stores.limit("sign_up", rules.network(address), settings.get().sign_ups, _SIGN_UP_WINDOW_S)
    with transaction_of("identity"):
        profile = ProfileDraft(name=form.profile_name)
        account = account_create(form.email, form.password, [profile])
        return _start_session(account.id)


def account_sign_in(credentials: SignIn, address: str) -> SignedIn:
    """Sign in from `address`; NotSignedIn or TooMany, which do not tell whether it exists."""
    email, network = rules.normal_email(credentials.email), rules.network(address)
    tries = f"{network}:{rules.digest(email).hex()}"
    stores.limit("sign_in_from", network, settings.get().address_tries, _SIGN_IN_WINDOW_S)
    stores.limit("sign_in", tries, settings.get().sign_in_tries, _SIGN_IN_WINDOW_S)
    account = Account.objects.filter(email=email).first()
    kept = passwords.UNUSABLE if account is None else account.password
    right, outdated = passwords.check(credentials.password, kept)
    if account is None or not right:
        code = "wrong_credentials"
        detail = "This e-mail address and password do not go together. Check both and try again."
        raise NotSignedIn(code, detail)
    stores.forgive("sign_in", tries)
    if outdated:
        better = passwords.hashed(credentials.password)
        Account.objects.filter(pk=account.pk, password=kept).update(password=better)
    with transaction_of("identity"):
        return _start_session(account.id)


def account_make_owner(email: str) -> None:
    """Let an account do everything in Studio; NotFound if there is none with this address."""
    account_id = queries.account_id_of(email)
    with transaction_of("identity"):
        StaffRole.objects.bulk_create(
            [StaffRole(account_id=account_id, role="owner")], ignore_conflicts=True
        )


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
        profile = _locked_profile(account_id, profile_id) if account_id and profile_id else None
        session = kept.select_for_update().first()
        if session is None:
            raise _signed_out()
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


def profile_create(account_id: UUID, draft: ProfileDraft) -> Profile:
    """Add a profile; Conflict when the account has as many as it may."""
    with transaction_of("identity"):
        _lock_account(account_id)
        return _add_profile(account_id, draft)


def profile_change(account_id: UUID, profile_id: UUID, change: ProfileChange) -> Profile:
    """Change what is given; Unprocessable where a kids profile would show too much."""
    given = change.model_dump(exclude_none=True)
    with transaction_of("identity"):
        row = _locked_profile(account_id, profile_id)
        before = queries.profile_message(row)
        ceiling = rules.ceiling(
            change.maturity_age,
            is_kids=given.get("is_kids", row.is_kids),
            before=before.maturity_age,
        )
        given |= {"maturity_age": ceiling.maturity_age, "is_kids": ceiling.is_kids}
        for name, value in given.items():
            setattr(row, name, value)
        row.save(update_fields=list(given))
        _announce_profile(row)
    return row


def profile_remove(account_id: UUID, profile_id: UUID) -> None:
    """Remove a profile and have all that is known of it forgotten; Conflict for the last one."""
    with transaction_of("identity"):
        _lock_account(account_id)
        row = _locked_profile(account_id, profile_id)
        if not Profile.objects.filter(account_id=account_id).exclude(pk=row.pk).exists():
            code = "last_profile"
            detail = "An account keeps at least one profile. Add another one first."
            raise Conflict(code, detail)
        row.delete()
        announce("identity", ProfileRemoved(account_id=account_id, profile_id=profile_id))


def _add_profile(account_id: UUID, draft: ProfileDraft) -> Profile:
    asked = draft.maturity_age if "maturity_age" in draft.model_fields_set else None
    ceiling = rules.ceiling(asked, is_kids=draft.is_kids, before=draft.maturity_age)
    taken = Profile.objects.filter(account_id=account_id).values_list("slot", flat=True)
    row = Profile.objects.create(
        account_id=account_id,
        slot=rules.free_slot(taken),
        name=draft.name,
        avatar=draft.avatar,
        maturity_age=ceiling.maturity_age,
        is_kids=ceiling.is_kids,
        language=draft.language,
    )
    _announce_profile(row)
    return row


def _announce_profile(row: Profile) -> None:
    profile = queries.profile_message(row)
    announce("identity", ProfileChanged(account_id=row.account_id, profile=profile))


def _lock_account(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise _signed_out()
    return account


def _locked_profile(account_id: UUID, profile_id: UUID) -> Profile:
    row = Profile.objects.select_for_update().filter(pk=profile_id, account_id=account_id).first()
    if row is None:
        code = "unknown_profile"
        raise NotFound(code, "This account has no such profile. Choose one of its own.")
    return row


def _start_session(account_id: UUID) -> SignedIn:
    """A single profile is chosen at once; the least used session makes room. In a transaction."""
    _lock_account(account_id)
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


def _signed_out() -> NotSignedIn:
    return NotSignedIn("signed_out", "You are signed out. Please sign in.")
