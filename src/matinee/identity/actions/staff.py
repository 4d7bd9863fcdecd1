"""What can be done about who works here, and by them to somebody's account."""

from collections.abc import Iterable
from uuid import UUID

from matinee.contracts.identity import Role
from matinee.identity import queries
from matinee.identity.actions.ending import sessions_end
from matinee.identity.actions.locking import locked_account
from matinee.identity.models import Account, StaffRole
from matinee.kernel import audit, clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, NotFound


def staff_set(email: str, roles: Iterable[Role], by: audit.Doer) -> UUID:
    """Give an account these roles and no others; its id.

    NotFound without such an account; Conflict for the only owner, who stays one. Its sessions
    end, so that no token keeps a role that was taken away.
    """
    account_id = queries.account_id_of(email)
    with transaction_of("identity"):
        locked_account(account_id)
        _change_roles(account_id, frozenset(roles), by)
    return account_id


def staff_remove(account_id: UUID, by: audit.Doer) -> None:
    """Take all roles from an account; NotFound if it has none, Conflict for the only owner."""
    with transaction_of("identity"):
        if not StaffRole.objects.filter(account_id=account_id).exists():
            detail = "This account has no role. Load the list anew."
            raise NotFound("unknown_member", detail)
        locked_account(account_id)
        _change_roles(account_id, frozenset(), by)


def account_look(account_id: UUID, by: audit.Doer) -> None:
    """Note that a member of the staff looked an account up, and why."""
    with transaction_of("identity"):
        audit.note("identity", "account.looked_up", by=by, about=account_id)


def account_sign_out(account_id: UUID, by: audit.Doer) -> int:
    """End all sessions of somebody's account; how many. NotFound without such an account."""
    with transaction_of("identity"):
        _known(account_id)
        ended = sessions_end(account_id, "ended_by_staff")
        audit.note(
            "identity", "account.signed_out", by=by, about=account_id, facts={"sessions": ended}
        )
    return ended


def account_disable(account_id: UUID, by: audit.Doer) -> None:
    """Let nobody sign in to an account, and end its sessions.

    NotFound without such an account; Conflict for one with roles, which are to be taken first.
    """
    with transaction_of("identity"):
        account = _known(account_id)
        if StaffRole.objects.filter(account_id=account_id).exists():
            detail = "This is an account of the staff. Take its roles away first."
            raise Conflict("has_roles", detail)
        account.disabled_at = account.disabled_at or clock.now()
        account.save(update_fields=["disabled_at"])
        sessions_end(account_id, "account_disabled")
        audit.note("identity", "account.disabled", by=by, about=account_id)


def account_enable(account_id: UUID, by: audit.Doer) -> None:
    """Let somebody sign in to their account again; NotFound without such an account."""
    with transaction_of("identity"):
        account = _known(account_id)
        account.disabled_at = None
        account.save(update_fields=["disabled_at"])
        audit.note("identity", "account.enabled", by=by, about=account_id)


def _known(account_id: UUID) -> Account:
    account = Account.objects.select_for_update().filter(pk=account_id).first()
    if account is None:
        raise NotFound("unknown_account", "There is no such account. Look it up by its address.")
    return account


def _change_roles(account_id: UUID, wanted: frozenset[str], by: audit.Doer) -> None:
    had = StaffRole.objects.filter(account_id=account_id)
    before = frozenset(had.values_list("role", flat=True))
    # Locked, so that of two owners who remove each other one stays.
    owners = StaffRole.objects.select_for_update().filter(role="owner").order_by("pk")
    held_by = {row.account_id for row in owners}
    if "owner" not in wanted and held_by == {account_id}:
        detail = "Somebody has to be owner. Make somebody else one first."
        raise Conflict("last_owner", detail)
    had.exclude(role__in=wanted).delete()
    StaffRole.objects.bulk_create(
        StaffRole(account_id=account_id, role=role) for role in sorted(wanted - before)
    )
    if before - wanted:
        sessions_end(account_id, "ended_by_staff")
    facts = dict.fromkeys(sorted(wanted), True)
    audit.note("identity", "staff.changed", by=by, about=account_id, facts=facts)
