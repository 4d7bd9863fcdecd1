"""What the world may read, signed in or not; nothing of it is there unless the operator says so.

The edge gives these their usual addresses, such as /sitemap.xml; see deploy/edge.
"""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from ninja import Path, Query, Router
from pydantic import Field, StringConstraints

from matinee.catalog import queries
from matinee.catalog.rules.sharing import head, mrss, oembed, roku, sitemap
from matinee.kernel import access, clock
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import NotFound, Unprocessable

router = Router(auth=may(access.ANYONE))
_OPEN = may_answer(NotFound, Unprocessable)
_KEPT = {"Cache-Control": "public, max-age=300"}
_XML = "application/xml; charset=utf-8"
_SIDE_PX_MAX = 10_000
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,80}$")]
Side = Annotated[int, Field(ge=1, le=_SIDE_PX_MAX)]


@router.get("/shared/head/{slug}", operation_id="shared_head", openapi_extra=_OPEN)
def shared_head(request: HttpRequest, slug: Annotated[Slug, Path()]) -> HttpResponse:
    """What stands in the head of a title's page: Open Graph and linked data, as HTML."""
    site = queries.site()
    return _answer(head.head(queries.shared_title(slug), site), "text/html; charset=utf-8")


@router.get("/shared/sitemap.xml", operation_id="sitemap", openapi_extra=_OPEN)
def get_sitemap(request: HttpRequest) -> HttpResponse:
    """The sitemap of sitemaps."""
    return _answer(sitemap.index(queries.sitemap_pages(), queries.site()), _XML)


@router.get("/shared/sitemap-{number}.xml", operation_id="sitemap_page", openapi_extra=_OPEN)
def get_sitemap_page(
    request: HttpRequest, number: Annotated[int, Path(ge=1, le=10_000)]
) -> HttpResponse:
    """One of the sitemaps, counted from 1."""
    site = queries.site()
    return _answer(sitemap.page(queries.sitemap_places(number), site), _XML)


@router.get("/shared/robots.txt", operation_id="robots", openapi_extra=_OPEN)
def get_robots(request: HttpRequest) -> HttpResponse:
    """What crawlers are asked to read."""
    return _answer(sitemap.robots(queries.site()), "text/plain; charset=utf-8")


@router.get("/shared/mrss.xml", operation_id="mrss", openapi_extra=_OPEN)
def get_mrss(request: HttpRequest) -> HttpResponse:
    """The newest titles as RSS with Media RSS."""
    site = queries.site()
    text = mrss.feed(queries.shared_newest(), site, clock.now())
    return _answer(text, "application/rss+xml; charset=utf-8")


@router.get("/shared/roku.json", operation_id="roku_feed", openapi_extra=_OPEN)
def get_roku(request: HttpRequest) -> StreamingHttpResponse:
    """The whole catalogue as Roku's search reads it."""
    site = queries.site()
    return StreamingHttpResponse(
        roku.feed(queries.shared_all(), site), content_type="application/json", headers=_KEPT
    )


@router.get("/shared/oembed", operation_id="oembed", openapi_extra=_OPEN)
def get_oembed(
    request: HttpRequest,
    url: Annotated[str, StringConstraints(max_length=2000), Query(description="Of a title's page")],
    format: Literal["json", "xml"] = "json",  # noqa: A002 - the standard's name
    maxwidth: Side = _SIDE_PX_MAX,
    maxheight: Side = _SIDE_PX_MAX,
) -> HttpResponse:
    """A card of a title for pages of others (oEmbed 1.0)."""
    site = queries.site()
    slug = oembed.slug_in(url, site)
    if slug is None:
        raise NotFound("unknown_page", "This is the address of no title here.")
    said = oembed.card(queries.shared_title(slug), site, maxwidth, maxheight)
    if format == "json":
        return JsonResponse(said, headers=_KEPT)
    return _answer(oembed.as_xml(said), "text/xml; charset=utf-8")


def _answer(text: str, media_type: str) -> HttpResponse:
    return HttpResponse(text, content_type=media_type, headers=_KEPT)
