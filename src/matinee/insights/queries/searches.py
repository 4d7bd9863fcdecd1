"""What somebody searched for, as long as files still say whose searches they are."""

from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

from matinee.insights import columns
from matinee.insights.models import Alias
from matinee.insights.queries.relations import everything

_OWN = """
SELECT happened_at, query, found, taken FROM {searches}
WHERE list_contains($whos, who::VARCHAR) ORDER BY happened_at DESC
"""


def searches_of(profile_ids: Collection[UUID]) -> Iterator[Mapping[str, object]]:
    """Searches of some profiles, newest first; those of the last seconds wait to be filed."""
    aliases = Alias.objects.filter(profile_id__in=profile_ids).values_list("who", flat=True)
    whos = [str(who) for who in aliases]
    if not whos:
        return
    with columns.connection() as own:
        rows = own.execute(_OWN.format(searches=everything("search")), {"whos": whos}).fetchall()
    for at, query, found, taken in rows:
        yield {"at": at.isoformat(), "query": query, "found": found, "taken": taken}
