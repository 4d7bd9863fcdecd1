"""Whose facts are whose: files know a profile by an alias, which ends with what it stood for.

Each is called in an open transaction, under the profile's lock.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from matinee.insights.models import Alias, Unlinking
from matinee.kernel import ids
from matinee.kernel.arrays import array
from matinee.kernel.databases import rows_of, run

_KNOWN = "SELECT profile_id, who FROM insights_alias WHERE profile_id = ANY(%(ids)s::uuid[])"
_GIVE = "INSERT INTO insights_alias (profile_id, who) SELECT * FROM unnest(%s::uuid[], %s::uuid[])"


def alias_of(profile_id: UUID) -> UUID:
    """What files call a profile."""
    return aliases_of({profile_id})[profile_id]


def aliases_of(profile_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """What files call each of some profiles."""
    if not profile_ids:
        return {}
    found: dict[UUID, UUID] = dict(rows_of("insights", _KNOWN, {"ids": array(profile_ids)}))
    fresh = {one: ids.random_uuid() for one in sorted(set(profile_ids) - found.keys())}
    if fresh:
        run("insights", _GIVE, [array(fresh), array(fresh.values())], is_frequent=True)
    return found | fresh


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
