"""Moving a profile to an account of its own."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.contracts.identity_sign_in import LetterSent
from matinee.contracts.profiles import ProfileMove, ProfileMoveAccept
from matinee.identity.actions import moving
from matinee.identity.api.cookies import TRIED_PROBLEMS, let_in, refuse_foreign
from matinee.identity.api.visitors import know, visitor_of
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Gone, NotFound, TooMany, Unavailable, Unprocessable

router = Router()


@router.post(
    "/profiles/{uuid:profile_id}/move",
    auth=may(access.HOLDER),
    operation_id="offer_profile",
    response={202: LetterSent},
    openapi_extra=may_answer(NotFound, Conflict, Unprocessable, TooMany, Unavailable),
)
def offer_profile(request: HttpRequest, profile_id: UUID, move: ProfileMove) -> Status[LetterSent]:
    """Offer a profile to whoever reads an address; after a step up.

    Every address is answered the same, whether it has an account or not.
    """
    who = caller(request)
    who.needs_step_up()
    visitor = visitor_of(request)
    return Status(202, moving.profile_offer(who.account_id, profile_id, move.email, visitor))


@router.post(
    "/profiles/move/accept",
    auth=may(access.OWN_PROOF),
    operation_id="take_profile_over",
    response={201: messages.Session},
    openapi_extra=may_answer(*TRIED_PROBLEMS, NotFound, Conflict, Gone),
)
def take_profile_over(
    request: HttpRequest, response: HttpResponse, shown: ProfileMoveAccept
) -> Status[messages.Session]:
    """Take a profile into a new account, by the code of a letter, and sign in."""
    refuse_foreign(request)
    visitor = visitor_of(request)
    signed_in = moving.profile_take_over(shown, visitor)
    know(response, visitor)
    return Status(201, let_in(response, signed_in))
