"""Whose facts are whose: files know a profile by an alias, which ends with what it stood for.

Each is called in an open transaction, under the profile's lock.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from matinee.insights.models import Alias, Unlinking


def alias_of(profile_id: UUID) -> UUID:
    """What files call a profile."""
    return aliases_of({profile_id})[profile_id]


def aliases_of(profile_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """What files call each of some profiles."""
    if not profile_ids:
        return {}
    known = Alias.objects.filter(pk__in=profile_ids).values_list("profile_id", "who")
    found = dict(known)
    fresh = [Alias(profile_id=one) for one in sorted(set(profile_ids) - found.keys())]
    Alias.objects.bulk_create(fresh)
    return found | {row.profile_id: row.who for row in fresh}


def alias_end(profile_id: UUID, until: datetime) -> None:
    """Let nobody know any more whose a profile's facts are; it gets another alias if it goes on.

    That holds at once, as nothing else connects the two. Files are written anew without the old
    alias afterwards, so that its facts are not even one person's any more.
    """
    for row in Alias.objects.select_for_update().filter(profile_id=profile_id):
        Unlinking.objects.create(who=row.who, until=until)
        row.delete()


def title_unlink(profile_id: UUID, title_id: UUID, until: datetime) -> None:
    """Have files say of plays of a title until then that they were nobody's."""
    for row in Alias.objects.filter(profile_id=profile_id):
        Unlinking.objects.create(who=row.who, title_id=title_id, until=until)
