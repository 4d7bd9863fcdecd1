"""Sitemaps (https://www.sitemaps.org/protocol.html): an index, and pages of addresses."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from xml.sax.saxutils import escape

from matinee.catalog.rules.sharing.shared import Site

# The protocol allows 50,000 addresses and 50 MB.
ADDRESSES_A_PAGE = 20_000
_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Place(NamedTuple):
    """A page of ours, and when it last changed."""

    slug: str
    changed_at: datetime


def index(pages: int, site: Site) -> str:
    """The sitemap of sitemaps."""
    known = "".join(
        f"<sitemap><loc>{escape(site.url)}/sitemap-{number}.xml</loc></sitemap>\n"
        for number in range(1, pages + 1)
    )
    return f'{_HEAD}<sitemapindex xmlns="{_SPACE}">\n{known}</sitemapindex>\n'


def page(places: Iterable[Place], site: Site) -> str:
    """One sitemap."""
    known = "".join(
        f"<url><loc>{escape(site.page(one.slug))}</loc>"
        f"<lastmod>{one.changed_at.isoformat(timespec='seconds')}</lastmod></url>\n"
        for one in places
    )
    return f'{_HEAD}<urlset xmlns="{_SPACE}">\n{known}</urlset>\n'


def robots(site: Site) -> str:
    """What crawlers are asked to read, and to leave alone (RFC 9309)."""
    private = "".join(
        f"Disallow: /{path}\n" for path in ("api/", "account", "studio", "watch/", "profiles")
    )
    return f"User-agent: *\n{private}Sitemap: {site.url}/sitemap.xml\n"
