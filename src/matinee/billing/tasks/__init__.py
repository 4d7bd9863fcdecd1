"""Periodic work of `billing`, and what an operator can send by hand."""

from matinee.billing import actions
from matinee.billing.actions.retelling import retelling_go_on
from matinee.billing.tasks import payments
from matinee.kernel.tasks import app

_BATCHES_MAX = 200
_RETELL_EVERY_S = 60.0


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


@app.task(name="matinee.billing.retell", time_limit=300, expires=_RETELL_EVERY_S)
def retell() -> None:
    """Tell again what accounts may watch, where that is due; the next run takes what is left."""
    for _ in range(_BATCHES_MAX):
        if retelling_go_on() == 0:
            return


SCHEDULE = {
    **payments.SCHEDULE,
    "billing.roll_subscriptions": {"task": "matinee.billing.roll_subscriptions", "schedule": 30.0},
    "billing.retell": {
        "task": "matinee.billing.retell",
        "schedule": _RETELL_EVERY_S,
        "options": {"expires": _RETELL_EVERY_S},
    },
    "billing.tell_price_changes": {"task": "matinee.billing.tell_price_changes", "schedule": 600.0},
}
