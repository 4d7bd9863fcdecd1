"""Keeps what accounts have subscribed to and bought and what is sold, for windows of some plans."""

from matinee.catalog.models import AccountPlan, OfferedTitle, OwnTitle
from matinee.contracts.events import EntitlementChanged, TitleGranted
from matinee.contracts.offers import TitleOffered


def plan_keep(event: EntitlementChanged) -> None:
    """Keep the plan that entitles an account, by the newest fact."""
    told = event.entitlement
    news = {"plan": told.plan, "ends_at": told.ends_at, "as_of": event.occurred_at}
    plans = AccountPlan._default_manager
    _, is_new = plans.get_or_create(pk=told.account_id, defaults=news)
    if not is_new:
        plans.filter(pk=told.account_id, as_of__lt=event.occurred_at).update(**news)


def own_title_keep(event: TitleGranted) -> None:
    """Keep that an account has rented or bought a title, by the newest fact."""
    which = {"account_id": event.account_id, "title_id": event.title_id}
    news = {"ends_at": event.ends_at, "as_of": event.occurred_at}
    owned = OwnTitle._default_manager
    _, is_new = owned.get_or_create(**which, defaults=news)
    if not is_new:
        owned.filter(**which, as_of__lt=event.occurred_at).update(**news)


def offer_keep(event: TitleOffered) -> None:
    """Keep whether a title can be rented or bought, by the newest fact."""
    news = {"offered": event.offered, "as_of": event.occurred_at}
    titles = OfferedTitle._default_manager
    _, is_new = titles.get_or_create(pk=event.title_id, defaults=news)
    if not is_new:
        titles.filter(pk=event.title_id, as_of__lt=event.occurred_at).update(**news)
