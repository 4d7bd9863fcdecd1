"""Posters and backdrops: what a person chose, or else what is cut from the film's stills."""

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import F, Q

from matinee.catalog import pictures, queries
from matinee.catalog.actions import leftovers
from matinee.catalog.actions.deeds import change_check, deed_note
from matinee.catalog.actions.families import SERVICE, family_lock, family_settle
from matinee.catalog.models import Package, Title
from matinee.catalog.rules.framing import Point
from matinee.catalog.rules.workflow import Member
from matinee.contracts import catalog as messages
from matinee.kernel import clock, settings, storage
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, NotFound

_STILLS_MAX = 12
_BATCH = 20
# More than anybody could learn which is best of.
_LOOKS_MAX = 4
# In the name of a picture of which that is kept which it was cut from.
_KEPT = "-kept"
_KINDS: tuple[pictures.ArtworkKind, ...] = ("poster", "backdrop")


class Cut(NamedTuple):
    """What a picture is cut from, and around which point (None: what draws the eye).

    `still` counts from 1, as `stills_of` does; None for the picture that is there.
    """

    still: int | None
    around: Point | None


Show = Callable[[Title, "Spot", str | None], None]
"""What is done with the address of a picture: shown at once, or proposed."""


@dataclass(frozen=True)
class Spot:
    """Which of a title's pictures is meant; one of a language (BCP 47) or, without, its own."""

    kind: pictures.ArtworkKind
    language: str | None = None

    @property
    def field(self) -> str:
        """What it is called in a title's history."""
        return self.kind if self.language is None else f"{self.kind}:{self.language}"


def spot_of(field: str) -> Spot | None:
    """The spot that history calls so; None for what is no picture."""
    kind, _, language = field.partition(":")
    known = next((one for one in _KINDS if one == kind), None)
    return None if known is None else Spot(known, language or None)


def artwork_choose(
    title_id: UUID, spot: Spot, content: bytes, around: Point | None, show: Show
) -> messages.Title:
    """Make a picture that a person sent a title's poster or backdrop, cut around a point."""
    picture = pictures.framed(content, spot.kind, around, with_source=True)
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        show(row, spot, queries.artwork_url(_stored(row, spot.kind, picture)))
        return queries.titles_of([queries.row_of(title_id)], queries.STAFF_VIEWER)[0]


def artwork_keep(title_id: UUID, spot: Spot, picture: pictures.Picture, by: Member) -> None:
    """Show a picture that somebody brought; inside the caller's transaction."""
    row = family_lock(title_id)
    change_check(row, by)
    artwork_show(row, spot, queries.artwork_url(_stored(row, spot.kind, picture)), by)


def shown_by(by: Member) -> Show:
    """Show a member's picture at once; Forbidden where somebody else has to approve it."""

    def show(row: Title, spot: Spot, url: str | None) -> None:
        change_check(row, by)
        artwork_show(row, spot, url, by)

    return show


def artwork_show(row: Title, spot: Spot, url: str | None, by: Member, **told: Any) -> None:
    """Show a picture that lies in the store, or (None) one cut from the film, and write it down.

    In a transaction that holds the lock of the title's family.
    """
    before = chosen_at(row, spot)
    if spot.language is None:
        columns: dict[str, object] = {
            f"{spot.kind}_key": _key(url),
            f"{spot.kind}_chosen": bool(url),
        }
        if url:
            # Who chose a picture wants that one shown, not others beside it.
            columns["other_looks"] = []
        else:
            Package._default_manager.filter(title_id=row.pk).update(stills_tried_of=None)
            leftovers.send_after_commit("matinee.catalog.cut_artwork", title_id=str(row.pk))
        _write(row, **columns)
    else:
        _write(row, local_artwork=_with_local(row, spot, _key(url)))
    if before != url:
        verb = told.pop("verb", "artwork")
        deed_note(row.pk, verb, by, before={spot.field: before}, after={spot.field: url}, **told)
    family_settle(row.pk)


def chosen_at(row: Title, spot: Spot) -> str | None:
    """The address of the picture that somebody chose; None for one from the film, or none."""
    if spot.language is not None:
        key = row.local_artwork.get(spot.language, {}).get(spot.kind, "")
    else:
        key = getattr(row, f"{spot.kind}_key") if getattr(row, f"{spot.kind}_chosen") else ""
    return queries.artwork_url(key)


def _key(url: str | None) -> str:
    return (url or "").removeprefix("/")


def _with_local(row: Title, spot: Spot, key: str) -> dict[str, dict[str, str]]:
    """The pictures of languages with one of them put or, without a key, taken away."""
    language = spot.language or ""
    others = {tag: kept for tag, kept in row.local_artwork.items() if tag != language}
    own = {**row.local_artwork.get(language, {}), spot.kind: key}
    kept = {kind: one for kind, one in own.items() if one}
    return {**others, language: kept} if kept else others


def artwork_cut_anew(title_id: UUID, spot: Spot, cut: Cut, show: Show) -> messages.Title:
    """Cut a scene of the film, or the picture that is there, around a point or what draws the eye.

    NotFound where there is no such scene, Conflict where nothing is left of what the picture was
    cut from.
    """
    content = _source_of(title_id, spot) if cut.still is None else _still(title_id, cut.still)
    return artwork_choose(title_id, spot, content, cut.around, show)


