"""Keeps what profiles saw on their pages, and which of it they took."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from uuid import UUID

from django.db.models import Q

from matinee.contracts.events import HistoryErased, PlaybackProgressed, ProfileRemoved
from matinee.contracts.recommendations import Impressions, Seen
from matinee.contracts.shown import RowCount, RowsSeen, RowsTaken
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.recommendations import settings
from matinee.recommendations.actions.viewers import viewer_lock
from matinee.recommendations.models import Erasure, Impression, KnownTitle, Play, Viewer
from matinee.recommendations.queries.policies import pick_key
from matinee.recommendations.rules import impressions as rules
from matinee.recommendations.rules.bandit import picks
from matinee.recommendations.rules.bandit.picks import Logged

Parts = Mapping[UUID, Sequence[UUID]]
"""The titles that count as seen, each with what can be played of it."""

_Key = tuple[UUID, str, int]
_Told = Sequence[tuple[Seen, datetime]]
# A title, and whether it is shown as hero.
_Shown = tuple[UUID, bool]
_FORGOTTEN_AT_ONCE = 20_000
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def impressions_keep(profile_id: UUID, report: Impressions, parts: Parts) -> None:
    """Keep what a profile saw, of titles in `parts`; nothing that it wants forgotten.

    The same report twice changes nothing. The oldest go once there are too many of a profile.
    Picks that were not sealed for the profile are left out: what was seen counts without them.
    """
    with transaction_of("recommendations"):
        viewer = viewer_lock(profile_id)
        if viewer is None:
            return
        told = [(one, clock.now() - timedelta(seconds=one.ago_s)) for one in report.seen]
        told = [pair for pair in told if pair[0].title_id in parts]
        kept = _not_erased(viewer, sorted(told, key=itemgetter(1)), parts)
        rows = _rows(viewer, kept, parts)
        _put(rows, kept, _picked(profile_id, report))
        _bound(profile_id)
        if rows.fresh:
            seen = _by_row((row.row, row.slot) for row in rows.fresh.values())
            announce("recommendations", RowsSeen(rows=seen))


def impressions_take(events: Sequence[PlaybackProgressed]) -> None:
    """Note of what was seen lately that it was taken, once plays show that it was."""
    takes = [
        event
        for event in events
        if rules.is_take(event.watched_s, event.duration_s, finished=event.finished)
    ]
    untaken = _untaken(takes)
    for event in takes:
        began_at = event.occurred_at - timedelta(seconds=event.watched_s)
        taken = [
            row
            for row in untaken.get((event.profile_id, event.title_id), ())
            if row.taken_at is None and row.first_at <= began_at <= row.last_at + rules.TAKEN_WITHIN
        ]
        if taken:
            Impression.objects.filter(pk__in=[row.pk for row in taken]).update(taken_at=began_at)
            for row in taken:
                row.taken_at = began_at
            rows = _by_row((row.row, row.slot) for row in taken)
            announce("recommendations", RowsTaken(rows=rows))


def _untaken(takes: Sequence[PlaybackProgressed]) -> dict[tuple[UUID, UUID], list[Impression]]:
    """By profile and what it played: what it saw of that and took no time before, locked."""
    if not takes:
        return {}
    shown = _shown_as({event.title_id for event in takes})
    seen = Impression.objects.filter(
        profile_id__in={event.profile_id for event in takes},
        title_id__in={one for titles in shown.values() for one in titles},
        taken_at=None,
    )
    of: dict[tuple[UUID, UUID], list[Impression]] = {}
    for row in seen.select_for_update().order_by("pk"):
        of.setdefault((row.profile_id, row.title_id), []).append(row)
    return {
        (event.profile_id, event.title_id): [
            row for title in shown[event.title_id] for row in of.get((event.profile_id, title), ())
        ]
        for event in takes
    }


def impressions_erase(event: HistoryErased) -> None:
    """Forget what was seen until then of a title, or of all."""
    one = Q()
    if event.title_id is not None:
        one = Q(title_id__in=_shown_as({event.title_id})[event.title_id])
    seen = Impression.objects.filter(one, profile_id=event.profile_id)
    seen.filter(first_at__lte=event.until).delete()


def impressions_forget(event: ProfileRemoved) -> None:
    """Forget all that a profile saw."""
    Impression.objects.filter(profile_id=event.profile_id).delete()


def old_impressions_forget() -> int:
    """Forget what was seen longer ago than is kept; how many rows went, at most 20,000."""
    before = clock.now() - timedelta(days=settings.get().impression_days)
    old = Impression.objects.filter(last_at__lt=before).values("pk")[:_FORGOTTEN_AT_ONCE]
    return Impression.objects.filter(pk__in=old).delete()[0]


def _by_row(places: Iterable[tuple[str, str]]) -> list[RowCount]:
    """How many titles stood in each kind of row, or where no rows are."""
    counts = Counter(row or slot for row, slot in places)
    return [RowCount(row=row, titles=titles) for row, titles in sorted(counts.items())]


def _put(rows: "_Rows", told: _Told, picked: Mapping[_Shown, Logged]) -> None:
    """Insert or add to one row for each title, slot and day."""
    for one, at in told:
        key = (one.title_id, one.slot, rules.day_of(at))
        row = rows.present.get(key) or rows.fresh.get(key)
        if row is None:
            row = rows.fresh[key] = _fresh(rows.profile_id, key, at)
            row.begun = one.title_id in rows.begun
            _note_pick(row, picked.get((one.title_id, one.slot == "hero")))
        elif rules.is_new_visit(row.first_at, row.last_at, at):
            row.visits += 1
        # What follows a row's kind may name what was watched, which may have to be forgotten.
        row.row = one.row.partition(":")[0]
        row.line, row.place = one.line, one.place
        row.first_at, row.last_at = min(row.first_at, at), max(row.last_at, at)
    changed = ["row", "line", "place", "visits", "first_at", "last_at"]
    Impression.objects.bulk_create(rows.fresh.values())
    Impression.objects.bulk_update(rows.present.values(), changed)


def _picked(profile_id: UUID, report: Impressions) -> Mapping[_Shown, Logged]:
    """What was chosen for what was seen; a title may be hero and card, each chosen by itself."""
    found: dict[_Shown, Logged] = {}
    for is_hero, texts in ((False, report.picks), (True, [report.hero_pick])):
        ids = {one.title_id for one in report.seen if (one.slot == "hero") is is_hero}
        for title_id, logged in picks.opened(pick_key(), profile_id, texts, ids).items():
            found[title_id, is_hero] = logged
    return found


def _note_pick(row: Impression, logged: Logged | None) -> None:
    """Note how what was shown was chosen; a row that stayed open since another day says nothing."""
    if logged is not None and logged.day == row.day:
        row.policy, row.arm, row.among = logged.policy, logged.arm, logged.among
        row.propensity, row.context = logged.propensity, logged.context


def _rows(viewer: Viewer, told: _Told, parts: Parts) -> "_Rows":
    begun = _begun(viewer.profile_id, told, parts)
    return _Rows(viewer.profile_id, begun, _present(viewer.profile_id, told))


@dataclass
class _Rows:
    """What is known of a profile and what it saw on the days of a report."""

    profile_id: UUID
    begun: set[UUID]
    present: dict[_Key, Impression]
    fresh: dict[_Key, Impression] = field(default_factory=dict)


def _present(profile_id: UUID, told: _Told) -> dict[_Key, Impression]:
    found = Impression.objects.filter(
        profile_id=profile_id,
        title_id__in={one.title_id for one, _ in told},
        day__in={rules.day_of(at) for _, at in told},
    )
    wanted = {(one.title_id, one.slot, rules.day_of(at)) for one, at in told}
    rows = {(row.title_id, row.slot, row.day): row for row in found}
    return {key: row for key, row in rows.items() if key in wanted}


def _fresh(profile_id: UUID, key: _Key, at: datetime) -> Impression:
    title_id, slot, day = key
    return Impression(
        profile_id=profile_id, title_id=title_id, slot=slot, day=day, first_at=at, last_at=at
    )


def _not_erased(viewer: Viewer, told: _Told, parts: Parts) -> _Told:
    whole = _whole(told, parts)
    erased = Erasure.objects.filter(profile_id=viewer.profile_id, title_id__in=whole)
    until: dict[UUID, datetime] = {}
    for part, moment in erased.values_list("title_id", "until"):
        until[whole[part]] = max(moment, until.get(whole[part], moment))
    every = viewer.erased_until or _NEVER
    return [(one, at) for one, at in told if at > max(every, until.get(one.title_id, every))]


def _begun(profile_id: UUID, told: _Told, parts: Parts) -> set[UUID]:
    """Which titles the profile has begun, a series by any of its episodes."""
    whole = _whole(told, parts)
    plays = Play.objects.filter(profile_id=profile_id, title_id__in=whole)
    return {whole[part] for part in plays.values_list("title_id", flat=True)}


def _whole(told: _Told, parts: Parts) -> Mapping[UUID, UUID]:
    """For what was seen, and all that can be played of it, the title that was seen."""
    return {part: one.title_id for one, _ in told for part in (one.title_id, *parts[one.title_id])}


def _bound(profile_id: UUID) -> None:
    newest = Impression.objects.filter(profile_id=profile_id).order_by("-last_at", "-id")
    too_many = list(newest.values_list("pk", flat=True)[settings.get().impressions_max :])
    if too_many:
        Impression.objects.filter(pk__in=too_many).delete()


def _shown_as(title_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """The titles that stand on pages for each that is played: itself, and its series."""
    rows = KnownTitle.objects.filter(pk__in=title_ids, body__series_id__isnull=False)
    series = dict(rows.values_list("pk", "body__series_id"))
    return {one: [one, UUID(series[one])] if series.get(one) else [one] for one in title_ids}
