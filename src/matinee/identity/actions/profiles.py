"""What can be done with profiles; each in one transaction."""

from uuid import UUID

from matinee.contracts.events import ProfileChanged, ProfileRemoved
from matinee.contracts.identity import ProfileChange, ProfileDraft
from matinee.identity import queries, rules
from matinee.identity.actions.locking import locked_account, locked_profile
from matinee.identity.models import Profile
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict


def profile_create(account_id: UUID, draft: ProfileDraft) -> Profile:
    """Add a profile; Conflict when the account has as many as it may."""
    with transaction_of("identity"):
        locked_account(account_id)
        return add_profile(account_id, draft)


def profile_change(account_id: UUID, profile_id: UUID, change: ProfileChange) -> Profile:
    """Change what is given; Unprocessable where a kids profile would show too much."""
    given = change.model_dump(exclude_none=True)
    with transaction_of("identity"):
        row = locked_profile(account_id, profile_id)
        before = queries.profile_message(row)
        ceiling = rules.ceiling(
            change.maturity_age,
            is_kids=given.get("is_kids", row.is_kids),
            before=before.maturity_age,
        )
        given |= {"maturity_age": ceiling.maturity_age, "is_kids": ceiling.is_kids}
        for name, value in given.items():
            setattr(row, name, value)
        row.save(update_fields=list(given))
        _announce_profile(row)
    return row


def profile_remove(account_id: UUID, profile_id: UUID) -> None:
    """Remove a profile and have all that is known of it forgotten; Conflict for the last one."""
    with transaction_of("identity"):
        locked_account(account_id)
        row = locked_profile(account_id, profile_id)
        if not Profile.objects.filter(account_id=account_id).exclude(pk=row.pk).exists():
            code = "last_profile"
            detail = "An account keeps at least one profile. Add another one first."
            raise Conflict(code, detail)
        row.delete()
        announce("identity", ProfileRemoved(account_id=account_id, profile_id=profile_id))


def add_profile(account_id: UUID, draft: ProfileDraft) -> Profile:
    """Add a profile within a transaction, and tell about it."""
    asked = draft.maturity_age if "maturity_age" in draft.model_fields_set else None
    ceiling = rules.ceiling(asked, is_kids=draft.is_kids, before=draft.maturity_age)
    taken = Profile.objects.filter(account_id=account_id).values_list("slot", flat=True)
    row = Profile.objects.create(
        account_id=account_id,
        slot=rules.free_slot(taken),
        name=draft.name,
        avatar=draft.avatar,
        maturity_age=ceiling.maturity_age,
        is_kids=ceiling.is_kids,
        language=draft.language,
    )
    _announce_profile(row)
    return row


def _announce_profile(row: Profile) -> None:
    profile = queries.profile_message(row)
    announce("identity", ProfileChanged(account_id=row.account_id, profile=profile))
