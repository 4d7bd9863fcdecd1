"""HTTP edge of recommendations."""

import contextlib
import gzip
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated
from uuid import UUID

from flask import Response
from pydantic import BaseModel, Field, StringConstraints
from werkzeug.http import parse_accept_header, parse_etags, quote_etag

from matinee.contracts.experiments import Layer
from matinee.contracts.recommendations import HomePage, Impressions, SearchPage, SimilarPage
from matinee.contracts.worths import KEPT_HEADER, SPARE
from matinee.kernel import access, problems, stores
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told
from matinee.kernel.http.straight import Asked, Written
from matinee.recommendations import asked, settings, studio
from matinee.recommendations.actions import experiments, impressions
from matinee.recommendations.queries import pages
from matinee.recommendations.queries.spare_pages import spare_page
from matinee.recommendations.rules.search import QUERY_LENGTH_MAX
from matinee.recommendations.rules.tuning import LAYERS

app = flask_edge.make_app("recommendations")
app.register_api(studio.edge)
app.register_api(asked.edge)

_MINUTE_S = 60
# A browser may keep a page, but asks each time; nobody in between may.
_OF_PAGES = (("Cache-Control", "private, no-cache"), ("Vary", "Authorization, Accept-Encoding"))


class SearchQuery(BaseModel):
    """What somebody has typed so far."""

    q: Annotated[str, StringConstraints(max_length=QUERY_LENGTH_MAX)] = Field(
        description="Words of a name, a person, a genre or a mood; the last may be unfinished"
    )


class TitlePath(BaseModel):
    """A title in the path."""

    title_id: UUID


@app.get(
    "/api/recommendations/home",
    operation_id="recommendations_home",
    summary="The home page",
    responses={
        200: HomePage,
        304: None,
        401: told("not_signed_in"),
        403: told("no_profile"),
    },
)
@flask_edge.may(access.PROFILE)
def home() -> Response:
    """The whole home page; 304 if the client has it (If-None-Match)."""
    return flask_edge.flasks(_home(flask_edge.asked()))


def _home(asked: Asked) -> Written:
    if SPARE in asked.environ:
        return _spare_home(asked)
    wanted = _wanted(asked, *LAYERS)
    return _written(asked, wanted.compressed, wanted.etag)


app.ask_straight(home, _home)


@app.get(
    "/api/recommendations/search",
    operation_id="recommendations_search",
    summary="Search as you type",
    responses={
        200: SearchPage,
        401: told("not_signed_in"),
        403: told("no_profile"),
        422: told("invalid: the query is too long"),
        429: told("too_many_attempts; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def search(query: SearchQuery) -> Response:
    """Titles that match what was typed so far."""
    _slow("recommendations-search", settings.get().searches_per_minute)
    wanted = _wanted(flask_edge.asked(), "ranking", "artwork")
    return _private(flask_edge.answer(wanted.search(query.q)))


@app.get(
    "/api/recommendations/titles/<uuid:title_id>/similar",
    operation_id="recommendations_similar",
    summary="More like one title",
    responses={
        200: SimilarPage,
        401: told("not_signed_in"),
        403: told("no_profile"),
        404: told("unknown_title"),
        422: told("invalid"),
    },
)
@flask_edge.may(access.PROFILE)
def similar(path: TitlePath) -> Response:
    """More like one title."""
    wanted = _wanted(flask_edge.asked(), "ranking", "artwork")
    return _private(flask_edge.answer(wanted.similar(path.title_id)))


@app.post(
    "/api/recommendations/impressions",
    operation_id="recommendations_impressions_keep",
    summary="Tell what was really in view",
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("no_profile"),
        422: told("invalid"),
        429: told("too_many_attempts; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def impressions_keep(body: Impressions) -> Response:
    """Keep what the caller's profile saw; titles that are gone by now do not count."""
    profile_id = flask_edge.caller().profile()
    _slow("recommendations-impressions", settings.get().impressions_per_minute)
    impressions.impressions_keep(profile_id, body, pages.parts_of(body.seen))
    return flask_edge.empty()


def _spare_home(asked: Asked) -> Written:
    """A page that was made before: there is too much to do to make one."""
    page = spare_page(asked.caller, asked.country)
    return _written(asked, lambda: page.compressed, page.etag, (KEPT_HEADER, page.whose))


def _written(
    asked: Asked, compressed: Callable[[], bytes], etag: str, *more: tuple[str, str]
) -> Written:
    """A page that is there as compressed JSON; 304 if the client has the one with this tag."""
    headers = [*_OF_PAGES, *more]
    if etag:
        headers.append(("ETag", quote_etag(etag, weak=True)))
        if parse_etags(asked.get("If-None-Match")).contains_weak(etag):
            return Written(b"", 304, headers)
    if not _takes_gzip(asked.get("Accept-Encoding")):
        return Written(gzip.decompress(compressed()), 200, headers)
    return Written(compressed(), 200, [*headers, ("Content-Encoding", "gzip")])


@lru_cache(maxsize=64)
def _takes_gzip(accepted: str) -> bool:
    """Browsers name what they take with the same few texts."""
    return parse_accept_header(accepted).quality("gzip") > 0


def _wanted(asked: Asked, *shown: Layer) -> pages.HomeRequest:
    """What answers depend on; that they show what experiments vary on these layers is told."""
    wanted = pages.request_of(asked.caller, asked.country)
    experiments.exposures_tell(wanted.knowledge.running, shown, wanted.profile_id)
    return wanted


def _slow(what: str, tries: int) -> None:
    """TooMany when the caller's profile does it more often in a minute.

    While nobody can count it is done: nothing is lost but work, and that is bounded elsewhere.
    """
    with contextlib.suppress(problems.Unavailable):
        stores.limit(what, str(flask_edge.caller().profile()), tries, _MINUTE_S)


def _private(response: Response) -> Response:
    """Let a browser keep it as it keeps pages."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["Vary"] = "Authorization"
    return response
