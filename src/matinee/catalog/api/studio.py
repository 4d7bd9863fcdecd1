"""The HTTP edge of the operator's titles."""

from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status
from pydantic import BaseModel, Field, StringConstraints

from matinee.catalog import queries
from matinee.catalog.actions import titles
from matinee.catalog.api.members import member_of
from matinee.contracts import catalog as messages
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)


class StudioWish(BaseModel):
    """Which titles are wanted, and after which one the page begins."""

    cursor: UUID | None = Field(default=None, description="`next` of the page before")
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = Field(
        default="",
        description="Letters of names in any language, of the address, or a number elsewhere",
    )
    kind: messages.TitleKind | None = None
    status: messages.TitleStatus | None = None
    within: UUID | None = Field(
        default=None, description="The series, or the title whose trailers and extras they are"
    )
    amended: bool = Field(default=False, description="Only those of which changes wait")


@router.get(
    "/studio/titles",
    operation_id="studio_titles",
    response={200: messages.StudioPage},
    openapi_extra=may_answer(*_STAFF),
)
def studio_titles(request: HttpRequest, wanted: Query[StudioWish]) -> messages.StudioPage:
    """The titles that are wanted, newest first, a page at a time."""
    return queries.studio_page(
        wanted.cursor,
        queries.StudioFilter(wanted.q, wanted.kind, wanted.status, wanted.within, wanted.amended),
    )


@router.get(
    "/studio/titles/{title_id}",
    operation_id="studio_title",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def studio_title(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """A title, and how far its film is."""
    return queries.studio_title(title_id)


@router.post(
    "/studio/titles",
    operation_id="title_create",
    response={201: messages.Title},
    openapi_extra=may_answer(*_STAFF, Conflict),
)
def title_create(request: HttpRequest, draft: messages.TitleDraft) -> Status[messages.Title]:
    """Make a title; its film is uploaded next."""
    return Status(201, titles.title_create(draft, member_of(request)))


@router.patch(
    "/studio/titles/{title_id}",
    operation_id="title_change",
    response={200: messages.Title},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_change(
    request: HttpRequest, title_id: UUID, change: messages.TitleChange
) -> messages.Title:
    """Change what is said of a title."""
    return titles.title_change(title_id, change, member_of(request))


@router.delete(
    "/studio/titles/{title_id}",
    operation_id="title_remove",
    response={204: None},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def title_remove(request: HttpRequest, title_id: UUID) -> Status[None]:
    """Remove a title and its film for good."""
    titles.title_remove(title_id)
    return Status(204, None)


@router.post(
    "/studio/titles/{title_id}/withdraw",
    operation_id="title_withdraw",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_withdraw(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Hide a title until it is published again."""
    return titles.title_withdraw(title_id, member_of(request))


@router.post(
    "/studio/titles/{title_id}/publish",
    operation_id="title_publish",
    response={200: messages.StudioTitle},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def title_publish(request: HttpRequest, title_id: UUID) -> messages.StudioTitle:
    """Show a withdrawn title again."""
    return titles.title_publish(title_id, member_of(request))
