"""Posters and backdrops: what a person chose, or else what is cut from the film's stills."""

import hashlib
import tempfile
from pathlib import Path
from uuid import UUID

from django.db.models import F, Q

from matinee.catalog import pictures, queries
from matinee.catalog.actions.families import SERVICE, family_lock, family_settle
from matinee.catalog.models import Package, Title
from matinee.contracts import catalog as messages
from matinee.kernel import clock, settings, storage
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import NotFound

_STILLS_MAX = 12
_BATCH = 20
# More than anybody could learn which is best of.
_LOOKS_MAX = 4
_KINDS: tuple[pictures.ArtworkKind, ...] = ("poster", "backdrop")


def artwork_choose(title_id: UUID, kind: pictures.ArtworkKind, content: bytes) -> messages.Title:
    """Make a picture that a person sent a title's poster or backdrop."""
    picture = pictures.framed(content, kind)
    with transaction_of(SERVICE):
        row = family_lock(title_id)
        _set(row, kind, picture, chosen=True)
        # Who chose a picture wants that one shown, not others beside it.
        Title._default_manager.filter(pk=row.pk).update(other_looks=[])
        family_settle(row.series_id or row.pk)
        return queries.titles_of([queries.row_of(row.pk)], queries.STAFF_VIEWER)[0]


def artwork_cut(title_id: UUID) -> bool:
    """Cut what artwork nobody chose from the stills of the package that plays; whether any was."""
    package = Package._default_manager.filter(title_id=title_id).first()
    if package is None or package.stills_tried_of == package.encode_id:
        return False
    stills = list(_fetched(package.stills[:_STILLS_MAX]))
    looks = pictures.looks_from_stills(stills, _LOOKS_MAX)
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
        for kind, picture in (looks[0] if looks else {}).items():
            if not getattr(row, f"{kind}_chosen"):
                _set(row, kind, picture, chosen=False)
        if not row.poster_chosen and not row.backdrop_chosen:
            others = [[_stored(row, kind, look[kind]) for kind in _KINDS] for look in looks[1:]]
            Title._default_manager.filter(pk=row.pk).update(other_looks=others)
        family_settle(row.series_id or row.pk)
    return bool(looks)


def artwork_cut_missing() -> int:
    """Cut the artwork of packages whose task was lost; how many."""
    untried = Q(stills_tried_of=None) | ~Q(stills_tried_of=F("encode_id"))
    waiting = Package._default_manager.filter(untried).exclude(stills=[])
    ids = list(waiting.values_list("title_id", flat=True)[:_BATCH])
    return sum(artwork_cut(title_id) for title_id in ids)


def _set(
    row: Title, kind: pictures.ArtworkKind, picture: pictures.Picture, *, chosen: bool
) -> None:
    key = _stored(row, kind, picture)
    columns = {f"{kind}_key": key, f"{kind}_chosen": chosen, "updated_at": clock.now()}
    Title._default_manager.filter(pk=row.pk).update(**columns)


def _stored(row: Title, kind: pictures.ArtworkKind, picture: pictures.Picture) -> str:
    """The key of a picture, named after its own content so that caches may keep it for ever."""
    mark = hashlib.sha256(picture.content).hexdigest()[:16]
    key = f"artwork/{row.pk}/{kind}-{mark}-{picture.width_px}.jpg"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.jpg"
        path.write_bytes(picture.content)
        storage.open_storage(settings.get()).put_file(path, key)
    return key


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
