"""HTTP edge of recommendations."""

import contextlib
import gzip
from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from flask import Response, request
from pydantic import BaseModel, Field, StringConstraints

from matinee.contracts.experiments import Layer
from matinee.contracts.recommendations import HomePage, Impressions, SearchPage, SimilarPage
from matinee.contracts.worths import KEPT_HEADER, SPARE
from matinee.kernel import access, problems, stores
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told
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
    if SPARE in request.environ:
        return _spare_home()
    wanted = _wanted(*LAYERS)
    return _written(wanted.compressed, wanted.etag)


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
    wanted = _wanted("ranking", "artwork")
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
    wanted = _wanted("ranking", "artwork")
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


def _spare_home() -> Response:
    """A page that was made before: there is too much to do to make one."""
    page = spare_page(flask_edge.caller(), flask_edge.country())
    response = _written(lambda: page.compressed, page.etag)
    response.headers[KEPT_HEADER] = page.whose
    return response


def _written(compressed: Callable[[], bytes], etag: str) -> Response:
    """A page that is there as compressed JSON; 304 if the client has the one with this tag."""
    if etag and request.if_none_match.contains_weak(etag):
        response = Response(status=304)
    elif request.accept_encodings["gzip"]:
        response = Response(compressed(), mimetype="application/json")
        response.headers["Content-Encoding"] = "gzip"
    else:
        response = Response(gzip.decompress(compressed()), mimetype="application/json")
    if etag:
        response.set_etag(etag, weak=True)
    response.headers["Vary"] = "Authorization, Accept-Encoding"
    return _private(response)


def _wanted(*shown: Layer) -> pages.HomeRequest:
    """What answers depend on; that they show what experiments vary on these layers is told."""
    wanted = pages.request_of(flask_edge.caller(), flask_edge.country())
    experiments.exposures_tell(wanted.knowledge.running, shown, wanted.profile_id)
    return wanted


def _slow(what: str, tries: int) -> None:
    """TooMany when the caller's profile does it more often in a minute.

    While nobody can count it is done: nothing is lost but work, and that is bounded elsewhere.
    """
    with contextlib.suppress(problems.Unavailable):
        stores.limit(what, str(flask_edge.caller().profile()), tries, _MINUTE_S)


def _private(response: Response) -> Response:
    """Let a browser keep it, but ask each time; nobody in between may."""
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers.setdefault("Vary", "Authorization")
    return response
