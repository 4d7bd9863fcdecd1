"""Browsers in which somebody has signed in before; see `signing_in`."""

from datetime import timedelta
from uuid import UUID

from matinee.identity.models import KnownDevice
from matinee.identity.rules.visitors import Visitor
from matinee.kernel import clock, databases, ids
from matinee.kernel.databases import Step, transaction_of

# As long as browsers keep a cookie at most (RFC 6265bis, section 5.5).
REMEMBERED = timedelta(days=400)
_DEVICES_MAX = 50
_PRUNED_AT_ONCE = 5_000

_REMEMBER = """
WITH surplus AS (
  DELETE FROM identity_knowndevice WHERE id IN (
    SELECT id FROM identity_knowndevice
    WHERE account_id = %(account)s::uuid AND secret_sha256 <> %(secret)s::bytea
    ORDER BY seen_at DESC, id DESC OFFSET %(others)s::int))
INSERT INTO identity_knowndevice (id, created_at, account_id, secret_sha256, seen_at)
VALUES (%(id)s::uuid, %(now)s::timestamptz, %(account)s::uuid, %(secret)s::bytea,
        %(now)s::timestamptz)
ON CONFLICT (account_id, secret_sha256) DO UPDATE SET seen_at = EXCLUDED.seen_at
RETURNING id
"""


def device_remember(account_id: UUID, visitor: Visitor) -> None:
    """Know this device from now on, in a transaction; the one not seen longest makes room."""
    databases.rows_of_last("identity", device_remembering(account_id, visitor))


def device_remembering(account_id: UUID, visitor: Visitor) -> Step:
    """What `device_remember` does, to go with other steps of the transaction."""
    return _REMEMBER, {
        "id": ids.uuid7(),
        "now": clock.now(),
        "account": account_id,
        "secret": visitor.digest,
        "others": _DEVICES_MAX - 1,
    }


def devices_forget(account_id: UUID) -> None:
    """Know none of an account's devices any more, in a transaction."""
    KnownDevice.objects.filter(account_id=account_id).delete()


def devices_prune() -> int:
    """Forget devices that were not seen for 400 days, at most 5,000; how many."""
    with transaction_of("identity"):
        old = KnownDevice.objects.filter(seen_at__lte=clock.now() - REMEMBERED)
        return KnownDevice.objects.filter(pk__in=old.values("pk")[:_PRUNED_AT_ONCE]).delete()[0]
