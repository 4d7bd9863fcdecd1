"""NFO files: what Kodi and Jellyfin write beside a film, as fields of ours.

https://kodi.wiki/view/NFO_files
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, ParseError, XMLParser

from matinee.contracts.catalog import ExternalIds
from matinee.contracts.ratings import Rating, known_ratings
from matinee.run.libraries.library import cut, labels

# Far more than anybody writes of a film.
_SIZE_BYTES_MAX = 1024 * 1024
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_CREW = {"director": "director", "credits": "writer", "producer": "producer"}
_ACTORS_MAX, _CREDITS_MAX = 60, 190
_YEAR = re.compile(r"(1[89]|2[01])\d\d")
_IMDB = re.compile(r"tt[0-9]{7,10}")
_TMDB_KINDS = {"movie": "movie", "tvshow": "tv"}


class NfoError(ValueError):
    """The file is none, or asks for what none needs; the text says so."""


def read(path: Path) -> tuple[str, dict[str, Any]]:
    """What a file is of (movie, tvshow, episodedetails), and its title's fields."""
    content = path.read_bytes()[: _SIZE_BYTES_MAX + 1]
    if len(content) > _SIZE_BYTES_MAX or _DECLARES.search(content):
        msg = "it is larger than any NFO, or declares entities"
        raise NfoError(msg)
    parser = XMLParser()  # noqa: S314 - without declarations there is nothing to expand
    try:
        parser.feed(content)
        root = parser.close()
    except ParseError as error:
        msg = f"it is no XML ({error})"
        raise NfoError(msg) from error
    return root.tag, _fields(root)


def _fields(root: Element) -> dict[str, Any]:
    return {
        "name": cut(_text(root, "title"), 200),
        "tagline": cut(_text(root, "tagline"), 200),
        "description": cut(_text(root, "plot") or _text(root, "outline"), 5000),
        "year": _year(root),
        "genres": labels(_all(root, "genre"), 12),
        "keywords": labels(_all(root, "tag"), 50),
        "ratings": _ratings(_text(root, "mpaa")),
        "credits": list(_credits(root))[:_CREDITS_MAX],
        "external_ids": _ids(root),
        "season": _number(root, "season"),
        "episode": _number(root, "episode"),
    }


def _text(root: Element, name: str) -> str:
    return (root.findtext(name) or "").strip()


def _all(root: Element, name: str) -> Iterator[str]:
    for element in root.iterfind(name):
        # Some write all genres into one element.
        yield from (element.text or "").split(" / ")


def _number(root: Element, name: str) -> int | None:
    text = _text(root, name)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None  # noqa: PLR2004 - digits


def _year(root: Element) -> int | None:
    for name in ("year", "premiered", "releasedate", "aired"):
        found = _YEAR.search(_text(root, name))
        if found:
            return int(found[0])
    return None


def _credits(root: Element) -> Iterator[dict[str, str]]:
    seen = set()
    for tag, role in _CREW.items():
        for name in labels(_all(root, tag), _ACTORS_MAX):
            yield {"name": name, "role": role}
    for actor in list(root.iterfind("actor"))[:_ACTORS_MAX]:
        name = cut(_text(actor, "name"), 60)
        if name and name not in seen:
            seen.add(name)
            yield {"name": name, "role": "cast", "character": cut(_text(actor, "role"), 60)}


def _ratings(mark: str) -> list[dict[str, str]]:
    """The mark of a board, where it is one that is known: `PG-13`, `Rated R`, `DE:FSK 12`."""
    bare = mark.removeprefix("Rated ").rpartition(":")[2].strip()
    tries = [("us", bare), ("fsk", bare), ("bbfc", bare), ("fsk", bare.replace("FSK-", "FSK "))]
    for system, text in tries if bare else []:
        try:
            known_ratings([Rating(system=system, mark=text)])
        except ValueError:
            continue
        return [{"system": system, "mark": text}]
    return []


def _ids(root: Element) -> dict[str, str]:
    found = {one.get("type", ""): (one.text or "").strip() for one in root.iterfind("uniqueid")}
    imdb = found.get("imdb") or _text(root, "imdbid") or _text(root, "imdb_id")
    number = found.get("tmdb") or _text(root, "tmdbid")
    kind = _TMDB_KINDS.get(root.tag)
    said = {
        "imdb": imdb if _IMDB.fullmatch(imdb) else "",
        "tmdb": f"{kind}/{number}" if kind and number.isdecimal() and len(number) < 10 else "",  # noqa: PLR2004 - digits
    }
    try:
        ExternalIds.model_validate(said)
    except ValueError:
        return {}
    return {name: value for name, value in said.items() if value}
