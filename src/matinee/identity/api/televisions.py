"""Televisions that want to be let in: our own page `/tv`, and the phone that answers it.

The same codes as RFC 8628 gives to applications of others (see `oauth`); what comes of them
here is a session with its cookie, so that the page holds no secret.
"""

import segno
from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity as sign_in_messages
from matinee.contracts import sessions as messages
from matinee.identity.actions import televisions as actions
from matinee.identity.api.cookies import address_of, let_in, own_url, refuse_foreign
from matinee.identity.api.devices import device_of
from matinee.identity.models import DeviceGrant
from matinee.identity.rules import network
from matinee.identity.rules.devices import Device
from matinee.identity.rules.televisions import INTERVAL_S, Poll
from matinee.kernel import access, scopes
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import (
    BadRequest,
    Forbidden,
    Gone,
    NotFound,
    Problem,
    TooMany,
    Unavailable,
)

router = Router()
CONFIRM_PATH = "/tv/confirm"
_QR_SCALE = 8


@router.post(
    "/device/codes",
    auth=may(access.ANYONE),
    operation_id="make_device_code",
    response={201: messages.DeviceCode},
    openapi_extra=may_answer(BadRequest, Forbidden, TooMany, Unavailable),
)
def make_device_code(
    request: HttpRequest, wish: messages.DeviceCodeWish
) -> Status[messages.DeviceCode]:
    """Get codes for a television: one to show, and one to ask with."""
    refuse_foreign(request)
    seen = device_of(request, "tv")
    named = Device("tv", wish.device_name or seen.name or "Television", seen.place)
    made = actions.device_code_make(named, network(address_of(request)))
    page = f"{own_url()}{CONFIRM_PATH}"
    # Behind a `#` it reaches no server, and no log of one.
    complete = f"{page}#code={made.user_code}"
    answer = messages.DeviceCode(
        device_code=made.device_code,
        user_code=made.user_code,
        verification_uri=page,
        verification_uri_complete=complete,
        qr_svg=_qr(complete),
        expires_at=made.grant.expires_at,
        interval_s=INTERVAL_S,
    )
    return Status(201, answer)


@router.post(
    "/device/token",
    auth=may(access.OWN_PROOF),
    operation_id="poll_device",
    response={200: sign_in_messages.Session},
    openapi_extra=may_answer(BadRequest, Forbidden, Gone, TooMany),
)
def poll_device(
    request: HttpRequest, response: HttpResponse, question: messages.DevicePoll
) -> sign_in_messages.Session:
    """Sign a television in, once its owner has let it in.

    Until then 400 `authorization_pending`; 429 `slow_down` when it asks too often, 403
    `refused`, 410 `expired_code`.
    """
    refuse_foreign(request)
    polled = actions.device_poll(question.device_code, device_of(request, "tv"))
    if polled.signed_in is None:
        raise _unanswered(polled.poll)
    return let_in(response, polled.signed_in)


@router.post(
    "/device/look",
    auth=may(access.HOLDER),
    operation_id="look_at_device",
    response={200: messages.DeviceAsked},
    openapi_extra=may_answer(NotFound, TooMany, Unavailable),
)
def look_at_device(request: HttpRequest, typed: messages.DeviceLook) -> messages.DeviceAsked:
    """Show which television waits with a code, before it is let in."""
    here = network(address_of(request))
    grant = actions.device_look(caller(request), typed.user_code, here)
    return _asked(grant, typed.user_code, here)


@router.post(
    "/device/answer",
    auth=may(access.HOLDER),
    operation_id="answer_device",
    response={204: None},
    openapi_extra=may_answer(NotFound, TooMany, Unavailable),
)
def answer_device(request: HttpRequest, answer: messages.DeviceAnswer) -> Status[None]:
    """Let a television into the account, or refuse it."""
    here = network(address_of(request))
    who = caller(request)
    actions.device_answer(who, answer.user_code, here, is_allowed=answer.is_allowed)
    return Status(204, None)


def _unanswered(poll: Poll) -> Problem:
    match poll.outcome:
        case "too_quick":
            detail = f"Ask again in {poll.interval_s} seconds."
            return TooMany("slow_down", detail, retry_after_s=poll.interval_s)
        case "refused":
            return Forbidden("refused", "This television was not let in. Get a new code.")
        case "expired":
            return Gone("expired_code", "This code is over. Get a new one.")
        case _:
            return BadRequest("authorization_pending", "Nobody has typed this code yet.")


def _asked(grant: DeviceGrant, user_code: str, here: str) -> messages.DeviceAsked:
    return messages.DeviceAsked(
        user_code=user_code,
        device_name=grant.device_name,
        place=grant.place,
        is_same_place=grant.network == here,
        client_name=grant.client and grant.client.name,
        scopes=[scopes.SCOPES[name].words for name in grant.scope.split()],
        asked_at=grant.created_at,
        expires_at=grant.expires_at,
    )


def _qr(text: str) -> str:
    drawn: str = segno.make_qr(text, error="m").svg_data_uri(scale=_QR_SCALE, border=2)
    return drawn
