"""Periodic work on payments: collect, ask again, dun, close pages, ask for lost news."""

import logging
from collections.abc import Callable

from matinee.billing import actions
from matinee.billing.actions.erasing import CARDS_AT_ONCE, cards_forget
from matinee.billing.gateways.gateway import GatewayError
from matinee.kernel.tasks import app
from matinee.kernel.webhooks.telling import AT_ONCE as DELIVERIES_AT_ONCE

log = logging.getLogger(__name__)

_BATCHES_MAX = 200


def _until_done(work: Callable[[], int], at_once: int) -> None:
    """Page after page; the next run takes what one run leaves, or what the gateway did not do."""
    try:
        for _ in range(_BATCHES_MAX):
            if work() < at_once:
                return
    except GatewayError as error:
        log.warning("the payment gateway did not do it now: %s", error)


@app.task(name="matinee.billing.collect", time_limit=300)
def collect() -> None:
    """Charge what is due, then ask again for what was left without an answer."""
    _until_done(actions.invoices_collect, actions.PAYMENTS_AT_ONCE)
    _until_done(actions.payments_ask_again, actions.PAYMENTS_AT_ONCE)


@app.task(name="matinee.billing.dun", time_limit=300)
def dun() -> None:
    """Hold and end what stays unpaid."""
    _until_done(actions.cases_step, actions.CASES_AT_ONCE)


@app.task(name="matinee.billing.tidy_payments", time_limit=300)
def tidy_payments() -> None:
    """Close pages that were left open, ask for refunds under way and for news that got lost."""
    _until_done(actions.visits_end, actions.VISITS_AT_ONCE)
    _until_done(actions.refunds_ask_again, actions.REFUNDS_AT_ONCE)
    _until_done(actions.news_ask, actions.NEWS_AT_ONCE)
    _until_done(cards_forget, CARDS_AT_ONCE)


@app.task(name="matinee.billing.tell_operator", time_limit=300)
def tell_operator() -> None:
    """Post what the operator's own systems are to be told."""
    _until_done(actions.webhooks.deliveries_make, DELIVERIES_AT_ONCE)


@app.task(name="matinee.billing.write_letters", time_limit=600)
def write_letters() -> None:
    """Write to customers what they were not told yet."""
    _until_done(actions.letters_send, actions.LETTERS_AT_ONCE)


@app.task(name="matinee.billing.prune_messages", time_limit=300)
def prune_messages() -> None:
    """Forget what they were told long ago, and what gateways told."""
    _until_done(actions.webhooks.messages_prune, 1)
    _until_done(actions.news_prune, 1)


SCHEDULE = {
    "billing.collect": {"task": "matinee.billing.collect", "schedule": 20.0},
    "billing.dun": {"task": "matinee.billing.dun", "schedule": 60.0},
    "billing.tell_operator": {"task": "matinee.billing.tell_operator", "schedule": 5.0},
    "billing.write_letters": {"task": "matinee.billing.write_letters", "schedule": 30.0},
    "billing.prune_messages": {"task": "matinee.billing.prune_messages", "schedule": 3600.0},
    "billing.tidy_payments": {"task": "matinee.billing.tidy_payments", "schedule": 300.0},
}
