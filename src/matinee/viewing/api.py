"""The HTTP edge of `viewing`; every operation is about the profile in the access token."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Status
from pydantic import StringConstraints

from matinee.contracts import viewing as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import caller, make_api
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotSignedIn, Unprocessable
from matinee.viewing import actions, queries

_CURSOR_LENGTH_MAX = 200

api = make_api("viewing", access.PROFILE)

Cursor = Annotated[str, StringConstraints(max_length=_CURSOR_LENGTH_MAX)]
_ANY = (NotSignedIn, Forbidden)


@api.get(
    "/history",
    operation_id="list_history",
    response={200: messages.History},
    openapi_extra=may_answer(*_ANY, Unprocessable),
)
def list_history(request: HttpRequest, cursor: Cursor | None = None) -> messages.History:
    """A page of what the profile watched, newest first."""
    return queries.history_of(_profile(request), cursor)


@api.delete(
    "/history",
    operation_id="erase_history",
    response={204: None},
    openapi_extra=may_answer(*_ANY),
)
def erase_history(request: HttpRequest) -> Status[None]:
    """Forget all that the profile has watched."""
    actions.history_erase(_profile(request))
    return Status(204, None)


@api.delete(
    "/history/{uuid:title_id}",
    operation_id="erase_title_history",
    response={204: None},
    openapi_extra=may_answer(*_ANY),
)
def erase_title_history(request: HttpRequest, title_id: UUID) -> Status[None]:
    """Forget that the profile has watched a title."""
    actions.history_erase_titles(_profile(request), [title_id])
    return Status(204, None)


@api.post(
    "/history/erasures",
    operation_id="erase_titles_history",
    response={204: None},
    openapi_extra=may_answer(*_ANY, Unprocessable),
)
def erase_titles_history(request: HttpRequest, titles: messages.WatchedTitles) -> Status[None]:
    """Forget that the profile has watched some titles, such as the episodes of a series."""
    actions.history_erase_titles(_profile(request), titles.title_ids)
    return Status(204, None)


@api.get(
    "/my-list",
    operation_id="get_my_list",
    response={200: messages.MyList},
    openapi_extra=may_answer(*_ANY),
)
def get_my_list(request: HttpRequest) -> messages.MyList:
    """The titles that the profile put aside, newest first."""
    return queries.my_list_of(_profile(request))


@api.put(
    "/my-list/{uuid:title_id}",
    operation_id="add_to_my_list",
    response={204: None},
    openapi_extra=may_answer(*_ANY, Conflict),
)
def add_to_my_list(request: HttpRequest, title_id: UUID) -> Status[None]:
    """Put a title aside."""
    actions.my_list_add(_profile(request), title_id)
    return Status(204, None)


@api.delete(
    "/my-list/{uuid:title_id}",
    operation_id="remove_from_my_list",
    response={204: None},
    openapi_extra=may_answer(*_ANY),
)
def remove_from_my_list(request: HttpRequest, title_id: UUID) -> Status[None]:
    """Take a title off the list."""
    actions.my_list_remove(_profile(request), title_id)
    return Status(204, None)


@api.put(
    "/thumbs/{uuid:title_id}",
    operation_id="give_thumb",
    response={204: None},
    openapi_extra=may_answer(*_ANY, Conflict, Unprocessable),
)
def give_thumb(request: HttpRequest, title_id: UUID, thumb: messages.Thumb) -> Status[None]:
    """Say what the profile thinks of a title."""
    actions.thumb_give(_profile(request), title_id, thumb.value)
    return Status(204, None)


@api.delete(
    "/thumbs/{uuid:title_id}",
    operation_id="take_thumb_back",
    response={204: None},
    openapi_extra=may_answer(*_ANY),
)
def take_thumb_back(request: HttpRequest, title_id: UUID) -> Status[None]:
    """Forget what the profile thinks of a title."""
    actions.thumb_take_back(_profile(request), title_id)
    return Status(204, None)


@api.get(
    "/thumbs",
    operation_id="list_thumbs",
    response={200: messages.Thumbs},
    openapi_extra=may_answer(*_ANY),
)
def list_thumbs(request: HttpRequest) -> messages.Thumbs:
    """What the profile thinks of titles, newest first."""
    return queries.thumbs_of(_profile(request))


@api.get(
    "/dismissals",
    operation_id="list_dismissals",
    response={200: messages.Dismissals},
    openapi_extra=may_answer(*_ANY),
)
def list_dismissals(request: HttpRequest) -> messages.Dismissals:
    """What the profile took out of its pages, newest first."""
    return queries.dismissals_of(_profile(request))


@api.put(
    "/dismissals",
    operation_id="dismiss",
    response={204: None},
    openapi_extra=may_answer(*_ANY, Conflict, Unprocessable),
)
def dismiss(request: HttpRequest, dismissal: messages.Dismissal) -> Status[None]:
    """Take a title out of a row, or a row off the page."""
    actions.dismissal_make(_profile(request), dismissal)
    return Status(204, None)


@api.delete(
    "/dismissals",
    operation_id="take_dismissal_back",
    response={204: None},
    openapi_extra=may_answer(*_ANY, Unprocessable),
)
def take_dismissal_back(request: HttpRequest, dismissal: Query[messages.Dismissal]) -> Status[None]:
    """Let a title or a row come again."""
    actions.dismissal_take_back(_profile(request), dismissal)
    return Status(204, None)


@api.get(
    "/titles/{uuid:title_id}",
    operation_id="get_title_state",
    response={200: messages.TitleState},
    openapi_extra=may_answer(*_ANY),
)
def get_title_state(request: HttpRequest, title_id: UUID) -> messages.TitleState:
    """All that the profile has to do with a title."""
    return queries.title_state_of(_profile(request), title_id)


def _profile(request: HttpRequest) -> UUID:
    return caller(request).profile()
