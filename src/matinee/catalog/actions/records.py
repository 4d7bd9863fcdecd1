"""What a person says of a title, as columns; who did what for it, and what a collection holds."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import IntegrityError, transaction

from matinee.catalog import rules
from matinee.catalog.actions.families import SERVICE
from matinee.catalog.models import CollectionEntry, Credit, Person, Title
from matinee.contracts import catalog as messages
from matinee.kernel.problems import Conflict, Unprocessable

Said = messages.TitleDraft | messages.TitleChange
_AS_SAID = ("name", "tagline", "description", "year", "maturity_age", "language")
_LABELS = ("genres", "moods", "keywords")
_NUMBERS = {"eidr": "EIDR", "imdb": "IMDb number", "tmdb": "TMDb number"}
# What may stand in a collection: a page of its own, or nobody could go there.
_IN_COLLECTIONS = ("film", "short", "series")


def columns_of(said: Said, fields: Iterable[str]) -> dict[str, object]:
    """The columns of a title that follow from some fields of what is said."""
    wanted = set(fields)
    found: dict[str, object] = {one: getattr(said, one) for one in _AS_SAID if one in wanted}
    for field in wanted.intersection(_LABELS):
        found[field] = rules.unique_labels(getattr(said, field))
    for field in wanted.intersection({"rights", "texts"}):
        found[field] = [one.model_dump(mode="json") for one in getattr(said, field)]
    if "ratings" in wanted:
        found["ratings"] = {
            one.system: {"mark": one.mark, "age": one.age} for one in said.ratings or ()
        }
    if "external_ids" in wanted and said.external_ids is not None:
        found |= said.external_ids.model_dump()
    return found


def record_write(row: Title, columns: Mapping[str, object], *, is_new: bool) -> None:
    """Save a title with some columns; Conflict where another has one of its numbers.

    IntegrityError where its address or its place has been taken a moment ago.
    """
    for column, value in columns.items():
        setattr(row, column, value)
    named = None if is_new else [*columns]
    found_by = _search_text(row)
    # Written only where it changed: a row whose indexes stay as they are costs little to write.
    if row.search_text != found_by:
        row.search_text = found_by
        named = None if named is None else [*named, "search_text"]
    try:
        with transaction.atomic(using=SERVICE):
            row.save(force_insert=is_new, update_fields=named)
    except IntegrityError:
        _refuse_numbers_of_others(row)
        raise


def credits_write(row: Title, wanted: Iterable[messages.Credit]) -> None:
    """Say who did what for a title, and nobody else; a person's part is told once."""
    parts = {(one.name, one.role): one.character for one in reversed(list(wanted))}
    in_order = list(reversed(parts.items()))
    names = sorted({name for name, _ in parts})
    people = Person._default_manager
    people.bulk_create([Person(name=name) for name in names], ignore_conflicts=True)
    ids_by_name = dict(people.filter(name__in=names).values_list("name", "pk"))
    row.credits.all().delete()
    Credit._default_manager.bulk_create(
        Credit(
            title=row,
            person_id=ids_by_name[name],
            role=role,
            character=character,
            position=position,
        )
        for position, ((name, role), character) in enumerate(in_order)
    )


def members_write(row: Title, members: list[UUID]) -> None:
    """Say what a collection holds, in order; Unprocessable for what cannot stand in one."""
    if row.kind != "collection":
        if members:
            code = "no_collection"
            raise Unprocessable(code, f"A {row.kind} holds no other titles. Leave `members` out.")
        return
    able = Title._default_manager.filter(pk__in=members, kind__in=_IN_COLLECTIONS)
    unable = set(members) - set(able.values_list("pk", flat=True))
    if unable:
        code = "unknown_members"
        which = ", ".join(sorted(map(str, unable)))
        detail = f"A collection holds films, shorts and series. These are none: {which}."
        raise Unprocessable(code, detail)
    row.entries.all().delete()
    CollectionEntry._default_manager.bulk_create(
        CollectionEntry(collection=row, title_id=title_id, position=position)
        for position, title_id in enumerate(members)
    )


def owner_of(draft: messages.TitleDraft) -> Title | None:
    """The title on whose page a drafted trailer or extra stands; Unprocessable if there is none."""
    belongs = draft.kind in {"trailer", "extra"}
    if not belongs:
        if draft.belongs_to_slug is not None:
            code = "belongs_to_nothing"
            detail = f"A {draft.kind} has a page of its own. Leave `belongs_to_slug` out."
            raise Unprocessable(code, detail)
        return None
    able = (*_IN_COLLECTIONS, "episode")
    found = Title._default_manager.filter(slug=draft.belongs_to_slug or "", kind__in=able).first()
    if found is None:
        code = "unknown_owner"
        detail = (
            f"Say by `belongs_to_slug` to which film, series or episode this {draft.kind} belongs; "
            f"there is none at {draft.belongs_to_slug!r}."
        )
        raise Unprocessable(code, detail)
    return found


def _search_text(row: Title) -> str:
    names = [str(one["name"]) for one in row.texts]
    return rules.search_text([row.name, *names, row.slug, row.eidr, row.imdb, row.tmdb])


def _refuse_numbers_of_others(row: Title) -> None:
    """Conflict with the name of the title that has one of these numbers already."""
    others = Title._default_manager.exclude(pk=row.pk)
    for field, name in _NUMBERS.items():
        number = getattr(row, field)
        other = others.filter(**{field: number}).first() if number else None
        if other is not None:
            code = f"{field}_taken"
            detail = f"{other.name} ({other.slug}) has the {name} {number} already. Change one."
            raise Conflict(code, detail)
