"""HTTP edge of `playback`."""

import re
from uuid import UUID

from flask import Response, request
from pydantic import BaseModel

from matinee.contracts.playback import Heartbeat, HeartbeatAnswer, PlayRequest, PlaySession
from matinee.kernel import settings
from matinee.kernel.http import flask_edge
from matinee.kernel.http.flask_edge import told
from matinee.playback import actions

app = flask_edge.make_app("playback")

_HOST = re.compile(r"\[?[A-Za-z0-9.:-]{1,253}\]?(:\d{1,5})?")


class SessionPath(BaseModel):
    """The session that an address names."""

    session_id: UUID


@app.post(
    "/api/playback/sessions",
    operation_id="playback_session_start",
    summary="Press play",
    security=flask_edge.SECURITY,
    responses={
        201: PlaySession,
        401: told("not_signed_in"),
        402: told("not_entitled: no subscription, or none that is valid now"),
        403: told("no_profile, or above_maturity: the title is for older viewers"),
        404: told("unknown_title"),
        409: told("not_playable_yet: still being prepared, or choose_episode: it is a series"),
        422: told("invalid"),
        429: told("too_many_streams, or too_many_attempts; Retry-After says when to try again"),
        503: told("sessions_unavailable; Retry-After says when to try again"),
    },
)
def session_start(body: PlayRequest) -> Response:
    """Start to play a film or an episode."""
    session = actions.session_start(flask_edge.caller(), body.title_id, _own_url())
    return flask_edge.answer(session, 201)


@app.post(
    "/api/playback/sessions/<uuid:session_id>/heartbeat",
    operation_id="playback_session_renew",
    summary="Tell where the player is",
    security=flask_edge.SECURITY,
    responses={
        200: HeartbeatAnswer,
        401: told("not_signed_in"),
        402: told("not_entitled: the subscription has ended"),
        403: told("no_profile, or above_maturity: the profile's age limit was lowered"),
        410: told("session_ended"),
        422: told("invalid"),
        429: told("too_many_streams: the slot was lost in a long silence and is taken now"),
        503: told("sessions_unavailable; Retry-After says when to try again"),
    },
)
def session_renew(path: SessionPath, body: Heartbeat) -> Response:
    """Take a heartbeat and answer with a fresh media token."""
    return flask_edge.answer(actions.session_renew(flask_edge.caller(), path.session_id, body))


@app.post(
    "/api/playback/sessions/<uuid:session_id>/stop",
    operation_id="playback_session_stop",
    summary="Stop playing",
    security=flask_edge.SECURITY,
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("no_profile"),
        422: told("invalid"),
        503: told("sessions_unavailable; Retry-After says when to try again"),
    },
)
def session_stop(path: SessionPath, body: Heartbeat) -> Response:
    """End a session at its final position; ending it again changes nothing."""
    actions.session_stop(flask_edge.caller(), path.session_id, body)
    return flask_edge.empty()


def _own_url() -> str:
    """The service's address as this caller reaches it, so that media has the page's origin.

    The host is the caller's own word and goes back to nobody else.
    """
    own = settings.get()
    if own.public_url or not _HOST.fullmatch(request.host):
        return own.url
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme)
    return f"{'https' if scheme == 'https' else 'http'}://{request.host}"
