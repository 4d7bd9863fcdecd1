"""The account and its profiles."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.contracts.profiles import Ratings
from matinee.contracts.ratings import SYSTEMS, system_of
from matinee.identity import actions, queries
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.places import country
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, TooMany, Unavailable, Unprocessable

router = Router()


@router.get(
    "/account",
    auth=may(access.SIGNED_IN),
    operation_id="get_account",
    response={200: messages.Account},
)
def get_account(request: HttpRequest) -> messages.Account:
    """Who is signed in; a kids profile is not told the address."""
    who = caller(request)
    return queries.shown_to(queries.account_of(who.account_id), is_kids=who.is_kids)


@router.get(
    "/ratings",
    auth=may(access.ANYONE),
    operation_id="list_ratings",
    response={200: Ratings},
)
def list_ratings(request: HttpRequest) -> Ratings:
    """How films are rated in the world, as ages, and which system is the caller's own."""
    return Ratings(own=system_of(country(request.headers)).code, systems=list(SYSTEMS))


@router.get(
    "/profiles",
    auth=may(access.SIGNED_IN),
    operation_id="list_profiles",
    response={200: list[messages.Profile]},
)
def list_profiles(request: HttpRequest) -> list[messages.Profile]:
    """The profiles of the account, oldest first."""
    return queries.profiles_of(caller(request).account_id)


@router.post(
    "/profiles",
    auth=may(access.HOLDER),
    operation_id="create_profile",
    response={201: messages.Profile},
    openapi_extra=may_answer(Conflict, Unprocessable, TooMany, Unavailable),
)
def create_profile(request: HttpRequest, draft: messages.ProfileDraft) -> Status[messages.Profile]:
    """Add a profile; a kids profile's ceiling lowers by itself unless one is given.

    Takes the account's PIN, where it wants one: 403 `pin_needed` or `pin_wrong`.
    """
    account_id = caller(request).account_id
    actions.adding_allow(account_id, draft.pin)
    return Status(201, queries.profile_message(actions.profile_create(account_id, draft)))


@router.patch(
    "/profiles/{uuid:profile_id}",
    auth=may(access.HOLDER),
    operation_id="change_profile",
    response={200: messages.Profile},
    openapi_extra=may_answer(NotFound, Conflict, Unprocessable),
)
def change_profile(
    request: HttpRequest, profile_id: UUID, change: messages.ProfileChange
) -> messages.Profile:
    """Change a profile; what is left out stays."""
    row = actions.profile_change(caller(request).account_id, profile_id, change)
    return queries.profile_message(row)


@router.delete(
    "/profiles/{uuid:profile_id}",
    auth=may(access.HOLDER),
    operation_id="remove_profile",
    response={204: None},
    openapi_extra=may_answer(NotFound, Conflict),
)
def remove_profile(request: HttpRequest, profile_id: UUID) -> Status[None]:
    """Remove a profile with its history, list and thumbs; of one with a PIN, after a step up."""
    who = caller(request)
    if profile_id != who.profile_id and queries.has_pin(who.account_id, profile_id):
        who.needs_step_up()
    actions.profile_remove(who.account_id, profile_id)
    return Status(204, None)
