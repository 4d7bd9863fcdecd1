"""What is known of who works here, and of an account as support sees it."""

from uuid import UUID

from django.db.models import Exists, Min, OuterRef

from matinee.contracts.staff import Colleague, StaffMember, StudioAccount, StudioSession
from matinee.identity import rules
from matinee.identity.models import Account, Passkey, Profile, Session, TotpFactor
from matinee.kernel import clock, sealing
from matinee.kernel.problems import NotFound

_STAFF_MAX = 500


def staff_list() -> list[StaffMember]:
    """The accounts with roles, those that have them longest first; at most 500."""
    totp = TotpFactor.objects.filter(account=OuterRef("pk"), confirmed_at__isnull=False)
    passkeys = Passkey.objects.filter(account=OuterRef("pk"))
    accounts = list(
        Account.objects.filter(staff_roles__isnull=False)
        .annotate(added_at=Min("staff_roles__created_at"))
        .annotate(has_factor=Exists(totp) | Exists(passkeys))
        .prefetch_related("staff_roles")
        .order_by("added_at")[:_STAFF_MAX]
    )
    sealing.warm(account.pk for account in accounts)
    return [
        StaffMember.model_validate(
            {
                "account_id": account.pk,
                "email": account.email,
                "roles": sorted(held.role for held in account.staff_roles.all()),
                "second_factor": account.has_factor,
                "added_at": account.added_at,
            }
        )
        for account in accounts
    ]


def colleagues() -> list[Colleague]:
    """Who works here, by what the account's first profile is called; at most 500."""
    first = Profile.objects.filter(account__staff_roles__isnull=False)
    rows = first.order_by("account_id", "slot").distinct("account_id")[:_STAFF_MAX]
    return [Colleague(account_id=row.account_id, name=row.name) for row in rows]


def staff_member(account_id: UUID) -> StaffMember:
    """A member of the staff; NotFound for an account without a role."""
    found = [member for member in staff_list() if member.account_id == account_id]
    if not found:
        raise NotFound("unknown_member", "This account has no role. Load the list anew.")
    return found[0]


def studio_account(account_id: UUID) -> StudioAccount:
    """An account as support sees it; NotFound if there is none."""
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise NotFound("unknown_account", "There is no such account. Look it up by its address.")
    live = Session.objects.filter(account=account, expires_at__gt=clock.now())
    newest = live.order_by("-refreshed_at")[: rules.SESSIONS_MAX]
    return StudioAccount(
        id=account.pk,
        email=account.email,
        created_at=account.created_at,
        is_disabled=account.disabled_at is not None,
        profiles=Profile.objects.filter(account=account).count(),
        sessions=[
            StudioSession(id=row.pk, last_seen_at=row.refreshed_at, expires_at=row.expires_at)
            for row in newest
        ],
    )
