"""MediaCMS: what its API says of media (`/api/v1/media` and `/api/v1/media/<token>`), as files.

A file holds a page of the list, a list, or one answer about a medium. Its media folder holds what
addresses below `/media/` mean.
"""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from matinee.run.libraries.library import Library, cut, first_file, labels

_MEDIA = "/media/"


class DumpError(ValueError):
    """The files are none of MediaCMS's; the text says what is expected."""


def read(dumps: Iterable[Path], media: Path | None) -> Library:
    """The videos that the files tell of; `media` is the folder of MediaCMS's media files."""
    library = Library()
    seen: dict[str, dict[str, Any]] = {}
    for path in dumps:
        for told in _media_in(path):
            token = str(told.get("friendly_token") or told.get("title") or "")
            # A page of the list says less of a medium than an answer about it.
            seen[token] = {**seen.get(token, {}), **told}
    for token, told in seen.items():
        if told.get("media_type", "video") != "video":
            library.remarks.append(f"{told.get('title') or token} is left out: it is no video.")
            continue
        _add(library, token, told, media)
    return library


def _add(library: Library, token: str, told: dict[str, Any], media: Path | None) -> None:
    film = _file(media, told.get("original_media_url"))
    if film is None and media is not None:
        library.remarks.append(f"{told.get('title') or token} comes without its film.")
    picture = _file(media, told.get("poster_url")) or _file(media, told.get("thumbnail_url"))
    summary = told.get("summary") or told.get("description") or ""
    library.add(
        str(told.get("title") or token),
        film,
        {"backdrop": picture} if picture else {},
        name=cut(str(told.get("title") or token), 200),
        slug=f"{told.get('title') or 'video'} {token}",
        description=cut(str(summary), 5000),
        genres=labels(_titles(told.get("categories_info")), 12),
        keywords=labels(_titles(told.get("tags_info")), 50),
    )


def _media_in(path: Path) -> Iterator[dict[str, Any]]:
    wrong = f"{path} is no answer of MediaCMS's API: it should be JSON of /api/v1/media."
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise DumpError(wrong) from error
    listed = found.get("results", [found]) if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise DumpError(wrong)
    for one in listed:
        if not isinstance(one, dict) or not (one.get("friendly_token") or one.get("title")):
            raise DumpError(wrong)
        yield one


def _titles(told: object) -> list[str]:
    listed = told if isinstance(told, list) else []
    return [str(one.get("title", "")) for one in listed if isinstance(one, dict)]


def _file(media: Path | None, url: object) -> Path | None:
    """What an address of MediaCMS's means below its media folder; never anything beside it."""
    path = unquote(urlsplit(str(url or "")).path)
    if media is None or _MEDIA not in path:
        return None
    inside = PurePosixPath(path.partition(_MEDIA)[2])
    if inside.is_absolute() or ".." in inside.parts:
        return None
    return first_file([media / inside])
