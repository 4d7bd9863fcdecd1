"""When an endpoint that did not take a message is tried again.

The times are those that Standard Webhooks recommends (section "Retries"): about three days.
"""

from datetime import timedelta

_AFTER_S = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
TRIES_MAX = len(_AFTER_S) + 1


def wait_after(tries: int) -> timedelta | None:
    """How long to wait after so many tries; None: no more."""
    return timedelta(seconds=_AFTER_S[tries - 1]) if 0 < tries < TRIES_MAX else None
