"""A title and its kin change together: locked by one row, settled and announced as one.

A series' page tells of its episodes, an episode's of the one that follows; so
after any change the statuses of the whole family are derived anew, and every
member whose announcement would read differently is announced.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from matinee.catalog import queries, rules
from matinee.catalog.actions.webhooks import statuses_tell
from matinee.catalog.models import CollectionEntry, Title
from matinee.contracts.catalog import RightsWindow, TitleKind
from matinee.contracts.catalog.workflow import Standing
from matinee.contracts.events import TitleChanged
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.kernel import clock
from matinee.kernel.events import announce

SERVICE = "catalog"
_TICK = timedelta(microseconds=1)


def family_lock(title_id: UUID) -> Title:
    """The row of a title, after its family was locked; NotFound if there is none.

    The lock is the row of the series or film that the family is about.
    """
    root_id = queries.root_of(title_id)
    if not Title._default_manager.select_for_update().filter(pk=root_id).exists():
        raise queries.unknown_title()
    return queries.row_of(title_id)


def family_settle(member_id: UUID) -> None:
    """Derive the status of every member of a title's family; announce what others see changed.

    And of the collections that hold what changed.
    """
    rows = queries.family_rows(queries.root_of(member_id))
    now = clock.now()
    before = {row.pk: row.status for row in rows}
    changed = [row for row in _in_order_of_cause(rows) if _settled(row, rows, now)]
    if changed:
        Title._default_manager.bulk_update(changed, ["status", "published_at"])
        statuses_tell((row, before[row.pk]) for row in changed)
    _tell(rows)
    if changed:
        holding = CollectionEntry._default_manager.filter(title__in=[row.pk for row in changed])
        collections_settle(holding.values_list("collection_id", flat=True))


def words_settle(row: Title) -> None:
    """Announce a title of which only what it says of itself changed, and the series that shows it.

    Not what others say of it: a series may have hundreds of episodes.
    """
    shown_in = row.series_id or row.pk
    _tell(list(queries.title_rows().filter(pk__in={row.pk, shown_in}).order_by("pk")))


def collections_settle(collection_ids: Iterable[UUID]) -> None:
    """Derive the statuses of collections.

    Their rows are locked after those of families and in one order, so that no two changes wait
    for each other.
    """
    found = Title._default_manager.select_for_update().filter(pk__in=list(collection_ids))
    for collection_id in list(found.order_by("pk").values_list("pk", flat=True)):
        family_settle(collection_id)


def announcement_moment(row: Title) -> datetime:
    """Now, but later than what was announced of the title before, whatever the clocks say."""
    now = clock.now()
    return now if row.announced_at is None else max(now, row.announced_at + _TICK)


def facts_of(row: Title, family: Sequence[Title]) -> rules.Facts:
    """What the status of a title follows from."""
    encode = queries.encode_of(row)
    known = encode is not None and rules.is_of_newest_film(encode.encode_id, row.stale_encode_id)
    stage = encode.stage if encode is not None and known else None
    return rules.Facts(
        kind=cast("TitleKind", row.kind),
        standing=cast("Standing", row.standing),
        playable=queries.package_of(row) is not None,
        has_film=row.film_upload_id is not None or encode is not None,
        encode_failed=stage == "failed",
        encode_stopped=stage == "stopped",
        series_standing=_standing_above(row, family),
        has_published_part=_has_published_part(row, family),
    )


def _standing_above(row: Title, family: Sequence[Title]) -> Standing:
    """The standing of what a title is a part of: what keeps that from being seen counts."""
    known = {one.pk: one for one in family}
    standings, above = [], known.get(row.belongs_to_id or row.series_id or row.pk)
    while above is not None and above.pk != row.pk:
        standings.append(above.standing)
        above = known.get(above.series_id) if above.series_id else None
    if "withdrawn" in standings:
        return "withdrawn"
    return cast("Standing", next((one for one in standings if one != "released"), "released"))


def _has_published_part(row: Title, family: Sequence[Title]) -> bool:
    if row.kind == "collection":
        return row.entries.filter(title__status="published").exists()
    return any(one.series_id == row.pk and one.status == "published" for one in family)


def _in_order_of_cause(rows: list[Title]) -> list[Title]:
    """Episodes before their series, whose status follows from theirs."""
    return sorted(rows, key=lambda row: row.kind == "series")


def _settled(row: Title, family: Sequence[Title], now: datetime) -> bool:
    status = rules.status_of(facts_of(row, family))
    if status == row.status:
        return False
    row.status = status
    if status == "published" and row.published_at is None:
        # What was scheduled came at that very moment, however long a worker was away.
        row.published_at = now if row.publish_at is None else min(now, row.publish_at)
    return True


def _tell(rows: list[Title]) -> None:
    known = [row for row in rows if row.status == "published" or row.announced_at is not None]
    events, told = [], []
    for row, title in zip(known, queries.titles_of(known, queries.EVERYBODY), strict=True):
        package = queries.package_of(row)
        event = TitleChanged(
            occurred_at=announcement_moment(row),
            title=title.model_copy(update={"rights": _rights(row, rows)}),
            package=package.prefix if package else None,
            key_id=package.key_id if package else None,
            audio=[TrackInfo.model_validate(one) for one in (package.audio if package else [])],
            subtitles=[
                TrackInfo.model_validate(one) for one in (package.subtitles if package else [])
            ],
            storyboard=Storyboard.model_validate(package.storyboard)
            if package and package.storyboard
            else None,
        )
        digest = _digest(event)
        if digest != row.announced_digest:
            row.announced_digest, row.announced_at = digest, event.occurred_at
            events.append(event)
            told.append(row)
    if events:
        announce(SERVICE, *events)
        Title._default_manager.bulk_update(told, ["announced_digest", "announced_at"])


def _rights(row: Title, family: Sequence[Title]) -> list[RightsWindow]:
    """The windows that hold for a title: an episode without own ones has those of its series."""
    series = next((one for one in family if one.pk == row.series_id), None)
    rights = row.rights or (series.rights if series else [])
    return [RightsWindow.model_validate(window) for window in rights]


def _digest(event: TitleChanged) -> str:
    content = event.model_dump_json(exclude={"id", "occurred_at"})
    return hashlib.sha256(content.encode()).hexdigest()
