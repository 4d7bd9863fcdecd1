"""The HTTP edge of the workflow: acts, history, calendar and preview."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel, Field, model_validator

from matinee.catalog import queries
from matinee.catalog.actions import deeds, undoing, workflow
from matinee.catalog.api.members import member_of
from matinee.catalog.queries import calendar
from matinee.catalog.queries.workflow import history_of, workflow_of
from matinee.contracts import figures
from matinee.contracts.catalog import Country, Vantage
from matinee.contracts.catalog import calendar as turning
from matinee.contracts.catalog import workflow as messages
from matinee.contracts.catalog.rights import PlanCode
from matinee.contracts.identity import MATURITY_AGE_MAX, MaturityAge
from matinee.contracts.sessions import DeviceClass
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router(auth=may(access.staff(*queries.STAFF)))
_STAFF = (NotSignedIn, Forbidden, Unprocessable)
_CALENDAR_MAX = timedelta(days=400)


class Whose(BaseModel):
    """From where somebody looks; what is left out is not known."""

    country: Country | None = None
    plan: PlanCode | None = None
    platform: DeviceClass | None = None

    @property
    def vantage(self) -> Vantage:
        """The same as services say it."""
        return Vantage(self.country or "", self.plan or "", self.platform or "")


class Stretch(Whose):
    """A time, and from where somebody looks; nothing said of that: wherever."""

    since: figures.Moment
    until: figures.Moment

    @model_validator(mode="after")
    def _is_no_longer_than_a_year(self) -> Self:
        if not timedelta() < self.until - self.since <= _CALENDAR_MAX:
            msg = "`until` must come after `since`, and at most 400 days later"
            raise ValueError(msg)
        return self


class Moment(Whose):
    """A moment, from where somebody looks and for which age."""

    at: figures.Moment
    maturity_age: MaturityAge = MATURITY_AGE_MAX
    after: UUID | None = Field(default=None, description="`next` of the page before")


@router.get(
    "/studio/titles/{title_id}/workflow",
    operation_id="title_workflow",
    response={200: messages.Workflow},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_workflow(request: HttpRequest, title_id: UUID) -> messages.Workflow:
    """Where a title stands, what it lacks, and what the caller may do with it."""
    return workflow_of(title_id, member_of(request))


@router.post(
    "/studio/titles/{title_id}/acts/{act}",
    operation_id="title_act",
    response={200: messages.Workflow},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def title_act(
    request: HttpRequest, title_id: UUID, act: messages.Act, order: messages.ActOrder
) -> messages.Workflow:
    """Bring a title further on its way to be published, or back; a series with its episodes."""
    member = member_of(request)
    workflow.act(title_id, act, member, order)
    return workflow_of(title_id, member)


@router.get(
    "/studio/titles/{title_id}/history",
    operation_id="title_history",
    response={200: messages.History},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_history(
    request: HttpRequest, title_id: UUID, before: UUID | None = None
) -> messages.History:
    """What was done with a title and said of it, newest first, a page at a time."""
    return history_of(title_id, before)


@router.post(
    "/studio/titles/{title_id}/comments",
    operation_id="title_comment",
    response={200: messages.History},
    openapi_extra=may_answer(*_STAFF, NotFound),
)
def title_comment(request: HttpRequest, title_id: UUID, said: messages.Remarks) -> messages.History:
    """Say something of a title to whoever works on it."""
    deeds.words_say(title_id, said.words, member_of(request))
    return history_of(title_id, None)


@router.post(
    "/studio/titles/{title_id}/history/{deed_id}/undo",
    operation_id="deed_undo",
    response={200: messages.History},
    openapi_extra=may_answer(*_STAFF, NotFound, Conflict),
)
def deed_undo(request: HttpRequest, title_id: UUID, deed_id: UUID) -> messages.History:
    """Make what a change changed as it was before; a change itself, which can be undone."""
    undoing.deed_undo(title_id, deed_id, member_of(request))
    return history_of(title_id, None)


@router.get(
    "/studio/calendar",
    operation_id="studio_calendar",
    response={200: turning.Calendar},
    openapi_extra=may_answer(*_STAFF),
)
def studio_calendar(request: HttpRequest, wanted: Query[Stretch]) -> turning.Calendar:
    """What comes and goes in a time: windows that open or close, titles that are published."""
    vantage = wanted.vantage if any(wanted.vantage) else None
    return calendar.calendar(wanted.since, wanted.until, vantage)


@router.get(
    "/studio/preview",
    operation_id="studio_preview",
    response={200: turning.Preview},
    openapi_extra=may_answer(*_STAFF),
)
def studio_preview(request: HttpRequest, wanted: Query[Moment]) -> turning.Preview:
    """Which titles a viewer sees at a moment somewhere, a page at a time."""
    viewer = queries.Viewer(wanted.maturity_age, vantage=wanted.vantage)
    return calendar.preview(wanted.at, viewer, wanted.after)
