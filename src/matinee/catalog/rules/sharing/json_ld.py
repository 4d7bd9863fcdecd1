"""A title as linked data (JSON-LD 1.1) in the words of schema.org.

https://schema.org/Movie, /TVSeries, /TVEpisode, /VideoObject, /Collection, /WatchAction; Google,
"Movie structured data" and "Video structured data".
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from matinee.catalog.rules.sharing.shared import (
    Shared,
    Site,
    iso_duration,
    people,
    territories,
)
from matinee.contracts.catalog import Title

_ACTORS: Final = ("cast", "voice")
_Said = dict[str, Any]


def linked_data(shared: Shared, site: Site) -> str:
    """The document, so that it may stand in a page: nothing in it ends a script."""
    made = _KINDS.get(shared.title.kind, _movie)(shared, site)
    said = {"@context": "https://schema.org", **made}
    text = json.dumps(_filled(said), ensure_ascii=False)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _movie(shared: Shared, site: Site) -> _Said:
    return {**_work("Movie", shared, site), **_film(shared.title), **_watched(shared, site)}


def _series(shared: Shared, site: Site) -> _Said:
    seasons = shared.title.seasons
    return {
        **_work("TVSeries", shared, site),
        "numberOfSeasons": len(seasons),
        "numberOfEpisodes": sum(len(season.episodes) for season in seasons),
        "containsSeason": [
            {
                "@type": "TVSeason",
                "seasonNumber": season.number,
                "numberOfEpisodes": len(season.episodes),
            }
            for season in seasons
        ],
        **_watched(shared, site),
    }


def _episode(shared: Shared, site: Site) -> _Said:
    series = shared.series
    return {
        **_work("TVEpisode", shared, site),
        **_film(shared.title),
        "episodeNumber": shared.title.episode,
        "partOfSeason": {"@type": "TVSeason", "seasonNumber": shared.title.season},
        "partOfSeries": series
        and {"@type": "TVSeries", "name": series.name, "url": site.page(series.slug)},
        **_watched(shared, site),
    }


def _video(shared: Shared, site: Site) -> _Said:
    title = shared.title
    images = _images(title, site)
    return {
        **_work("VideoObject", shared, site),
        "thumbnailUrl": images,
        "uploadDate": title.published_at and title.published_at.isoformat(),
        "duration": title.duration_s and iso_duration(title.duration_s),
    }


def _collection(shared: Shared, site: Site) -> _Said:
    return {
        **_work("Collection", shared, site),
        "hasPart": [
            {"@type": "CreativeWork", "name": card.name, "url": site.page(card.slug)}
            for card in shared.title.entries
        ],
    }


_KINDS: Final[Mapping[str, Callable[[Shared, Site], _Said]]] = {
    "series": _series,
    "episode": _episode,
    "trailer": _video,
    "extra": _video,
    "collection": _collection,
}


def _work(kind: str, shared: Shared, site: Site) -> _Said:
    """What all of them say."""
    title = shared.title
    page = site.page(title.slug)
    return {
        "@type": kind,
        "@id": page,
        "url": page,
        "name": title.name,
        "alternateName": sorted({one.name for one in title.texts if one.name} - {title.name}),
        "description": shared.words,
        "image": _images(title, site),
        "inLanguage": title.language,
        "genre": title.genres,
        "keywords": ", ".join(title.keywords),
        "contentRating": _rating(title),
        "datePublished": str(title.year) if title.year else None,
        "dateModified": shared.changed_at.isoformat(),
        "director": _persons(title, "director"),
        "actor": _persons(title, *_ACTORS),
        "author": _persons(title, "writer", "creator"),
        "producer": _persons(title, "producer"),
        "musicBy": _persons(title, "composer"),
        "sameAs": _elsewhere(title),
    }


def _film(title: Title) -> _Said:
    return {
        "duration": title.duration_s and iso_duration(title.duration_s),
        "subtitleLanguage": title.subtitle_languages,
    }


def _watched(shared: Shared, site: Site) -> _Said:
    """Where it is watched, and what that takes."""
    regions = [{"@type": "Country", "name": one} for one in territories(shared.title.rights)]
    return {
        "potentialAction": {
            "@type": "WatchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": site.page(shared.title.slug),
                "inLanguage": shared.title.language,
                "actionPlatform": [
                    "https://schema.org/DesktopWebPlatform",
                    "https://schema.org/MobileWebPlatform",
                ],
            },
            "actionAccessibilityRequirement": {
                "@type": "ActionAccessSpecification",
                "category": "subscription",
                "eligibleRegion": regions,
            },
        }
    }


def _persons(title: Title, *roles: str) -> list[_Said]:
    return [{"@type": "Person", "name": name} for name in people(title, *roles)]


def _images(title: Title, site: Site) -> list[str]:
    paths = (title.artwork.poster, title.artwork.backdrop)
    return [site.url + path for path in paths if path]


def _rating(title: Title) -> str:
    marks = [one.mark for one in title.ratings]
    return ", ".join(marks) if marks else f"{title.maturity_age}+"


def _elsewhere(title: Title) -> list[str]:
    ids = title.external_ids
    known = {
        "https://www.imdb.com/title/": ids.imdb,
        "https://www.themoviedb.org/": ids.tmdb,
        "https://doi.org/": ids.eidr,
    }
    return [f"{where}{number}" for where, number in known.items() if number]


def _filled(said: Any) -> Any:
    """Without what is not known: an empty property says less than none."""
    if isinstance(said, dict):
        kept = {name: _filled(value) for name, value in said.items()}
        return {name: value for name, value in kept.items() if value not in (None, "", [], {})}
    return [_filled(value) for value in said] if isinstance(said, list) else said
