"""What can be done with accounts; each in one transaction."""

from collections.abc import Sequence

from django.db import IntegrityError

from matinee.contracts.events import AccountCreated
from matinee.contracts.identity import ProfileDraft, Role, SignIn, SignUp
from matinee.identity import passwords, queries, rules, settings
from matinee.identity.actions.profiles import add_profile
from matinee.identity.actions.sessions import SignedIn, start_session
from matinee.identity.models import Account, StaffRole
from matinee.kernel import stores
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, NotSignedIn

_SIGN_IN_WINDOW_S = 15 * 60
_SIGN_UP_WINDOW_S = 60 * 60


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
                add_profile(account.id, draft)
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
        return start_session(account.id)


def account_sign_in(credentials: SignIn, address: str) -> SignedIn:
    """Sign in from `address`; NotSignedIn or TooMany, which do not tell whether it exists."""
    email, network = rules.normal_email(credentials.email), rules.network(address)
    tries = f"{network}:{rules.digest(email).hex()}"
    stores.limit("sign_in_from", network, settings.get().address_tries, _SIGN_IN_WINDOW_S)
    stores.limit("sign_in", tries, settings.get().sign_in_tries, _SIGN_IN_WINDOW_S)
    account = queries.account_named(email)
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
        return start_session(account.id)


def account_make_owner(email: str) -> None:
    """Let an account do everything in Studio; NotFound if there is none with this address."""
    account_id = queries.account_id_of(email)
    with transaction_of("identity"):
        StaffRole.objects.bulk_create(
            [StaffRole(account_id=account_id, role="owner")], ignore_conflicts=True
        )
