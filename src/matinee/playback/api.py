"""HTTP edge of `playback`."""

import re
from uuid import UUID

from flask import Request, Response, request
from pydantic import BaseModel

from matinee.contracts.playback import (
    ClearKeyLicence,
    ClearKeyRequest,
    ContentKey,
    Heartbeat,
    HeartbeatAnswer,
    KeyRequest,
    PlayRequest,
    PlaySession,
    WarmRequest,
    WarmSession,
)
from matinee.kernel import access, settings
from matinee.kernel.http import flask_edge
from matinee.kernel.http.callers import asking_service
from matinee.kernel.http.flask_edge import told
from matinee.kernel.http.straight import Asked, Written, written
from matinee.kernel.problems import Forbidden
from matinee.playback import actions


class _Request(Request):
    """Bodies are JSON; what a player passes on from its CDM says no type at all."""

    @property
    def is_json(self) -> bool:
        return not self.mimetype or super().is_json


app = flask_edge.make_app("playback")
app.request_class = _Request

_BYTES = "application/octet-stream"
_HOST = re.compile(r"\[?[A-Za-z0-9.:-]{1,253}\]?(:\d{1,5})?")


class PackagePath(BaseModel):
    """A package, and the media token that opens it."""

    token: str
    package: str


class SessionPath(BaseModel):
    """The session that an address names."""

    session_id: UUID


