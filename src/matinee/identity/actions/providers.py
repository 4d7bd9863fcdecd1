"""Signing in with an external provider, and linking one to an account.

Somebody at a provider is known by issuer and subject alone. An e-mail address that a provider
tells never leads into an account that exists (OWASP ASVS 5.0, 6.8.1).
"""

import hmac
from uuid import UUID

from django.db import IntegrityError
from pydantic import EmailStr, TypeAdapter, ValidationError

from matinee.contracts.identity import ProfileDraft, ProfileName
from matinee.identity import openid, passwords, queries, rules, settings, tickets
from matinee.identity.actions.accounts import AccountDraft, account_begin
from matinee.identity.actions.signing_in import SecondStep, admit
from matinee.identity.actions.starting import SignedIn
from matinee.identity.actions.writing import tell
from matinee.identity.models import Account, ProviderLink
from matinee.identity.openid import Person, Visit
from matinee.identity.rules.visitors import Visitor
from matinee.identity.settings import Provider
from matinee.identity.steps import ProviderVisit
from matinee.kernel import audit, clock, ids, stores
from matinee.kernel import settings as kernel_settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Forbidden, NotFound
from matinee.kernel.sealed_fields import indexes_of
from matinee.kernel.tokens import Caller

_WINDOW_S = 15 * 60
_EMAIL: TypeAdapter[str] = TypeAdapter(EmailStr)
_NAME: TypeAdapter[str] = TypeAdapter(ProfileName)
_NAME_LENGTH_MAX = 40
_NAMELESS = "Me"


def provider_visit(provider_id: str, visitor: Visitor, link_to: UUID | None = None) -> str:
    """Where a browser goes to sign in, or to link what it signs in to there to an account.

    NotFound for a provider that the operator does not have.
    """
    stores.limit("sign_in_from", visitor.network, settings.get().address_tries, _WINDOW_S)
    provider = _provider(provider_id)
    visit = Visit(_back(), ids.secret(), ids.secret())
    state, _ = tickets.issue(
        ProviderVisit(
            provider=provider.id,
            nonce=visit.nonce,
            verifier=visit.verifier,
            device=visitor.digest.hex(),
            link_to=link_to,
        )
    )
    return openid.address(provider, visit, state)


def provider_return(code: str, state: str, visitor: Visitor) -> SignedIn | SecondStep | Account:
    """Sign in whom a provider vouches for, or link them to the account that sent them there.

    The account whose link was made, if that was the purpose. Forbidden in another browser than
    the one that went there, Gone when it took too long or is repeated.
    """
    went = tickets.take(ProviderVisit, state)
    if not hmac.compare_digest(went.device, visitor.digest.hex()):
        detail = "This sign-in was begun in another browser. Please begin again here."
        raise Forbidden("other_browser", detail)
    provider = _provider(went.provider)
    found = openid.person(provider, Visit(_back(), went.nonce, went.verifier), code)
    if went.link_to is not None:
        return _link(went.link_to, provider, found, visitor)
    return admit(_account_of(provider, found), visitor)


def provider_unlink(account: Account, caller: Caller, link_id: UUID) -> None:
    """Let somebody at a provider sign in no longer; Conflict for the last way in."""
    with transaction_of("identity"):
        mine = ProviderLink.objects.select_for_update().filter(account=account)
        rows = {row.pk: row for row in mine}
        if link_id not in rows:
            raise NotFound("unknown_link", "This account has no such link. Load the list anew.")
        has_password = account.password != passwords.UNUSABLE
        if len(rows) == 1 and not has_password and not account.passkeys.exists():
            detail = "Choose a password or add a passkey first: this is the only way to sign in."
            raise Conflict("last_way_in", detail)
        rows[link_id].delete()
        by = audit.Doer.of(caller)
        audit.note("identity", "provider.unlinked", by=by, about=account.id)


def _account_of(provider: Provider, found: Person) -> Account:
    """Whose account somebody at a provider signs in to; a new one if there is none."""
    subject = _subject(found)
    digests = indexes_of(ProviderLink, "subject_digest", subject)
    links = ProviderLink.objects.select_related("account").filter(subject_digest__in=digests)
    link = links.first()
    if link is None:
        return _begin(provider, found)
    if link.subject is None:
        link.subject = subject
        link.save(update_fields=["subject", "subject_digest"])
    return link.account


def _begin(provider: Provider, found: Person) -> Account:
    email = _email(found)
    if email is None:
        detail = (
            f"{provider.name} does not tell a confirmed e-mail address of yours. Sign up with one "
            f"here, then link {provider.name} to your account."
        )
        raise Conflict("provider_without_email", detail)
    if queries.account_named(email) is not None:
        detail = (
            "There is an account with this e-mail address. Sign in to it as ever, then link "
            f"{provider.name} to it on your account's page."
        )
        raise Conflict("email_taken", detail)
    draft = AccountDraft(email, passwords.UNUSABLE, clock.now())
    with transaction_of("identity"):
        account = account_begin(draft, [ProfileDraft(name=_name(found))])
        _keep_link(account, provider, found)
        facts = {"provider": provider.id}
        by = audit.Doer(account.id)
        audit.note("identity", "account.created", by=by, about=account.id, facts=facts)
    return account


def _link(account_id: UUID, provider: Provider, found: Person, visitor: Visitor) -> Account:
    account = queries.account_row(account_id)
    try:
        with transaction_of("identity"):
            _keep_link(account, provider, found)
            by = audit.Doer(account.id, place=audit.place(visitor.address))
            audit.note("identity", "provider.linked", by=by, about=account.id)
    except IntegrityError as error:
        detail = f"This account at {provider.name} is linked already."
        raise Conflict("link_taken", detail) from error
    tell(account, "provider_linked")
    return account


def _keep_link(account: Account, provider: Provider, found: Person) -> None:
    ProviderLink.objects.create(account=account, provider=provider.id, subject=_subject(found))


def _subject(found: Person) -> str:
    return f"{found.issuer}\0{found.subject}"


def _email(found: Person) -> str | None:
    """The address that a provider has confirmed, if it is one."""
    try:
        return rules.normal_email(_EMAIL.validate_python(found.email))
    except ValidationError:
        return None


def _name(found: Person) -> str:
    """A name for the first profile, where the provider tells one that can be."""
    try:
        return _NAME.validate_python(found.name[:_NAME_LENGTH_MAX])
    except ValidationError:
        return _NAMELESS


def _provider(provider_id: str) -> Provider:
    for provider in settings.get().providers:
        if provider.id == provider_id:
            return provider
    raise NotFound("unknown_provider", "This service has no such provider. Sign in another way.")


def _back() -> str:
    return f"{kernel_settings.get().url}/sign-in/back"
