"""A card of a title for pages of others: oEmbed 1.0 (https://oembed.com).

Of the type `link`: films play here, behind a sign-in, and our pages stand in no frame.
"""

from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import Element, SubElement, tostring

from matinee.catalog.rules.sharing.shared import Shared, Site

CACHE_AGE_S = 3600
_PAGE = "/title/"
# The frames in which artwork is kept (width, height).
_POSTER, _BACKDROP = (600, 900), (1920, 1080)


def slug_in(url: str, site: Site) -> str | None:
    """The address of the title whose page this is; None if it is none of ours."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    own = urlsplit(site.url)
    is_ours = (parts.scheme, parts.netloc) == (own.scheme, own.netloc)
    slug = unquote(parts.path.removeprefix(_PAGE)).rstrip("/")
    return slug if is_ours and parts.path.startswith(_PAGE) and "/" not in slug else None


def card(shared: Shared, site: Site, width_max: int, height_max: int) -> dict[str, Any]:
    """The card; with a picture where one fits into so many pixels."""
    said: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": shared.title.name,
        "provider_name": site.name,
        "provider_url": f"{site.url}/",
        "cache_age": CACHE_AGE_S,
    }
    artwork = shared.title.artwork
    for path, (width, height) in ((artwork.backdrop, _BACKDROP), (artwork.poster, _POSTER)):
        if path and width <= width_max and height <= height_max:
            picture = {"thumbnail_url": f"{site.url}{path}"}
            return {**said, **picture, "thumbnail_width": width, "thumbnail_height": height}
    return said


def as_xml(said: dict[str, Any]) -> str:
    """A card as XML (section 2.3.4.2)."""
    root = Element("oembed")
    for name, value in said.items():
        SubElement(root, name).text = str(value)
    return tostring(root, encoding="unicode", xml_declaration=True)
