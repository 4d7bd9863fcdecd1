"""PINs: of profiles, and of adding one."""

from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from matinee.contracts import profiles as messages
from matinee.identity import actions
from matinee.identity.api.cookies import address_of
from matinee.kernel import access, audit
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import NotFound, Unavailable, Unprocessable

router = Router(auth=may(access.HOLDER))


@router.put(
    "/profiles/adding-pin",
    operation_id="set_adding_pin",
    response={204: None},
    openapi_extra=may_answer(Unprocessable, Unavailable),
)
def set_adding_pin(request: HttpRequest, new: messages.NewPin) -> Status[None]:
    """Let adding a profile take this PIN; after a step up."""
    actions.adding_pin_set(new.pin, _doer(request))
    return Status(204, None)


@router.delete("/profiles/adding-pin", operation_id="remove_adding_pin", response={204: None})
def remove_adding_pin(request: HttpRequest) -> Status[None]:
    """Let profiles be added without a PIN; after a step up."""
    actions.adding_pin_set(None, _doer(request))
    return Status(204, None)


@router.put(
    "/profiles/{uuid:profile_id}/pin",
    operation_id="set_profile_pin",
    response={204: None},
    openapi_extra=may_answer(NotFound, Unprocessable, Unavailable),
)
def set_profile_pin(request: HttpRequest, profile_id: UUID, new: messages.NewPin) -> Status[None]:
    """Let choosing a profile take this PIN, elsewhere at once; after a step up."""
    actions.profile_pin_set(profile_id, new.pin, _doer(request))
    return Status(204, None)


@router.delete(
    "/profiles/{uuid:profile_id}/pin",
    operation_id="remove_profile_pin",
    response={204: None},
    openapi_extra=may_answer(NotFound),
)
def remove_profile_pin(request: HttpRequest, profile_id: UUID) -> Status[None]:
    """Let a profile be chosen without a PIN; after a step up."""
    actions.profile_pin_set(profile_id, None, _doer(request))
    return Status(204, None)


def _doer(request: HttpRequest) -> audit.Doer:
    """Who does it, after they showed that it is them."""
    who = caller(request)
    who.needs_step_up()
    return audit.Doer.of(who, address_of(request))
