"""The HTTP edge of what is on sale."""

from django.http import HttpRequest
from ninja import Router, Status

from matinee.billing import actions, queries
from matinee.billing.rules.pricing import Terms
from matinee.contracts import revenue as messages
from matinee.contracts.billing import Plan
from matinee.kernel import access
from matinee.kernel.http.django_edge import may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, Forbidden, NotFound, NotSignedIn, Unprocessable

router = Router()


@router.post(
    "/plans",
    auth=may(access.staff("finance")),
    operation_id="add_plan",
    response={201: list[Plan]},
    openapi_extra=may_answer(NotSignedIn, Forbidden, Conflict, Unprocessable),
)
def add_plan(request: HttpRequest, draft: messages.PlanDraft) -> Status[list[Plan]]:
    """Offer a plan; the plans that are offered then."""
    terms = Terms(
        Money(draft.amount_minor, draft.currency),
        draft.interval,
        draft.trial_days,
        draft.streams_at_once,
        draft.height_max,
    )
    actions.plan_add(actions.PlanDraft(draft.code, draft.name, draft.description, terms))
    return Status(201, queries.plans_offered())


@router.delete(
    "/plans/{str:code}",
    auth=may(access.staff("finance")),
    operation_id="withdraw_plan",
    response={200: list[Plan]},
    openapi_extra=may_answer(NotSignedIn, Forbidden, NotFound),
)
def withdraw_plan(request: HttpRequest, code: str) -> list[Plan]:
    """Offer a plan to nobody else; those who have it keep it."""
    actions.plan_withdraw(code)
    return queries.plans_offered()
