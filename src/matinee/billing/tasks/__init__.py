"""Periodic work of `billing`, and what an operator can send by hand."""

from uuid import UUID

from matinee.billing import actions
from matinee.billing.tasks import payments
from matinee.kernel.tasks import app, send

_BATCHES_MAX = 200
_ANNOUNCE = "matinee.billing.announce_entitlements"
_ANNOUNCE_GRANTS = "matinee.billing.announce_grants"


@app.task(name="matinee.billing.roll_subscriptions", time_limit=300)
def roll_subscriptions() -> None:
    """Renew, end or resume what is due; the next run takes what one run leaves."""
    for _ in range(_BATCHES_MAX):
        if actions.subscriptions_roll() < actions.AT_ONCE:
            break
    for _ in range(_BATCHES_MAX):
        if actions.stale_title_orders_drop() < actions.AT_ONCE:
            break


@app.task(name="matinee.billing.tell_price_changes", time_limit=300)
def tell_price_changes() -> None:
    """Give notice to those whose price was followed by another."""
    for _ in range(_BATCHES_MAX):
        if actions.price_changes_tell() < actions.AT_ONCE:
            return


@app.task(name=_ANNOUNCE, time_limit=300)
def announce_entitlements(after: str | None = None) -> None:
    """Tell every entitlement again, a page a task, for readers that lost their copy."""
    last = actions.entitlements_announce(None if after is None else UUID(after))
    if last is not None:
        send(_ANNOUNCE, {"after": str(last)})
    else:
        send(_ANNOUNCE_GRANTS, {})


@app.task(name=_ANNOUNCE_GRANTS, time_limit=300)
def announce_grants(after: str | None = None) -> None:
    """Tell again which single titles accounts may watch, a page a task."""
    last = actions.grants_announce(None if after is None else UUID(after))
    if last is not None:
        send(_ANNOUNCE_GRANTS, {"after": str(last)})


SCHEDULE = {
    **payments.SCHEDULE,
    "billing.roll_subscriptions": {"task": "matinee.billing.roll_subscriptions", "schedule": 30.0},
    "billing.tell_price_changes": {"task": "matinee.billing.tell_price_changes", "schedule": 600.0},
}
