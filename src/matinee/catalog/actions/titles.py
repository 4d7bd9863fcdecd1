"""What the operator does with titles."""

from typing import Any
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Max

from matinee.catalog import queries, rules, settings
from matinee.catalog.actions import leftovers, records
from matinee.catalog.actions.deeds import change_check, change_note, deed_note
from matinee.catalog.actions.families import (
    SERVICE,
    announcement_moment,
    collections_settle,
    family_lock,
    family_settle,
    words_settle,
)
from matinee.catalog.actions.webhooks import removal_tell
from matinee.catalog.actions.workflow import act
from matinee.catalog.models import Title, TitleWindow
from matinee.catalog.rules.workflow import MACHINE, Member, first_standing
from matinee.contracts import catalog as messages
from matinee.contracts.events import EncodeCancelled, TitleRemoved
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, Unprocessable

# How often another request may take an address in the same moment.
_INSERT_TRIES = 5
_SLUGS_AT_ONCE = 100
_SLUG_NUMBER_MAX = 10_000
# What others' pages, statuses or rights follow from, not only the page of the series.
_FELT_BY_KIN = {"rights", "members"}


def title_create(draft: messages.TitleDraft, by: Member = MACHINE) -> messages.Title:
    """Make a title; Unprocessable or Conflict where the draft cannot be.

    A draft that names an id may come again: it is answered with what it made.
    """
    with transaction_of(SERVICE):
        made = _made_before(draft) or _made(draft, by)
        return queries.titles_of([queries.row_of(made.pk)], queries.STAFF_VIEWER)[0]


def _made(draft: messages.TitleDraft, by: Member) -> Title:
    named = {} if draft.id is None else {"id": draft.id}
    row = Title(
        kind=draft.kind,
        belongs_to=records.owner_of(draft),
        standing=first_standing(settings.get().review),
        **named,
        **_place(draft),
    )
    try:
        _insert(row, records.columns_of(draft, type(draft).model_fields), draft.slug)
    except IntegrityError:
        # The try before, which nobody waits for any more, may have ended only now.
        if (before := _made_before(draft)) is not None:
            return before
        raise
    _spread(row.pk, draft.rights)
    records.credits_write(row, draft.credits)
    records.members_write(row, draft.members)
    if row.kind == "collection":
        # What it holds may be there already; everything else waits for a film.
        family_settle(row.pk)
    deed_note(row.pk, "made", by)
    return row


def _made_before(draft: messages.TitleDraft) -> Title | None:
    """The title that an earlier try of the same draft made."""
    if draft.id is None:
        return None
    made = Title._default_manager.filter(pk=draft.id).first()
    if made is not None and (made.kind, made.name) != (draft.kind, draft.name):
        code = "id_taken"
        raise Conflict(code, "Another title has this id. Choose another, or leave `id` out.")
    return made


def title_change(
    title_id: UUID, change: messages.TitleChange, by: Member = MACHINE, **told: Any
) -> messages.Title:
    """Change what the request names and nothing else; `told` goes into the title's history.

    Forbidden where somebody else has to approve it: then it can be proposed.
    """
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        change_check(row, by)
        return title_write(row, change, by, **told)


def title_write(
    row: Title, change: messages.TitleChange, by: Member, **told: Any
) -> messages.Title:
    """Change a title whose family is locked, whoever may; inside a transaction."""
    with transaction_of(SERVICE):
        before = queries.titles_of([row], queries.STAFF_VIEWER)[0]
        # A year may be taken away; nothing else can be without a value.
        said = {
            field
            for field in change.model_fields_set
            if field == "year" or getattr(change, field) is not None
        }
        columns = records.columns_of(change, said)
        records.record_write(row, {**columns, "updated_at": clock.now()}, is_new=False)
        _write_beside(row, change)
        if said.isdisjoint(_FELT_BY_KIN):
            words_settle(row)
        else:
            family_settle(row.pk)
        after = queries.titles_of([queries.row_of(row.pk)], queries.STAFF_VIEWER)[0]
        change_note(before, after, by, **told)
        return after


def _write_beside(row: Title, change: messages.TitleChange) -> None:
    """What of a change lies in rows beside the title's own."""
    if change.rights is not None:
        _spread(row.pk, change.rights)
    if change.credits is not None:
        records.credits_write(row, change.credits)
    if change.members is not None:
        records.members_write(row, change.members)


