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

_MAKE_ROOM = """
DELETE FROM identity_knowndevice WHERE id IN (
  SELECT id FROM identity_knowndevice
  WHERE account_id = %(known_account)s::uuid AND secret_sha256 <> %(known_secret)s::bytea
  ORDER BY seen_at DESC, id DESC OFFSET %(known_others)s::int)
"""
_REMEMBER = """
INSERT INTO identity_knowndevice (id, created_at, account_id, secret_sha256, seen_at)
VALUES (%(known_id)s::uuid, %(known_at)s::timestamptz, %(known_account)s::uuid,
        %(known_secret)s::bytea, %(known_at)s::timestamptz)
ON CONFLICT (account_id, secret_sha256) DO UPDATE SET seen_at = EXCLUDED.seen_at
RETURNING id
"""


def device_remember(account_id: UUID, visitor: Visitor) -> None:
    """Know this device from now on, in a transaction; the one not seen longest makes room."""
    databases.rows_of_last("identity", *device_remembering(account_id, visitor))


def device_remembering(account_id: UUID, visitor: Visitor) -> list[Step]:
    """What `device_remember` does, to go with others in one transaction or one statement."""
    known = {
        "known_id": ids.uuid7(),
        "known_at": clock.now(),
        "known_account": account_id,
        "known_secret": visitor.digest,
        "known_others": _DEVICES_MAX - 1,
    }
    return [(_MAKE_ROOM, known), (_REMEMBER, known)]


def devices_forget(account_id: UUID) -> None:
    """Know none of an account's devices any more, in a transaction."""
    KnownDevice.objects.filter(account_id=account_id).delete()


def devices_prune() -> int:
    """Forget devices that were not seen for 400 days, at most 5,000; how many."""
    with transaction_of("identity"):
        old = KnownDevice.objects.filter(seen_at__lte=clock.now() - REMEMBERED)
        return KnownDevice.objects.filter(pk__in=old.values("pk")[:_PRUNED_AT_ONCE]).delete()[0]
