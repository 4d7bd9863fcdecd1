"""What players and pages tell: how plays go, and what was searched for."""

import contextlib
from functools import lru_cache

from flask import Response, request
from pydantic import BaseModel

from matinee.contracts.figures import SearchTold
from matinee.contracts.insights import PlayerReport
from matinee.insights import actions, settings
from matinee.insights.actions.facts import room_check
from matinee.insights.api.app import app
from matinee.insights.rules import cmcd
from matinee.insights.rules.devices import device_of
from matinee.kernel import access, problems, stores
from matinee.kernel import settings as kernel_settings
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told
from matinee.kernel.tokens import CmcdTokens

_MINUTE_S = 60
# What browsers let a page send as it goes away.
_BATCH_BYTES_MAX = 64 * 1024
# How reports come that are not in the body: CTA-5004-A, sections on headers and query arguments.
_HEADERS = ("CMCD-Request", "CMCD-Object", "CMCD-Status", "CMCD-Session")


class CollectorPath(BaseModel):
    """The token in the collector's address."""

    token: str


@lru_cache(maxsize=1)
def _tokens() -> CmcdTokens:
    return CmcdTokens(kernel_settings.get().secrets)


@app.post(
    "/api/insights/reports",
    operation_id="insights_report_take",
    summary="Tell how a play went",
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("no_profile"),
        422: told("invalid"),
        429: told("too_many_attempts; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def report_take(body: PlayerReport) -> Response:
    """Keep the newest report of a session for the profile that sends it."""
    profile_id = flask_edge.caller().profile()
    # Reports are worth having without a count, too: each profile's rows are bounded by its plays.
    with contextlib.suppress(problems.Unavailable):
        tries = settings.get().reports_per_minute
        stores.limit("insights-reports", str(profile_id), tries, _MINUTE_S)
    actions.report_take(profile_id, body, _device())
    return flask_edge.empty()


@app.post(
    "/api/insights/cmcd/<token>",
    operation_id="insights_cmcd_take",
    summary="Tell what happened in a player (CMCD version 2, event mode)",
    openapi_extensions={
        "requestBody": {
            "description": "An event report per line, as structured fields",
            "content": {"application/cmcd": {"schema": {"type": "string"}}},
        }
    },
    responses={
        204: None,
        403: told("cmcd_token_wrong, cmcd_token_expired"),
        413: told("too_large: over 64 KiB"),
        422: told("wrong_report: which line, and why"),
        429: told("too_many_attempts; Retry-After says when to try again"),
        503: told("too_much_waits: send it again in a minute"),
    },
)
@flask_edge.may(access.OWN_PROOF)
def cmcd_take(path: CollectorPath) -> Response:
    """Take a batch of events; the address itself says which play they are of."""
    play = _tokens().verify(path.token)
    with contextlib.suppress(problems.Unavailable):
        tries = settings.get().cmcd_per_minute
        stores.limit("insights-cmcd", play.session_id.hex, tries, _MINUTE_S)
    try:
        events = cmcd.events_of(_batch())
    except cmcd.WrongReportError as error:
        raise problems.Unprocessable("wrong_report", str(error)) from error
    room_check()
    actions.events_take(play.session_id, events, _device())
    return flask_edge.empty()


@app.post(
    "/api/insights/searches",
    operation_id="insights_search_take",
    summary="Tell what was searched for and looked at",
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("no_profile"),
        422: told("invalid"),
        429: told("too_many_attempts; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def search_take(body: SearchTold) -> Response:
    """Keep a search that somebody stayed with."""
    profile_id = flask_edge.caller().profile()
    with contextlib.suppress(problems.Unavailable):
        tries = settings.get().searches_per_minute
        stores.limit("insights-searches", str(profile_id), tries, _MINUTE_S)
    actions.search_take(profile_id, body)
    return flask_edge.empty()


def _device() -> str:
    return device_of(request.headers.get("User-Agent", ""))


def _batch() -> bytes:
    """The reports in the body, else in the query argument or the headers."""
    body = request.stream.read(_BATCH_BYTES_MAX + 1)
    if len(body) > _BATCH_BYTES_MAX:
        detail = f"Send at most {_BATCH_BYTES_MAX} bytes at once."
        raise problems.TooLarge("too_large", detail)
    if body:
        return body
    told_in_headers = ",".join(filter(None, map(request.headers.get, _HEADERS)))
    return request.args.get("CMCD", told_in_headers).encode()