@app.post(
    "/api/playback/sessions",
    operation_id="playback_session_start",
    summary="Press play",
    responses={
        201: PlaySession,
        401: told("not_signed_in"),
        402: told("not_entitled: no subscription, or none that is valid now"),
        403: told(
            "no_profile, above_maturity: the title is for older viewers, not_available_here: not "
            "in this country, on this device, or not now, or not_in_plan"
        ),
        404: told("unknown_title"),
        409: told("not_playable_yet: still being prepared, or choose_episode: it is a series"),
        422: told("invalid"),
        429: told("too_many_streams, or too_many_attempts; Retry-After says when to try again"),
        503: told("sessions_unavailable; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def session_start(body: PlayRequest) -> Response:
    """Start to play a film or an episode."""
    return flask_edge.flasks(_started(flask_edge.asked(), body))


def _started(asked: Asked, body: PlayRequest) -> Written:
    session = actions.session_start(asked.caller, body, _own_url(asked), asked.country)
    return written(session, 201)


app.ask_straight(session_start, _started, PlayRequest)


@app.post(
    "/api/playback/warm",
    operation_id="playback_warm",
    summary="Play may be pressed soon",
    responses={
        200: WarmSession,
        401: told("not_signed_in"),
        402: told("not_entitled: no subscription, or none that is valid now"),
        403: told(
            "no_profile, above_maturity: the title is for older viewers, not_available_here: not "
            "in this country, on this device, or not now, or not_in_plan"
        ),
        404: told("unknown_title"),
        409: told("not_playable_yet: still being prepared, or choose_episode: it is a series"),
        422: told("invalid"),
        429: told("too_many_attempts; Retry-After says when to try again"),
        503: told("store_down; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def session_warm(body: WarmRequest) -> Response:
    """Say what may be fetched before play is pressed; takes no stream slot."""
    asked = flask_edge.asked()
    session = actions.session_warm(asked.caller, body.title_id, _own_url(asked), asked.country)
    return flask_edge.answer(session)


@app.post(
    "/api/playback/licence",
    operation_id="playback_licence",
    summary="Ask for content keys",
    responses={
        200: ClearKeyLicence,
        401: told("not_signed_in"),
        402: told("not_entitled: the subscription has ended"),
        403: told(
            "not_playing: no live play session of a title with such a key; no_profile; "
            "not_available_here or not_in_plan: it may not be watched here any more"
        ),
        410: told("session_ended: the title was taken out of the catalogue"),
        422: told("invalid"),
        429: told("too_many_attempts; Retry-After says when to try again"),
        503: told("sessions_unavailable, or keys_unreadable: the operator has to look at it"),
    },
)
@flask_edge.may(access.PROFILE)
def licence_give(body: ClearKeyRequest) -> Response:
    """Answer a W3C Clear Key licence request, as its CDM wrote it."""
    return flask_edge.answer(
        actions.licence_give(flask_edge.caller(), body.kids, flask_edge.country())
    )


@app.get(
    "/api/playback/media/<token>/<package>/key",
    operation_id="playback_package_key",
    summary="The key of an HLS playlist",
    responses={
        200: {
            "description": "16 bytes",
            "content": {_BYTES: {"schema": {"type": "string", "format": "binary"}}},
        },
        403: told("media_token_wrong or media_token_expired"),
        404: told("not_encrypted"),
        410: told("session_ended"),
        429: told("too_many_attempts; Retry-After says when to try again"),
        503: told("sessions_unavailable, or keys_unreadable: the operator has to look at it"),
    },
)
@flask_edge.may(access.OWN_PROOF)
def package_key(path: PackagePath) -> Response:
    """The key of METHOD=SAMPLE-AES with the key format `identity` (RFC 8216, section 4.3.2.4).

    The edge passes `/media/<token>/<package>/key` on to here.
    """
    return Response(actions.key_of_package(path.token, path.package), mimetype=_BYTES)


@app.post(
    "/api/playback/keys",
    operation_id="playback_key",
    summary="A title's content key, for `encoding` alone",
    responses={
        200: ContentKey,
        401: told("not_signed_in: no service token"),
        403: told("not_yours: a service that needs no keys"),
        404: told("unknown_title: it was removed"),
        422: told("invalid"),
        503: told("keys_unreadable: the operator has to look at it"),
    },
)
@flask_edge.may(access.OWN_PROOF)
def key_give(body: KeyRequest) -> Response:
    """Answer with the key that a title is packaged with; no person's token opens this."""
    header = request.headers.get("Authorization")
    if asking_service(header, to="playback") != "encoding":
        raise Forbidden("not_yours", "Only the service that packages films gets their keys.")
    return flask_edge.answer(actions.key_of_title(body.title_id))


@app.post(
    "/api/playback/sessions/<uuid:session_id>/heartbeat",
    operation_id="playback_session_renew",
    summary="Tell where the player is",
    responses={
        200: HeartbeatAnswer,
        401: told("not_signed_in"),
        402: told("not_entitled: the subscription has ended"),
        403: told(
            "no_profile, above_maturity: the profile's age limit was lowered, not_available_here "
            "or not_in_plan: it may not be watched here any more"
        ),
        410: told("session_ended"),
        422: told("invalid"),
        429: told("too_many_streams: the slot was lost in a long silence and is taken now"),
        503: told("sessions_unavailable; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def session_renew(path: SessionPath, body: Heartbeat) -> Response:
    """Take a heartbeat and answer with a fresh media token."""
    renewed = actions.session_renew(
        flask_edge.caller(), path.session_id, body, flask_edge.country()
    )
    return flask_edge.answer(renewed)


@app.post(
    "/api/playback/sessions/<uuid:session_id>/stop",
    operation_id="playback_session_stop",
    summary="Stop playing",
    responses={
        204: None,
        401: told("not_signed_in"),
        403: told("no_profile"),
        422: told("invalid"),
        503: told("sessions_unavailable; Retry-After says when to try again"),
    },
)
@flask_edge.may(access.PROFILE)
def session_stop(path: SessionPath, body: Heartbeat) -> Response:
    """End a session at its final position; ending it again changes nothing."""
    actions.session_stop(flask_edge.caller(), path.session_id, body)
    return flask_edge.empty()


@app.after_request
def _unstored(response: Response) -> Response:
    """Sessions and keys stay out of every cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


def _own_url(asked: Asked) -> str:
    """The service's address as this caller reaches it, so that media has the page's origin.

    The host is the caller's own word and goes back to nobody else.
    """
    own, host = settings.get(), asked.host
    if own.public_url or not _HOST.fullmatch(host):
        return own.url
    scheme = asked.get("X-Forwarded-Proto", asked.scheme)
    return f"{'https' if scheme == 'https' else 'http'}://{host}"
