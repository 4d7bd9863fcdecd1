"""Browsers in which somebody has signed in before; see `signing_in`."""

from datetime import timedelta
from uuid import UUID

from matinee.identity.models import Account, KnownDevice
from matinee.identity.rules.visitors import Visitor
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of

# As long as browsers keep a cookie at most (RFC 6265bis, section 5.5).
REMEMBERED = timedelta(days=400)
_DEVICES_MAX = 50
_PRUNED_AT_ONCE = 5_000
_NOBODY = UUID(int=0)


def device_is_known(account: Account | None, visitor: Visitor) -> bool:
    """Whether somebody has signed in there before; asks as much for an account that is none."""
    return KnownDevice.objects.filter(
        account_id=_NOBODY if account is None else account.id,
        secret_sha256=visitor.digest,
        seen_at__gt=clock.now() - REMEMBERED,
    ).exists()


def device_remember(account_id: UUID, visitor: Visitor) -> None:
    """Know this device from now on, in a transaction; the one not seen longest makes room."""
    seen = KnownDevice(account_id=account_id, secret_sha256=visitor.digest, seen_at=clock.now())
    KnownDevice.objects.bulk_create(
        [seen],
        update_conflicts=True,
        unique_fields=["account", "secret_sha256"],
        update_fields=["seen_at"],
    )
    mine = KnownDevice.objects.filter(account_id=account_id).order_by("-seen_at", "-pk")
    surplus = list(mine.values_list("pk", flat=True)[_DEVICES_MAX:])
    if surplus:
        KnownDevice.objects.filter(pk__in=surplus).delete()


def devices_forget(account_id: UUID) -> None:
    """Know none of an account's devices any more, in a transaction."""
    KnownDevice.objects.filter(account_id=account_id).delete()


def devices_prune() -> int:
    """Forget devices that were not seen for 400 days, at most 5,000; how many."""
    with transaction_of("identity"):
        old = KnownDevice.objects.filter(seen_at__lte=clock.now() - REMEMBERED)
        return KnownDevice.objects.filter(pk__in=old.values("pk")[:_PRUNED_AT_ONCE]).delete()[0]