def artwork_drop(title_id: UUID, spot: Spot, show: Show) -> messages.Title:
    """Take back what a person chose: a language's picture, or the own one for one from the film.

    What comes from the film is cut by a task.
    """
    with transaction_of(SERVICE):
        show(family_lock(title_id), spot, None)
        return queries.titles_of([queries.row_of(title_id)], queries.STAFF_VIEWER)[0]


def stills_of(title_id: UUID) -> list[str]:
    """Where the scenes lie that were put aside of a title's film, best first; origin-relative.

    NotFound if there is no such title.
    """
    package = queries.package_of(queries.row_of(title_id))
    return [f"/{key}" for key in _still_keys(package)]


def artwork_cut(title_id: UUID) -> bool:
    """Cut what artwork nobody chose from the stills of the package that plays; whether any was."""
    package = Package._default_manager.filter(title_id=title_id).first()
    if package is None or package.stills_tried_of == package.encode_id:
        return False
    looks = pictures.looks_from_stills(_fetched(_still_keys(package)), _LOOKS_MAX)
    with transaction_of(SERVICE):
        try:
            row = family_lock(title_id)
        except NotFound:
            return False
        present = Package._default_manager.filter(title_id=title_id)
        if not present.filter(encode_id=package.encode_id).update(
            stills_tried_of=package.encode_id
        ):
            # Another film came meanwhile; its own stills are cut by its own task.
            return False
        _show_looks(row, looks)
        family_settle(row.pk)
    return bool(looks)


def artwork_cut_missing() -> int:
    """Cut the artwork of packages whose task was lost; how many."""
    untried = Q(stills_tried_of=None) | ~Q(stills_tried_of=F("encode_id"))
    waiting = Package._default_manager.filter(untried).exclude(stills=[])
    ids = list(waiting.values_list("title_id", flat=True)[:_BATCH])
    return sum(artwork_cut(title_id) for title_id in ids)


def _show_looks(row: Title, looks: list[pictures.Look]) -> None:
    """Show the first look where nobody chose a picture, and keep the others beside it."""
    for kind, picture in (looks[0] if looks else {}).items():
        if not getattr(row, f"{kind}_chosen"):
            _write(row, **{f"{kind}_key": _stored(row, kind, picture)})
    if not row.poster_chosen and not row.backdrop_chosen:
        others = [[_stored(row, kind, look[kind]) for kind in _KINDS] for look in looks[1:]]
        _write(row, other_looks=others)


def _write(row: Title, **columns: object) -> None:
    Title._default_manager.filter(pk=row.pk).update(**columns, updated_at=clock.now())


def _stored(row: Title, kind: pictures.ArtworkKind, picture: pictures.Picture) -> str:
    """The key of a picture, named after its own content so that caches may keep it for ever.

    The key ends in every width that there is of it; the narrower ones lie beside it under their
    own width, and so does what it was cut from where its name says that this was kept.
    """
    mark = hashlib.sha256(picture.content).hexdigest()[:16]
    stem = f"artwork/{row.pk}/{kind}-{mark}{_KEPT if picture.source else ''}"
    widths = "-".join(map(str, sorted(picture.by_width)))
    contents = {f"{stem}-{width}.jpg": content for width, content in picture.by_width.items()}
    contents[f"{stem}-{widths}.jpg"] = contents.pop(f"{stem}-{picture.width_px}.jpg")
    if picture.source is not None:
        contents[f"{stem}-source.jpg"] = picture.source
    store = storage.open_storage(settings.get())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.jpg"
        for key, content in contents.items():
            path.write_bytes(content)
            store.put_file(path, key)
    return f"{stem}-{widths}.jpg"


def _source_of(title_id: UUID, spot: Spot) -> bytes:
    row = queries.row_of(title_id)
    local = row.local_artwork.get(spot.language, {})
    key = local.get(spot.kind, "") if spot.language else getattr(row, f"{spot.kind}_key")
    stem, is_kept, _ = key.partition(f"{_KEPT}-")
    found = _fetched([f"{stem}{_KEPT}-source.jpg"]) if is_kept else []
    if not found:
        code = "no_source"
        detail = f"Nothing is kept that this {spot.kind} was cut from. Choose a scene, or send it."
        raise Conflict(code, detail)
    return found[0]


def _still(title_id: UUID, number: int) -> bytes:
    keys = _still_keys(queries.package_of(queries.row_of(title_id)))
    found = _fetched(keys[number - 1 : number]) if number > 0 else []
    if not found:
        code = "unknown_still"
        raise NotFound(code, "There is no such scene of this film. Choose another one.")
    return found[0]


def _still_keys(package: Package | None) -> list[str]:
    return package.stills[:_STILLS_MAX] if package else []


def _fetched(keys: list[str]) -> list[bytes]:
    store = storage.open_storage(settings.get())
    found = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "still"
        for key in keys:
            try:
                store.fetch(key, path)
            except (KeyError, ValueError):
                continue
            if path.stat().st_size <= pictures.SIZE_BYTES_MAX:
                found.append(path.read_bytes())
    return found
