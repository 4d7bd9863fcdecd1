"""Keeps what accounts have paid for and what is sold, for windows that are for some plans only."""

from matinee.contracts.events import EntitlementChanged, TitleGranted
from matinee.contracts.offers import TitleOffered
from matinee.recommendations.actions.titles import next_number
from matinee.recommendations.models import AccountPlan, OfferedTitle, OwnTitle
from matinee.recommendations.queries.catalogue import OFFERS


def plan_keep(event: EntitlementChanged) -> None:
    """Keep the plan that entitles an account, by the newest fact."""
    told = event.entitlement
    news = {"plan": told.plan, "ends_at": told.ends_at, "as_of": event.occurred_at}
    _, is_new = AccountPlan.objects.get_or_create(pk=told.account_id, defaults=news)
    if not is_new:
        older = AccountPlan.objects.filter(pk=told.account_id, as_of__lt=event.occurred_at)
        older.update(**news)


def own_title_keep(event: TitleGranted) -> None:
    """Keep that an account has rented or bought a title, by the newest fact."""
    which = {"account_id": event.account_id, "title_id": event.title_id}
    news = {"ends_at": event.ends_at, "as_of": event.occurred_at}
    _, is_new = OwnTitle.objects.get_or_create(**which, defaults=news)
    if not is_new:
        OwnTitle.objects.filter(**which, as_of__lt=event.occurred_at).update(**news)


def offer_keep(event: TitleOffered) -> None:
    """Keep whether a title can be rented or bought, by the newest fact."""
    next_number(OFFERS)  # also the lock under which the newest is told apart
    news = {"offered": event.offered, "as_of": event.occurred_at}
    _, is_new = OfferedTitle.objects.get_or_create(pk=event.title_id, defaults=news)
    if not is_new:
        older = OfferedTitle.objects.filter(pk=event.title_id, as_of__lt=event.occurred_at)
        older.update(**news)
