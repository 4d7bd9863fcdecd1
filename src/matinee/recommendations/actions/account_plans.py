"""Keeps what accounts have subscribed to, for windows that are for some plans only."""

from matinee.contracts.events import EntitlementChanged
from matinee.recommendations.models import AccountPlan


def plan_keep(event: EntitlementChanged) -> None:
    """Keep the plan that entitles an account, by the newest fact."""
    told = event.entitlement
    news = {"plan": told.plan, "ends_at": told.ends_at, "as_of": event.occurred_at}
    _, is_new = AccountPlan.objects.get_or_create(pk=told.account_id, defaults=news)
    if not is_new:
        older = AccountPlan.objects.filter(pk=told.account_id, as_of__lt=event.occurred_at)
        older.update(**news)
