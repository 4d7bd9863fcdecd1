"""Everybody who may ask, and something of each kind that is somebody's."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from matinee.billing import actions as billing
from matinee.billing.models import CreditNote, Invoice, PaymentMethod
from matinee.contracts.identity import ProfileDraft
from matinee.identity.actions import account_create
from matinee.identity.actions.starting import start_session
from matinee.identity.models import Export, Passkey, Profile, ProviderLink
from matinee.identity.models import Session as SignedIn
from matinee.kernel import clock, ids
from matinee.kernel.databases import transaction_of
from matinee.playback import sessions
from matinee.playback.rules import Session as Play
from tests.billing.money import plan, subscribed
from tests.security import asked

ROLES = ("owner", "editor", "publisher", "support", "finance", "analyst")


@dataclass(frozen=True)
class Household:
    """An account with two grown-ups and a child, as callers."""

    account_id: UUID
    grown_up: UUID
    other: UUID
    kid: UUID


def household(email: str) -> Household:
    """A new account."""
    drafts = [
        ProfileDraft(name="Ada"),
        ProfileDraft(name="Bo"),
        ProfileDraft(name="Kim", is_kids=True),
    ]
    account = account_create(email, None, drafts)
    rows = list(Profile.objects.filter(account_id=account.id).order_by("slot"))
    return Household(account.id, *(row.pk for row in rows))


def tokens(home: Household) -> dict[str, str]:
    """Who asks -> a token of a session of their own; without a role, each for themselves."""
    of = {"account_id": home.account_id}
    grown = {**of, "profile_id": home.grown_up, "maturity_age": 18}
    kid = {**of, "profile_id": home.kid, "maturity_age": 6, "is_kids": True}
    everybody = {
        "unchosen": asked.token_of(**of),
        "member": asked.token_of(**grown, authenticated_at=clock.now()),
        "kid": asked.token_of(**kid, authenticated_at=clock.now()),
    }
    staff = {role: asked.token_of(**grown, roles=frozenset({role})) for role in ROLES}
    return {"stranger": "", **everybody, **staff}


@dataclass(frozen=True)
class Things:
    """Something of each kind of a member's, by service and the name it has in addresses."""

    ids: dict[tuple[str, str], str]

    def name_all(self, service: str) -> None:
        """Have addresses of a service name them."""
        asked.known.clear()
        asked.known.update({part: named for (of, part), named in self.ids.items() if of == service})

    def are_there(self) -> bool:
        """Whether nobody has removed one."""
        rows = (
            (Profile, "profile_id"),
            (SignedIn, "session_id"),
            (Passkey, "passkey_id"),
            (ProviderLink, "link_id"),
        )
        kept = all(table.objects.filter(pk=self.ids["identity", of]).exists() for table, of in rows)
        playing = sessions.find_by_id(UUID(self.ids["playback", "session_id"]))
        card = PaymentMethod.objects.get(pk=self.ids["billing", "method_id"])
        return kept and playing is not None and card.removed_at is None


def all_things() -> Things:
    """One of each, of somebody."""
    home = household("ada@example.org")
    return Things({**things_of_identity(home), **things_of_billing(home), **a_play(home)})


def things_of_identity(home: Household) -> dict[tuple[str, str], str]:
    """A profile, a device, a passkey, a link to a provider, and an export."""
    of = {"account_id": home.account_id}
    with transaction_of("identity"):
        device = start_session(home.account_id).session
    passkey = Passkey.objects.create(**of, credential_id=b"1", public_key=b"2", name="Mine")
    link = ProviderLink.objects.create(**of, provider="acme", subject_digest=b"3")
    export = Export.objects.create(**of, expires_at=clock.now() + timedelta(days=1))
    named = {
        "profile_id": home.other,
        "session_id": device.pk,
        "passkey_id": passkey.pk,
        "link_id": link.pk,
        "export_id": export.pk,
    }
    return {("identity", part): str(row) for part, row in named.items()}


def things_of_billing(home: Household) -> dict[tuple[str, str], str]:
    """An invoice, a credit note on it, and a card."""
    subscribed(home.account_id, plan("premium", 1299))
    billing.subscription_cancel_now(home.account_id, refund=True)
    invoice = Invoice.objects.get()
    card = PaymentMethod.objects.create(
        customer=invoice.customer,
        gateway="simulator",
        ref="1",
        customer_ref="1",
        brand="visa",
        last4="4242",
        expires="2030-01",
        chosen_at=clock.now(),
    )
    note = CreditNote.objects.get()
    named = {"invoice_id": invoice.pk, "note_id": note.pk, "method_id": card.pk}
    return {("billing", part): str(row) for part, row in named.items()}


def a_play(home: Household) -> dict[tuple[str, str], str]:
    """A play that goes on."""
    play = Play(
        id=ids.uuid7(),
        account_id=home.account_id,
        profile_id=home.grown_up,
        title_id=ids.uuid7(),
        package="f1lm",
        duration_s=60,
        maturity_age=0,
        position_s=0,
        beat_at_s=clock.unix_s(),
    )
    assert sessions.start(play, 1) == "ok"
    return {("playback", "session_id"): str(play.id)}
