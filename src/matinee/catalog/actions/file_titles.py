"""Files become titles, as a person said or as their names say beyond doubt; all or none."""

from collections.abc import Sequence
from uuid import UUID

from matinee.catalog import queries
from matinee.catalog.actions.families import SERVICE
from matinee.catalog.actions.titles import title_create
from matinee.catalog.models import BELONGING
from matinee.catalog.queries.files import owner_among, owners_named, series_named
from matinee.contracts import catalog as messages
from matinee.contracts.catalog.files import FileDraft, FileTitle
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, Problem, Unprocessable


def file_titles(drafts: Sequence[FileDraft]) -> list[FileTitle]:
    """The titles that some files' films are for: made, but for those that a draft names.

    Series are made where there are none of their names; what belongs to a title is made after all
    others, as these may be among them. Problems begin with the file's path.
    """
    with transaction_of(SERVICE):
        wanted = {draft.series for draft in drafts if draft.kind == "episode"}
        series = {name: row.slug for name, row in series_named(wanted).items()}
        in_order = sorted(drafts, key=lambda draft: draft.kind in BELONGING)
        made = {draft.path: _title(draft, series) for draft in in_order}
        return [made[draft.path] for draft in drafts]


def _title(draft: FileDraft, series: dict[str, str]) -> FileTitle:
    """The title of one file; a series that is made for it is noted in `series`."""
    try:
        if draft.title_id is not None:
            return _replaced(draft, draft.title_id)
        made = title_create(_draft(draft, series))
    except Problem as problem:
        problem.detail = f"{draft.path}: {problem.detail}"
        raise
    return FileTitle(path=draft.path, title_id=made.id, slug=made.slug, name=made.name, is_new=True)


def _replaced(draft: FileDraft, title_id: UUID) -> FileTitle:
    row = queries.row_of(title_id)
    if row.kind == "series":
        code = "series_has_no_film"
        raise Conflict(code, f"{row.name} is a series. Choose one of its episodes.")
    return FileTitle(path=draft.path, title_id=row.pk, slug=row.slug, name=row.name, is_new=False)


def _draft(draft: FileDraft, series: dict[str, str]) -> messages.TitleDraft:
    if draft.kind in BELONGING:
        return messages.TitleDraft(
            name=draft.name or draft.kind.capitalize(),
            kind=draft.kind,
            belongs_to_slug=_owner_slug(draft),
        )
    if draft.kind == "film":
        if not draft.name:
            code = "no_name"
            raise Unprocessable(code, "Give the film a name.")
        return messages.TitleDraft(name=draft.name, kind="film", year=draft.year)
    if not draft.series or draft.season is None or draft.episode is None:
        code = "no_place"
        raise Unprocessable(code, "Say which series, season and episode it is.")
    return messages.TitleDraft(
        name=draft.name or f"Episode {draft.episode}",
        kind="episode",
        series_slug=_series_slug(draft, series),
        season=draft.season,
        episode=draft.episode,
    )


def _owner_slug(draft: FileDraft) -> str:
    """The address of the title on whose page a trailer or an extra stands."""
    owner = owner_among(owners_named([draft.belongs_to]), draft.belongs_to, draft.year)
    if owner is None:
        code = "unknown_owner"
        detail = (
            f"Say to which film or series it belongs: there is none, or more than one, called "
            f"{draft.belongs_to!r}. Add it first, or say its year."
        )
        raise Unprocessable(code, detail)
    return owner.slug


def _series_slug(draft: FileDraft, series: dict[str, str]) -> str:
    name = draft.series.lower()
    if name not in series:
        wanted = messages.TitleDraft(name=draft.series, kind="series", year=draft.year)
        series[name] = title_create(wanted).slug
    return series[name]
