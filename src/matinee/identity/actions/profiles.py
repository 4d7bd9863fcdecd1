"""What can be done with profiles; each in one transaction."""

from collections.abc import Iterable
from uuid import UUID

from matinee.contracts.events import ProfileChanged, ProfileRemoved, ProfileTraits
from matinee.contracts.identity import ProfileChange, ProfileDraft
from matinee.identity import queries, rules
from matinee.identity.actions.ending import sessions_end
from matinee.identity.actions.locking import locked_account, locked_profile
from matinee.identity.models import Profile
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce


def profile_create(account_id: UUID, draft: ProfileDraft) -> Profile:
    """Add a profile; Conflict when the account has as many as it may."""
    with transaction_of("identity"):
        locked_account(account_id)
        return add_profile(account_id, draft)


def profile_change(account_id: UUID, profile_id: UUID, change: ProfileChange) -> Profile:
    """Change what is given; Unprocessable where a kids profile would show too much.

    Conflict when no grown-up would be left.
    """
    given = change.model_dump(exclude_none=True)
    with transaction_of("identity"):
        locked_account(account_id)
        row = locked_profile(account_id, profile_id)
        before = queries.profile_message(row)
        ceiling = rules.ceiling(
            change.maturity_age,
            is_kids=given.get("is_kids", row.is_kids),
            before=before.maturity_age,
        )
        if ceiling.is_kids and not row.is_kids:
            rules.needs_grown_up(others_are_kids(row))
        given |= {"maturity_age": ceiling.maturity_age, "is_kids": ceiling.is_kids}
        for name, value in given.items():
            setattr(row, name, value)
        row.save(update_fields=list(given))
        profile_announce(row)
    return row


def profile_remove(account_id: UUID, profile_id: UUID) -> None:
    """Remove a profile and have all that is known of it forgotten.

    Conflict for the last one of a grown-up. Where a kids profile watches, the session ends.
    """
    with transaction_of("identity"):
        locked_account(account_id)
        row = locked_profile(account_id, profile_id)
        rules.needs_grown_up(others_are_kids(row))
        if row.is_kids:
            # What is left there would stand for the account, in a child's hands.
            sessions_end(account_id, "profile_removed", profile_id=profile_id)
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
    profile_announce(row)
    return row


def profile_announce(row: Profile) -> None:
    """Tell what a profile is now, in the transaction that made it so."""
    traits = ProfileTraits.model_validate(row, from_attributes=True)
    announce("identity", ProfileChanged(account_id=row.account_id, profile=traits))


def others_are_kids(row: Profile) -> Iterable[bool]:
    """Of each other profile of its account, whether it is a kids profile."""
    others = Profile.objects.filter(account_id=row.account_id).exclude(pk=row.pk)
    return others.values_list("is_kids", flat=True)
