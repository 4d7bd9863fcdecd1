"""The catalogue as Roku's search reads it: Search Feed (JSON), version 1.

https://developer.roku.com/docs/specs/search/search-feed.md
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any, Final

from matinee.catalog.rules.sharing.shared import (
    Shared,
    Site,
    people,
    shortened,
    territories,
)
from matinee.contracts.catalog import Title

_TYPES: Final = {"film": "movie", "short": "shortForm", "series": "series", "episode": "episode"}
KINDS: Final = frozenset(_TYPES)
_TITLE, _SHORT, _LONG = 200, 200, 500
# Genres of theirs by the usual words for them; what stands in neither is a tag.
GENRES: Final = frozenset(
    {
        *("action", "adventure", "animals", "animated", "anime", "anthology", "biography"),
        *("children", "comedy", "comedy drama", "cooking", "crime", "crime drama", "dance"),
        *("dark comedy", "docudrama", "documentary", "drama", "educational", "fantasy", "faith"),
        *("fashion", "food", "game show", "health", "historical drama", "history", "holiday"),
        *("horror", "how-to", "law", "martial arts", "medical", "miniseries", "music", "musical"),
        *("mystery", "nature", "news", "opera", "paranormal", "performing arts", "politics"),
        *("reality", "religious", "romance", "romantic comedy", "science", "science fiction"),
        *("sitcom", "soap", "sports", "standup", "suspense", "talk", "technology", "theater"),
        *("thriller", "travel", "variety", "war", "weather", "western"),
    }
)
_SAME_AS: Final = {
    "animation": "animated",
    "family": "children",
    "kids": "children",
    "sci-fi": "science fiction",
    "art": "performing arts",
    "romcom": "romantic comedy",
    "biopic": "biography",
    "stand-up": "standup",
    "sport": "sports",
}
_TV: Final = "TV-"
_QUALITIES: Final = (("uhd", 2160), ("fhd", 1080), ("hd", 720))


def feed(shared: Iterable[Shared], site: Site) -> Iterator[str]:
    """The feed, a title at a time."""
    first = {
        "version": "1",
        "defaultLanguage": "en",
        "defaultAvailabilityCountries": [(site.country or "US").lower()],
    }
    yield json.dumps(first)[:-1] + ', "assets": ['
    mark = "\n"
    for one in shared:
        if one.title.kind in KINDS:
            yield mark + json.dumps(_asset(one, site), ensure_ascii=False)
            mark = ",\n"
    yield "\n]}\n"


def _asset(shared: Shared, site: Site) -> dict[str, Any]:
    title = shared.title
    language = [title.language.lower().partition("-")[0]]
    genres = list(dict.fromkeys(_genre(one) for one in title.genres))
    said: dict[str, Any] = {
        "id": str(title.id),
        "type": _TYPES[title.kind],
        "titles": _names(title, language),
        "shortDescriptions": [{"value": shortened(shared.words, _SHORT), "languages": language}],
        "longDescriptions": [{"value": shortened(shared.words, _LONG), "languages": language}],
        "releaseYear": title.year,
        "genres": [one for one in genres if one in GENRES],
        "tags": [one for one in genres if one not in GENRES] + title.keywords,
        "advisoryRatings": list(_ratings(title)),
        "credits": [{"name": name, "role": "director"} for name in people(title, "director")]
        + [{"name": name, "role": "actor"} for name in people(title, "cast", "voice")],
        "images": list(_images(title, site, language)),
    }
    if title.kind != "series":
        said["durationInSeconds"] = round(title.duration_s or 0)
        said["content"] = {"playOptions": [_option(title)]}
    if title.kind == "episode" and shared.series:
        said["episodeInfo"] = {
            "seriesId": shared.series.id,
            "seasonNumber": title.season or 0,
            "episodeNumber": title.episode or 0,
        }
    return {name: value for name, value in said.items() if value not in (None, [])}


def _names(title: Title, language: list[str]) -> list[dict[str, Any]]:
    names = [{"value": shortened(title.name, _TITLE), "languages": language}]
    others = {one.language.lower().partition("-")[0]: one.name for one in title.texts if one.name}
    others.pop(language[0], None)
    return names + [
        {"value": shortened(name, _TITLE), "languages": [tag]} for tag, name in others.items()
    ]


def _genre(name: str) -> str:
    plain = name.lower().strip()
    return _SAME_AS.get(plain, plain)


def _ratings(title: Title) -> Iterator[dict[str, str]]:
    for one in title.ratings:
        if one.system == "us":
            yield {"source": "USA_PR" if one.mark.startswith(_TV) else "MPAA", "value": one.mark}
        elif one.system == "fsk":
            yield {"source": "FSK", "value": one.mark.removeprefix("FSK ")}
        elif one.system == "bbfc":
            yield {"source": "BBFC", "value": one.mark}


def _images(title: Title, site: Site, language: list[str]) -> Iterator[dict[str, Any]]:
    for kind, path in (("main", title.artwork.poster), ("background", title.artwork.backdrop)):
        if path:
            yield {"type": kind, "url": f"{site.url}{path}", "languages": language}


def _option(title: Title) -> dict[str, Any]:
    height = title.height or 0
    quality = next((name for name, least in _QUALITIES if height >= least), "sd")
    where = [country.lower() for country in territories(title.rights)]
    said: dict[str, Any] = {
        "license": "subscription",
        "quality": quality,
        "playId": str(title.id),
    }
    return {**said, "availabilityInfo": {"country": where}} if where else said
