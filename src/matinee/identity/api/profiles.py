"""The account and its profiles."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.contracts import identity as messages
from matinee.identity import actions, queries
from matinee.kernel.http.django_edge import caller
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, NotSignedIn, Unprocessable

router = Router()


@router.get(
    "/account",
    operation_id="get_account",
    response={200: messages.Account},
    openapi_extra=may_answer(NotSignedIn),
)
def get_account(request: HttpRequest) -> messages.Account:
    """Who is signed in."""
    return queries.account_of(caller(request).account_id)


@router.get(
    "/profiles",
    operation_id="list_profiles",
    response={200: list[messages.Profile]},
    openapi_extra=may_answer(NotSignedIn),
)
def list_profiles(request: HttpRequest) -> list[messages.Profile]:
    """The profiles of the account, oldest first."""
    return queries.profiles_of(caller(request).account_id)


@router.post(
    "/profiles",
    operation_id="create_profile",
    response={201: messages.Profile},
    openapi_extra=may_answer(NotSignedIn, Conflict, Unprocessable),
)
def create_profile(request: HttpRequest, draft: messages.ProfileDraft) -> Status[messages.Profile]:
    """Add a profile; a kids profile's ceiling lowers by itself unless one is given."""
    row = actions.profile_create(caller(request).account_id, draft)
    return Status(201, queries.profile_message(row))


@router.patch(
    "/profiles/{uuid:profile_id}",
    operation_id="change_profile",
    response={200: messages.Profile},
    openapi_extra=may_answer(NotSignedIn, NotFound, Unprocessable),
)
def change_profile(
    request: HttpRequest, profile_id: UUID, change: messages.ProfileChange
) -> messages.Profile:
    """Change a profile; what is left out stays."""
    row = actions.profile_change(caller(request).account_id, profile_id, change)
    return queries.profile_message(row)


@router.delete(
    "/profiles/{uuid:profile_id}",
    operation_id="remove_profile",
    response={204: None},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict),
)
def remove_profile(request: HttpRequest, profile_id: UUID) -> Status[None]:
    """Remove a profile with its history, list and thumbs."""
    actions.profile_remove(caller(request).account_id, profile_id)
    return Status(204, None)