def title_remove(title_id: UUID) -> None:
    """Remove a title for good; Conflict if it still has episodes, trailers or extras."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        _refuse_orphans(row)
        collections = list(row.stands_in.values_list("collection_id", flat=True))
        uploads = [upload.pk for upload in row.uploads.all()]
        sources = [upload.source_key for upload in row.uploads.exclude(source_key="")]
        moment = announcement_moment(row)
        removal_tell(row)
        row.delete()
        announce(
            SERVICE,
            TitleRemoved(occurred_at=moment, title_id=title_id),
            EncodeCancelled(occurred_at=moment, title_id=title_id),
        )
        folders = leftovers.source_folders(sources)
        beside = [f"artwork/{title_id}", f"subtitles/{title_id}"]
        leftovers.clear_after_commit(uploads, [*beside, *folders])
        if row.series_id is not None:
            family_settle(row.series_id)
        collections_settle(collections)


def _refuse_orphans(row: Title) -> None:
    episodes, extras = row.episodes.count(), row.extras.count()
    if episodes:
        code = "series_has_episodes"
        raise Conflict(code, f"Remove the {episodes} episodes of {row.name} first.")
    if extras:
        code = "title_has_extras"
        raise Conflict(code, f"Remove the {extras} trailers and extras of {row.name} first.")


def title_withdraw(title_id: UUID, by: Member = MACHINE) -> messages.StudioTitle:
    """Hide a title (a series with its episodes) until it is published again."""
    if queries.row_of(title_id).standing != "withdrawn":
        act(title_id, "withdraw", by)
    return queries.studio_title(title_id)


def title_publish(title_id: UUID, by: Member = MACHINE) -> messages.StudioTitle:
    """Let a title be shown; Conflict if there is nothing to show and nothing to undo.

    What has no film yet is published by itself as soon as it can be played.
    """
    row = queries.row_of(title_id)
    if row.standing != "released":
        act(title_id, "publish", by)
    elif row.status != "published":
        _refuse_idle_publish(row)
    return queries.studio_title(title_id)


def _refuse_idle_publish(row: Title) -> None:
    if row.status == "withdrawn":
        code = "series_withdrawn"
        raise Conflict(code, "The series is withdrawn. Publish the series, and this comes along.")
    code = "not_playable_yet"
    parts = {"series": "an episode of it", "collection": "a title in it"}
    wanted = parts.get(row.kind, "its film")
    raise Conflict(code, f"{row.name} is published by itself as soon as {wanted} can be played.")


def _spread(title_id: UUID, rights: messages.Rights) -> None:
    """Write the windows as rows as well, instead of those that were there."""
    rows = TitleWindow._default_manager
    rows.filter(title_id=title_id).delete()
    rows.bulk_create(TitleWindow(title_id=title_id, **dict(window)) for window in rights)


def _place(draft: messages.TitleDraft) -> dict[str, object]:
    """Where an episode stands; left out numbers continue its series."""
    named = (draft.series_slug, draft.season, draft.episode)
    if draft.kind != "episode":
        if any(part is not None for part in named):
            code = "not_an_episode"
            detail = f"A {draft.kind} has no series, season or episode. Leave them out."
            raise Unprocessable(code, detail)
        return {}
    series = Title._default_manager.select_for_update().filter(
        slug=draft.series_slug, kind="series"
    )
    found = series.first() if draft.series_slug else None
    if found is None:
        code = "unknown_series"
        raise Unprocessable(code, f"There is no series {draft.series_slug!r}. Make it first.")
    season = 1 if draft.season is None else draft.season
    taken = found.episodes.filter(season=season)
    last = taken.aggregate(last=Max("episode"))["last"] or 0
    episode = last + 1 if draft.episode is None else draft.episode
    if taken.filter(episode=episode).exists():
        code = "episode_taken"
        detail = f"{found.name} has an episode {episode} of season {season} already."
        raise Conflict(code, detail)
    return {"series_id": found.pk, "season": season, "episode": episode}


def _insert(row: Title, columns: dict[str, object], slug: str | None) -> None:
    if slug is not None and rules.is_id(slug):
        code = "slug_is_an_id"
        raise Unprocessable(code, "This address reads like an id. Choose another one.")
    wanted = slug or rules.slug_from(str(columns["name"]))
    for _ in range(_INSERT_TRIES):
        row.slug = wanted if slug else _free_slug(wanted)
        try:
            records.record_write(row, columns, is_new=True)
        except IntegrityError as error:
            # Another request may have taken the address a moment ago.
            if "slug" not in str(error):
                raise
        else:
            return
    code = "slug_taken"
    raise Conflict(code, f"The address {wanted!r} is taken. Choose another one.")


def _free_slug(wanted: str) -> str:
    """The first of `wanted`, `wanted-2`, `wanted-3` and so on that no title has."""
    for first in range(1, _SLUG_NUMBER_MAX, _SLUGS_AT_ONCE):
        numbers = range(first, first + _SLUGS_AT_ONCE)
        slugs = [rules.numbered(wanted, number) for number in numbers]
        found = Title._default_manager.filter(slug__in=slugs).values_list("slug", flat=True)
        taken = set(found)
        for slug in slugs:
            if slug not in taken:
                return slug
    return wanted
