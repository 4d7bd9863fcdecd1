"""The ways into an account, and what staff must show."""

from collections.abc import Iterable
from uuid import UUID

from matinee.contracts.identity_factors import LinkedProvider, Passkey, Security
from matinee.contracts.identity_sign_in import FactorWay
from matinee.identity import passwords, settings
from matinee.identity.models import Account, ProviderLink, RecoveryCode, StaffRole
from matinee.identity.models import Passkey as PasskeyRow
from matinee.identity.queries.doors import factors
from matinee.identity.rules import staff
from matinee.kernel import settings as kernel_settings
from matinee.kernel.settings import LOOPBACK_HOSTS


def factor_ways(account_id: UUID) -> list[FactorWay]:
    """What an account can show beside its password; empty if it needs nothing beside it."""
    has = factors(account_id)
    ways: list[FactorWay] = []
    if has.passkey:
        ways.append("passkey")
    if has.totp:
        ways.append("totp")
    if ways and has.recovery_code:
        ways.append("recovery_code")
    return ways


def recovery_codes_left(account_id: UUID) -> int:
    """How many of an account's recovery codes still work."""
    return RecoveryCode.objects.filter(account_id=account_id, used_at=None).count()


def security_of(account: Account, *, has_second_factor: bool) -> Security:
    """The ways into an account; `has_second_factor` is of the session that asks."""
    ways = factor_ways(account.id)
    roles = StaffRole.objects.filter(account=account).values_list("role", flat=True)
    return Security(
        email=account.email,
        email_verified=account.email_verified_at is not None,
        has_password=account.password != passwords.UNUSABLE,
        totp="totp" in ways,
        recovery_codes_left=recovery_codes_left(account.id),
        passkeys=[
            passkey_message(row)
            for row in PasskeyRow.objects.filter(account=account).order_by("id")
        ],
        providers=[
            link_message(row) for row in ProviderLink.objects.filter(account=account).order_by("id")
        ],
        needs_factor=bool(roles) and not ways and not _is_waived(),
        roles_rest=roles_in_force(roles, has_second_factor=has_second_factor).rest,
    )


def passkey_message(row: PasskeyRow) -> Passkey:
    """A passkey as its owner reads it."""
    return Passkey(id=row.id, name=row.name, created_at=row.created_at, used_at=row.used_at)


def link_message(row: ProviderLink) -> LinkedProvider:
    """A link to a provider; one that the operator has taken away since is called by its id."""
    names = {each.id: each.name for each in settings.get().providers}
    return LinkedProvider(
        id=row.id,
        provider=row.provider,
        name=names.get(row.provider, row.provider),
        linked_at=row.created_at,
    )


def roles_in_force(roles: Iterable[str], *, has_second_factor: bool) -> staff.InForce:
    """What of an account's roles counts in a session that was opened so."""
    return staff.roles_in_force(roles, has_second_factor=has_second_factor, is_waived=_is_waived())


def _is_waived() -> bool:
    ours = kernel_settings.get()
    return staff.is_waived(
        settings.get().staff_second_factor,
        listens_on_loopback=ours.is_loopback,
        url=ours.url,
        loopback=LOOPBACK_HOSTS,
    )
