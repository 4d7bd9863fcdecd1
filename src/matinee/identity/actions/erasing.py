"""Ending an account for good: its rows, its key, and what every service keeps of it."""

from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction

from matinee.identity import rules
from matinee.identity.actions.ending import sessions_end
from matinee.identity.actions.locking import locked_account
from matinee.identity.models import Account, Erasure, ErasureReceipt, Profile
from matinee.kernel import audit, clock, ids, mailing, sealing
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.keys import data_keys
from matinee.kernel.people import AccountErased, ErasureProved, Person
from matinee.kernel.problems import Unprocessable

_AT_ONCE = 200


@dataclass(frozen=True)
class Begun:
    """An erasure with the secret by which it is looked at, which is nowhere else."""

    erasure: Erasure
    secret: str


def account_erase(account_id: UUID, confirmed_email: str, by: audit.Doer) -> Begun:
    """End an account now, and have every service forget it.

    Unprocessable unless `confirmed_email` is its address: whoever typed it means it.
    """
    with transaction_of("identity"):
        account = locked_account(account_id)
        if rules.normal_email(confirmed_email) != account.email:
            detail = "This is not the e-mail address of the account. Type it to erase the account."
            raise Unprocessable("wrong_email", detail)
        return _end(account, by)


def erasures_finish() -> int:
    """Destroy keys that a crash left, and erase again what a restored backup brought; how many."""
    left = list(Erasure.objects.filter(key_destroyed_at=None)[:_AT_ONCE])
    for row in left:
        _destroy_key(row.id, row.account_id)
    back = list(Account.objects.filter(pk__in=data_keys.destroyed())[:_AT_ONCE])
    for account in back:
        with transaction_of("identity"):
            _end(locked_account(account.pk), audit.Doer(part="worker"))
    return len(left) + len(back)


def receipt_keep(proof: ErasureProved) -> None:
    """Note that a service has erased its part."""
    with transaction_of("identity"):
        ErasureReceipt.objects.get_or_create(
            erasure_id=proof.erasure_id,
            service=proof.service,
            defaults={"erased": proof.rows, "kept": proof.kept, "told_at": proof.occurred_at},
        )


def _end(account: Account, by: audit.Doer) -> Begun:
    """Part of a transaction in which the account is locked."""
    secret = ids.secret()
    profiles = Profile.objects.filter(account_id=account.pk).values_list("pk", flat=True)
    person = Person(account_id=account.pk, profile_ids=list(profiles))
    # One that a backup brought back is told of again, with the erasure that it had.
    row, _ = Erasure.objects.update_or_create(
        account_id=account.pk,
        defaults={"secret_sha256": rules.digest(secret), "key_destroyed_at": None},
    )
    sessions_end(account.pk, "account_erased")
    address = _address_of(account)
    rows = account.delete()[0]
    ErasureReceipt.objects.get_or_create(
        erasure=row, service="identity", defaults={"erased": rows, "kept": _KEPT}
    )
    announce("identity", AccountErased(erasure_id=row.id, person=person))
    audit.note("identity", "account.erased", by=by, about=person.account_id)
    destroy = partial(_destroy_key, row.id, person.account_id)
    transaction.on_commit(destroy, using="identity")
    transaction.on_commit(partial(mailing.forget, address), using="identity", robust=True)
    return Begun(row, secret)


def _address_of(account: Account) -> str:
    """Empty where it can be read no more."""
    try:
        return account.email
    except sealing.UnreadableError:
        return ""


_KEPT = "notes of the audit log, by an id that leads nowhere"


def _destroy_key(erasure_id: UUID, account_id: UUID) -> None:
    sealing.destroy(account_id)
    Erasure.objects.filter(pk=erasure_id).update(key_destroyed_at=clock.now())
