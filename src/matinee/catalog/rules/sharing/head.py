"""What stands in the head of a title's page for those who do not run it: search and messengers.

The Open Graph protocol (https://ogp.me), with `video.movie` and its kin; a summary card for X;
oEmbed discovery (https://oembed.com, section 4).
"""

from collections.abc import Iterator
from html import escape
from typing import Final
from urllib.parse import urlencode

from matinee.catalog.rules.sharing.json_ld import linked_data
from matinee.catalog.rules.sharing.shared import Shared, Site, shortened

_TYPES: Final = {"series": "video.tv_show", "episode": "video.episode", "collection": "website",
                 "trailer": "video.other", "extra": "video.other"}  # fmt: skip
_DESCRIPTION_LENGTH_MAX = 300


def head(shared: Shared, site: Site) -> str:
    """Elements for the page's head, its title among them."""
    title = shared.title
    name = _name(shared)
    page = site.page(title.slug)
    about = shortened(shared.words, _DESCRIPTION_LENGTH_MAX)
    card = escape(f"{site.url}/oembed?{urlencode({'url': page, 'format': 'json'})}")
    kind = 'rel="alternate" type="application/json+oembed"'
    graph = [_meta("property", key, said) for key, said in _graph(shared, site)]
    lines = [
        f"<title>{escape(name)} · {escape(site.name)}</title>",
        _meta("name", "description", about),
        f'<link rel="canonical" href="{escape(page)}" />',
        f'<link {kind} href="{card}" title="{escape(name)}" />',
        *graph,
        _meta("name", "twitter:card", "summary_large_image"),
        f'<script type="application/ld+json">{linked_data(shared, site)}</script>',
    ]
    return "\n    ".join(lines)


def _meta(kind: str, key: str, said: str) -> str:
    return f'<meta {kind}="{key}" content="{escape(said)}" />'


def _graph(shared: Shared, site: Site) -> Iterator[tuple[str, str]]:
    title = shared.title
    yield "og:type", _TYPES.get(title.kind, "video.movie")
    yield "og:site_name", site.name
    yield "og:title", _name(shared)
    yield "og:description", shortened(shared.words, _DESCRIPTION_LENGTH_MAX)
    yield "og:url", site.page(title.slug)
    yield "og:locale", title.language.replace("-", "_")
    for path in filter(None, (title.artwork.backdrop, title.artwork.poster)):
        yield "og:image", f"{site.url}{path}"
        yield "og:image:alt", title.name
    if title.duration_s:
        yield "video:duration", str(round(title.duration_s))
    if title.year:
        yield "video:release_date", str(title.year)
    if shared.series:
        yield "video:series", site.page(shared.series.slug)
    for tag in title.genres:
        yield "video:tag", tag


def _name(shared: Shared) -> str:
    title = shared.title
    if shared.series:
        place = f"S{title.season or 0}:E{title.episode or 0}"
        return f"{shared.series.name} {place} – {title.name}"  # noqa: RUF001 - a dash between names
    return f"{title.name} ({title.year})" if title.year else title.name
