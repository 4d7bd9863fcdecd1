"""The HTTP edge of plans and subscriptions."""

from django.http import HttpRequest
from ninja import Router, Status

from matinee.billing import actions, queries
from matinee.billing.actions import CustomerFacts, Wish
from matinee.contracts import billing as messages
from matinee.kernel import access, clock
from matinee.kernel.http.django_edge import caller, may
from matinee.kernel.http.problem_answers import may_answer
from matinee.kernel.problems import Conflict, NotFound, NotSignedIn, TooMany, Unprocessable

router = Router(auth=may(access.HOLDER))


@router.get(
    "/plans",
    auth=may(access.ANYONE),
    operation_id="list_plans",
    response={200: list[messages.Plan]},
)
def list_plans(request: HttpRequest) -> list[messages.Plan]:
    """The plans that can be chosen, the cheapest first."""
    return queries.plans_offered()


@router.get(
    "/subscription",
    operation_id="get_subscription",
    response={200: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound),
)
def get_subscription(request: HttpRequest) -> messages.Subscription:
    """The account's subscription: the running one, or the last that ended."""
    return queries.subscription_of(caller(request).account_id)


@router.post(
    "/subscription",
    operation_id="subscribe",
    response={201: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict, TooMany, Unprocessable),
)
def subscribe(request: HttpRequest, choice: messages.Subscribe) -> Status[messages.Subscription]:
    """Subscribe to a plan, change to it, or take back its cancellation.

    One that is to be paid first is `incomplete`, and waits a day for its payment.
    """
    facts = CustomerFacts(
        time_zone=choice.time_zone, territory=choice.territory, email=choice.email
    )
    wish = Wish(choice.plan_id, choice.price_id, choice.coupon, facts)
    order = actions.subscription_order(caller(request).account_id, wish)
    return Status(201, queries.subscription_message(order.subscription, clock.now()))


@router.post(
    "/subscription/cancel",
    operation_id="cancel_subscription",
    response={200: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound),
)
def cancel_subscription(request: HttpRequest) -> messages.Subscription:
    """Let the subscription end with its period; until then everything plays."""
    row = actions.subscription_cancel(caller(request).account_id)
    return queries.subscription_message(row, clock.now())


@router.post(
    "/subscription/pause",
    operation_id="pause_subscription",
    response={200: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict, Unprocessable),
)
def pause_subscription(request: HttpRequest, wish: messages.Pause) -> messages.Subscription:
    """Pause the subscription from its period's end, until a moment or until it is resumed."""
    row = actions.subscription_pause(caller(request).account_id, wish.resumes_at)
    return queries.subscription_message(row, clock.now())


@router.post(
    "/subscription/resume",
    operation_id="resume_subscription",
    response={200: messages.Subscription},
    openapi_extra=may_answer(NotSignedIn, NotFound, Conflict),
)
def resume_subscription(request: HttpRequest) -> messages.Subscription:
    """End a pause; a period begins now and is charged."""
    row, _ = actions.subscription_resume(caller(request).account_id)
    return queries.subscription_message(row, clock.now())
