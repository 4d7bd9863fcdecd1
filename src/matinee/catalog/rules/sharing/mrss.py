"""The newest titles as a feed: RSS 2.0 with Media RSS 1.5.1.

https://www.rssboard.org/rss-specification, https://www.rssboard.org/media-rss. Films are not in
it: what plays them is a page, `media:player`, behind which one signs in.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import format_datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from matinee.catalog.rules.sharing.shared import Shared, Site, newest, territories

MEDIA: Final = "http://search.yahoo.com/mrss/"
ATOM: Final = "http://www.w3.org/2005/Atom"
register_namespace("media", MEDIA)
register_namespace("atom", ATOM)
# European Broadcasting Union's roles, which the format names as its default scheme.
_ROLES: Final = "urn:ebu"


def feed(shared: Iterable[Shared], site: Site, now: datetime) -> str:
    """The feed, newest first as given."""
    known = list(shared)
    rss = Element("rss", version="2.0")
    channel = SubElement(rss, "channel")
    _text(channel, "title", site.name)
    _text(channel, "link", f"{site.url}/")
    _text(channel, "description", f"What is new at {site.name}")
    _text(channel, "lastBuildDate", format_datetime(newest(known) or now))
    self_link = {"href": f"{site.url}/feeds/mrss.xml", "rel": "self", "type": "application/rss+xml"}
    SubElement(channel, f"{{{ATOM}}}link", self_link)
    for one in known:
        channel.append(_item(one, site))
    return tostring(rss, encoding="unicode", xml_declaration=True)


def _item(shared: Shared, site: Site) -> Element:
    title = shared.title
    item = Element("item")
    _text(item, "title", title.name)
    _text(item, "link", site.page(title.slug))
    _text(item, "guid", str(title.id)).set("isPermaLink", "false")
    _text(item, "description", shared.words)
    if title.published_at:
        _text(item, "pubDate", format_datetime(title.published_at))
    for genre in title.genres:
        _text(item, "category", genre)
    content = SubElement(item, f"{{{MEDIA}}}content", dict(_content(shared)))
    _media(content, "player", url=site.page(title.slug))
    _media(content, "title", title.name, type="plain")
    _media(content, "description", shared.words, type="plain")
    for path in filter(None, (title.artwork.poster, title.artwork.backdrop)):
        _media(content, "thumbnail", url=f"{site.url}{path}")
    for rating in title.ratings:
        _media(content, "rating", rating.mark, scheme=f"urn:{rating.system}")
    if title.keywords:
        _media(content, "keywords", ", ".join(title.keywords))
    for credit in title.credits:
        _media(content, "credit", credit.name, role=credit.role, scheme=_ROLES)
    where = territories(title.rights)
    if where:
        _media(content, "restriction", " ".join(where), relationship="allow", type="country")
    return item


def _content(shared: Shared) -> Iterator[tuple[str, str]]:
    title = shared.title
    yield "medium", "video"
    yield "isDefault", "true"
    yield "expression", "sample" if title.kind == "trailer" else "full"
    yield "lang", title.language
    if title.duration_s:
        yield "duration", str(round(title.duration_s))


def _text(under: Element, name: str, text: str) -> Element:
    element = SubElement(under, name)
    element.text = _sayable(text)
    return element


def _media(under: Element, name: str, text: str = "", **attributes: str) -> None:
    element = SubElement(under, f"{{{MEDIA}}}{name}", attributes)
    element.text = _sayable(text) or None


def _sayable(text: str) -> str:
    """Without control characters, which XML 1.0 has no way to write."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n")
