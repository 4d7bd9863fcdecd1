"""Subscribing, cancelling and time passing: through HTTP edge, events and periodic work."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse

from matinee.billing import actions, events, tasks
from matinee.billing.actions import telling
from matinee.billing.models import Customer, Outbox, Plan, Subscription
from matinee.billing.rules.pricing import Terms
from matinee.contracts import billing as messages
from matinee.contracts.events import AccountCreated
from matinee.kernel import clock, ids
from matinee.kernel.events.hearing import hear
from matinee.kernel.money import Money
from matinee.kernel.problems import Conflict, NotFound
from tests.billing.money import entitlements

pytestmark = pytest.mark.django_db(databases=["billing"])

Call = Callable[..., HttpResponse]
SetClock = Callable[[datetime], Any]
JAN_31 = datetime(2027, 1, 31, 20, 15, tzinfo=UTC)


def add_plan(code: str, amount_minor: int, trial_days: int = 0, **terms: Any) -> Plan:
    """Offer a plan."""
    price = Money(amount_minor, "EUR")
    chosen = {"interval": "month", "streams_at_once": 2, "height_max": 1080, **terms}
    draft = actions.PlanDraft(
        code=code,
        name=code.title(),
        description="For the tests.",
        terms=Terms(price=price, trial_days=trial_days, **chosen),
    )
    return actions.plan_add(draft)


def standard() -> Plan:
    """The plan of a new installation."""
    return Plan.objects.get(code="standard")


def sign_up(account_id: UUID) -> AccountCreated:
    """Let billing hear of an account."""
    event = AccountCreated(account_id=account_id)
    assert hear("billing", event.type, event.model_dump(mode="json"))
    return event


def subscription(answer: HttpResponse, status: int = 200) -> messages.Subscription:
    """The subscription in an answer."""
    assert answer.status_code == status, answer.content
    return messages.Subscription.model_validate_json(answer.content)


def problem(answer: HttpResponse) -> tuple[int, str]:
    """Status and code of a problem answer."""
    return answer.status_code, json.loads(answer.content)["code"]


def told() -> list[messages.Entitlement]:
    """The entitlements that were announced, oldest first; they are told once."""
    rows = list(entitlements().order_by("id"))
    Outbox.objects.all().delete()
    return [messages.Entitlement.model_validate(row.body["entitlement"]) for row in rows]


def test_a_new_installation_offers_a_plan_that_costs_nothing(call: Call) -> None:
    plans = json.loads(call("GET", "plans").content)
    assert [plan["code"] for plan in plans] == ["standard"]
    assert plans[0]["price"] == {"amount_minor": 0, "currency": "EUR"}
    assert (plans[0]["streams_at_once"], plans[0]["height_max"]) == (3, 2160)


def test_a_new_account_may_watch_at_once(call: Call, account_id: UUID) -> None:
    sign_up(account_id)
    now = subscription(call("GET", "subscription"))
    assert (now.status, now.plan.code) == ("active", "standard")
    expected = messages.Entitlement(
        account_id=account_id, streams_at_once=3, height_max=2160, ends_at=None, plan="standard"
    )
    assert told() == [expected]


def test_an_account_is_started_once_and_told_again(account_id: UUID) -> None:
    event = sign_up(account_id)
    assert not hear("billing", event.type, event.model_dump(mode="json"))
    assert len(told()) == 1
    events.on_account_created(event)
    assert Subscription.objects.count() == 1
    assert len(told()) == 1


def test_a_choice_made_before_the_account_was_heard_of_stays(call: Call, account_id: UUID) -> None:
    trial = add_plan("trial", 999, trial_days=14)
    subscription(call("POST", "subscription", {"plan_id": str(trial.id)}), 201)
    sign_up(account_id)
    assert subscription(call("GET", "subscription")).plan.code == "trial"
    assert Subscription.objects.count() == 1


def test_a_default_plan_with_a_price_starts_with_its_trial(
    call: Call, account_id: UUID, default_plan: Callable[[str], None]
) -> None:
    add_plan("premium", 1299, trial_days=7)
    default_plan("premium")
    sign_up(account_id)
    now = subscription(call("GET", "subscription"))
    assert now.status == "trialing"
    assert now.current_period_end - now.started_at == timedelta(days=7)
    assert [entitlement.ends_at for entitlement in told()] == [now.current_period_end]


@pytest.mark.parametrize("code", ["", "premium"])
def test_without_a_plan_to_start_on_people_choose(
    call: Call, account_id: UUID, default_plan: Callable[[str], None], code: str
) -> None:
    add_plan("premium", 1299)
    default_plan(code)
    sign_up(account_id)
    assert problem(call("GET", "subscription")) == (404, "no_subscription")
    assert told() == []


def test_a_default_plan_that_does_not_exist_is_named(
    account_id: UUID, default_plan: Callable[[str], None]
) -> None:
    default_plan("gold")
    with pytest.raises(actions.MissingPlanError, match=r"'gold'.*standard"):
        sign_up(account_id)
    assert not Customer.objects.exists()


def test_periods_follow_the_day_of_the_start(
    call: Call, account_id: UUID, clock_at: SetClock
) -> None:
    with clock_at(JAN_31):
        sign_up(account_id)
        begun = subscription(call("GET", "subscription"))
    told()
    for month, day in ((2, 28), (3, 31), (4, 30), (5, 31)):
        due = begun.started_at.replace(month=month, day=day)
        with clock_at(due - timedelta(seconds=60)):
            tasks.roll_subscriptions()
            assert subscription(call("GET", "subscription")).current_period_end == due
        with clock_at(due + timedelta(seconds=60)):
            # Exact already before the periodic work has noted it.
            before = subscription(call("GET", "subscription"))
            assert actions.subscriptions_roll() == 1
            assert subscription(call("GET", "subscription")) == before
            assert before.status == "active"
            assert before.current_period_end > due
    assert told() == []


def test_a_trial_ends_and_with_it_the_entitlement(
    call: Call, account_id: UUID, clock_at: SetClock
) -> None:
    plan = add_plan("premium", 1299, trial_days=7)
    with clock_at(JAN_31):
        subscription(call("POST", "subscription", {"plan_id": str(plan.id)}), 201)
    end = told()[0].ends_at
    assert end is not None
    with clock_at(end + timedelta(minutes=1)):
        assert subscription(call("GET", "subscription")).status == "ended"
        tasks.roll_subscriptions()
        tasks.roll_subscriptions()
        assert [entitlement.ends_at for entitlement in told()] == [end]
        again = subscription(call("POST", "subscription", {"plan_id": str(plan.id)}), 201)
        assert again.status == "incomplete"
        free = subscription(call("POST", "subscription", {"plan_id": str(standard().id)}), 201)
        assert free.status == "active"
    assert [entitlement.ends_at for entitlement in told()] == [None]
    assert {entitlement.account_id for entitlement in told()} <= {account_id}


def test_a_plan_with_a_price_and_no_trial_is_to_be_paid_first(call: Call) -> None:
    plan = add_plan("premium", 1299)
    ordered = subscription(call("POST", "subscription", {"plan_id": str(plan.id)}), 201)
    assert ordered.status == "incomplete"
    assert told() == []


def test_changing_plans_does_not_make_a_trial_longer(call: Call, clock_at: SetClock) -> None:
    one = add_plan("one", 999, trial_days=10)
    two = add_plan("two", 1999, trial_days=30, streams_at_once=5)
    with clock_at(JAN_31):
        first = subscription(call("POST", "subscription", {"plan_id": str(one.id)}), 201)
    with clock_at(JAN_31 + timedelta(days=3)):
        second = subscription(call("POST", "subscription", {"plan_id": str(two.id)}), 201)
        assert second.status == "trialing"
        assert second.current_period_end == first.current_period_end
        assert [entitlement.streams_at_once for entitlement in told()] == [2, 5]
        subscription(call("POST", "subscription", {"plan_id": str(standard().id)}), 201)
    with clock_at(JAN_31 + timedelta(days=5)):
        back = subscription(call("POST", "subscription", {"plan_id": str(two.id)}), 201)
        assert back.current_period_end == first.current_period_end
    with clock_at(JAN_31 + timedelta(days=11)):
        answer = subscription(call("POST", "subscription", {"plan_id": str(one.id)}), 201)
        assert answer.status == "incomplete"


def test_cancelling_takes_effect_at_the_periods_end(
    call: Call, account_id: UUID, clock_at: SetClock
) -> None:
    with clock_at(JAN_31):
        sign_up(account_id)
        told()
        cancelled = subscription(call("POST", "subscription/cancel"))
        assert cancelled.status == "cancelled"
        end = cancelled.current_period_end
        assert [entitlement.ends_at for entitlement in told()] == [end]
        assert subscription(call("POST", "subscription/cancel")) == cancelled
        assert told() == []
    with clock_at(end + timedelta(minutes=1)):
        tasks.roll_subscriptions()
        assert subscription(call("GET", "subscription")).status == "ended"
        assert [entitlement.ends_at for entitlement in told()] == [end]
        assert problem(call("POST", "subscription/cancel")) == (404, "no_subscription")


def test_subscribing_again_takes_the_cancellation_back(call: Call, account_id: UUID) -> None:
    sign_up(account_id)
    before = subscription(call("GET", "subscription"))
    call("POST", "subscription/cancel")
    told()
    actions.plan_withdraw("standard")
    choice = {"plan_id": str(before.plan.id)}
    assert subscription(call("POST", "subscription", choice), 201) == before
    assert [entitlement.ends_at for entitlement in told()] == [None]
    assert subscription(call("POST", "subscription", choice), 201) == before
    assert told() == []


def test_an_overdue_subscription_is_ended_before_anything_else(
    call: Call, account_id: UUID, clock_at: SetClock
) -> None:
    sign_up(account_id)
    call("POST", "subscription/cancel")
    with clock_at(clock.now() + timedelta(days=40)):
        answer = call("POST", "subscription", {"plan_id": str(standard().id)})
        assert subscription(answer, 201).status == "active"
        assert [row.ended_at is None for row in Subscription.objects.order_by("id")] == [
            False,
            True,
        ]


def test_plans_that_are_not_offered_cannot_be_chosen(call: Call) -> None:
    plan = add_plan("old", 0)
    actions.plan_withdraw("old")
    for plan_id in (plan.id, uuid4()):
        answer = call("POST", "subscription", {"plan_id": str(plan_id)})
        assert problem(answer) == (404, "unknown_plan")
    assert [each["code"] for each in json.loads(call("GET", "plans").content)] == ["standard"]
    with pytest.raises(NotFound):
        actions.plan_withdraw("never")
    with pytest.raises(Conflict, match="another code"):
        add_plan("old", 0)


@pytest.mark.parametrize("body", [{}, {"plan_id": "x"}, {"plan_id": str(uuid4()), "price": 0}])
def test_bad_choices_say_which_value_is_wrong(call: Call, body: dict[str, str]) -> None:
    assert problem(call("POST", "subscription", body)) == (422, "invalid")


def test_strangers_see_plans_only(call: Call, client: Any) -> None:
    assert client.get("/api/billing/plans").status_code == 200
    for method, path in (("get", ""), ("post", ""), ("post", "/cancel")):
        answer = getattr(client, method)(f"/api/billing/subscription{path}")
        assert problem(answer) == (401, "not_signed_in")
    assert problem(call("GET", "subscription")) == (404, "no_subscription")


def test_the_database_allows_one_running_subscription_an_account(account_id: UUID) -> None:
    sign_up(account_id)
    row = Subscription.objects.get()
    row.pk = ids.uuid7()
    with pytest.raises(IntegrityError), transaction.atomic(using="billing"):
        row.save(force_insert=True)
    assert Subscription.objects.count() == 1


def test_everything_can_be_told_again_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts = [ids.uuid7() for _ in range(5)]
    for account_id in accounts:
        actions.subscription_start_default(account_id)
    told()
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    after, pages = actions.entitlements_announce(), 1
    while after is not None:
        after, pages = actions.entitlements_announce(after), pages + 1
    assert pages == 3
    assert [entitlement.account_id for entitlement in told()] == accounts


def test_many_are_rolled_in_few_queries(
    clock_at: SetClock, django_assert_max_num_queries: Any
) -> None:
    for _ in range(20):
        actions.subscription_start_default(ids.uuid7())
    with (
        clock_at(clock.now() + timedelta(days=40)),
        django_assert_max_num_queries(12, using="billing"),
    ):
        tasks.roll_subscriptions()
    assert not Subscription.objects.filter(
        current_period_end__lte=clock.now() + timedelta(days=40)
    ).exists()
