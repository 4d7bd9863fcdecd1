"""What the operator does with titles."""

from typing import Any, cast
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from matinee.catalog import queries, rules, settings
from matinee.catalog.actions import leftovers
from matinee.catalog.actions.deeds import change_note, deed_note
from matinee.catalog.actions.families import (
    SERVICE,
    announcement_moment,
    family_lock,
    family_settle,
)
from matinee.catalog.actions.workflow import act
from matinee.catalog.models import Credit, Person, Title, TitleWindow
from matinee.catalog.rules.workflow import MACHINE, Member, change_refusal, first_standing
from matinee.contracts import catalog as messages
from matinee.contracts.catalog.workflow import Standing
from matinee.contracts.events import EncodeCancelled, TitleRemoved
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.events import announce
from matinee.kernel.problems import Conflict, Unprocessable

# How often another request may take an address in the same moment.
_INSERT_TRIES = 5
_SLUGS_AT_ONCE = 100
_SLUG_NUMBER_MAX = 10_000


def title_create(draft: messages.TitleDraft, by: Member = MACHINE) -> messages.Title:
    """Make a title; Unprocessable or Conflict where the draft cannot be."""
    with transaction_of(SERVICE):
        place = _place(draft)
        row = Title(
            kind=draft.kind,
            name=draft.name,
            tagline=draft.tagline,
            description=draft.description,
            year=draft.year,
            maturity_age=draft.maturity_age,
            language=draft.language,
            genres=rules.unique_labels(draft.genres),
            moods=rules.unique_labels(draft.moods),
            rights=[window.model_dump(mode="json") for window in draft.rights],
            standing=first_standing(settings.get().review),
            **place,
        )
        _insert(row, draft.slug)
        _spread(row.pk, draft.rights)
        _credit(row, draft.credits)
        deed_note(row.pk, "made", by)
        return queries.titles_of([queries.row_of(row.pk)], queries.STAFF_VIEWER)[0]


def title_change(
    title_id: UUID, change: messages.TitleChange, by: Member = MACHINE, **told: Any
) -> messages.Title:
    """Change what the request names and nothing else; `told` goes into the title's history."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        problem = change_refusal(cast("Standing", row.standing), by, settings.get().review)
        if problem is not None:
            raise problem
        before = queries.titles_of([row], queries.STAFF_VIEWER)[0]
        wanted = {
            field: getattr(change, field)
            for field in change.model_fields_set - {"credits"}
            # A year may be taken away; nothing else can be without a value.
            if field == "year" or getattr(change, field) is not None
        }
        for field in ("genres", "moods"):
            if field in wanted:
                wanted[field] = rules.unique_labels(wanted[field])
        if change.rights is not None:
            wanted["rights"] = [window.model_dump(mode="json") for window in change.rights]
            _spread(row.pk, change.rights)
        Title._default_manager.filter(pk=row.pk).update(**wanted, updated_at=clock.now())
        if change.credits is not None:
            row.credits.all().delete()
            _credit(row, change.credits)
        family_settle(row.series_id or row.pk)
        after = queries.titles_of([queries.row_of(row.pk)], queries.STAFF_VIEWER)[0]
        change_note(before, after, by, **told)
        return after


def title_remove(title_id: UUID) -> None:
    """Remove a title for good; Conflict if it is a series that still has episodes."""
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        episodes = row.episodes.count()
        if episodes:
            code = "series_has_episodes"
            raise Conflict(code, f"Remove the {episodes} episodes of {row.name} first.")
        uploads = [upload.pk for upload in row.uploads.all()]
        sources = [upload.source_key for upload in row.uploads.exclude(source_key="")]
        moment = announcement_moment(row)
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
    wanted = "an episode of it" if row.kind == "series" else "its film"
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


def _insert(row: Title, slug: str | None) -> None:
    if slug is not None and rules.is_id(slug):
        code = "slug_is_an_id"
        raise Unprocessable(code, "This address reads like an id. Choose another one.")
    wanted = slug or rules.slug_from(row.name)
    for _ in range(_INSERT_TRIES):
        row.slug = wanted if slug else _free_slug(wanted)
        try:
            with transaction.atomic(using=SERVICE):
                row.save(force_insert=True)
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


def _credit(row: Title, credits_: list[messages.Credit]) -> None:
    wanted = list(dict.fromkeys(credits_))
    names = sorted({credit.name for credit in wanted})
    people = Person._default_manager
    people.bulk_create([Person(name=name) for name in names], ignore_conflicts=True)
    ids_by_name = dict(people.filter(name__in=names).values_list("name", "pk"))
    Credit._default_manager.bulk_create(
        Credit(title=row, person_id=ids_by_name[credit.name], role=credit.role, position=position)
        for position, credit in enumerate(wanted)
    )
