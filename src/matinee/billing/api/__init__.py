"""The HTTP edge of `billing`."""

from django.http import HttpRequest
from ninja import Status

from matinee.billing import actions, queries
from matinee.contracts import billing as messages
from matinee.kernel import clock
from matinee.kernel.http.django_edge import caller, make_api
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, NotSignedIn, Unprocessable

api = make_api("billing")


@api.get("/plans", auth=None, operation_id="list_plans", response={200: list[messages.Plan]})
def list_plans(request: HttpRequest) -> list[messages.Plan]:  # noqa: ARG001 - the library's signature
    """The plans that can be chosen, the cheapest first."""
    return queries.plans_offered()


@api.get(
    "/subscription",
    operation_id="get_subscription",
    response={200: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound),
)
def get_subscription(request: HttpRequest) -> messages.Subscription:
    """The account's subscription: the running one, or the last that ended."""
    return queries.subscription_of(caller(request).account_id)


@api.post(
    "/subscription",
    operation_id="subscribe",
    response={201: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict, Unprocessable),
)
def subscribe(request: HttpRequest, choice: messages.Subscribe) -> Status[messages.Subscription]:
    """Subscribe to a plan, change to it at once, or take back its cancellation."""
    row = actions.subscription_choose(caller(request).account_id, choice.plan_id)
    return Status(201, queries.subscription_message(row, clock.now()))


@api.post(
    "/subscription/cancel",
    operation_id="cancel_subscription",
    response={200: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound),
)
def cancel_subscription(request: HttpRequest) -> messages.Subscription:
    """Let the subscription end with its period; until then everything plays."""
    row = actions.subscription_cancel(caller(request).account_id)
    return queries.subscription_message(row, clock.now())
