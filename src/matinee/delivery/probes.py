"""Asking edges how they are, all at once and each within its time."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

import httpx

from matinee.contracts.delivery import Edge
from matinee.delivery import settings
from matinee.delivery.agent.control import trust
from matinee.delivery.authority import AUTHORITY_FILE
from matinee.kernel import clock
from matinee.kernel import settings as shared_settings

_AT_ONCE = 32
_PATH = "/edge/health"


def answers_ms(edges: Iterable[Edge]) -> dict[str, float | None]:
    """How long each edge took to say that it is well; None if it did not.

    The time includes connecting, as it does for a player's first request.
    """
    asked = list(edges)
    own = settings.get()
    own_url = own.own_edge_url or shared_settings.get().url
    with (
        httpx.Client(
            timeout=own.check_timeout_s,
            limits=httpx.Limits(max_keepalive_connections=0),
            verify=trust(shared_settings.get().secrets / AUTHORITY_FILE),
            trust_env=False,  # a proxy of the worker's lies on no viewer's way
        ) as client,
        ThreadPoolExecutor(max_workers=_AT_ONCE) as pool,
    ):
        urls = [(edge.base_url or own_url) + _PATH for edge in asked]
        times = pool.map(lambda url: _answer_ms(client, url, own.check_timeout_s), urls)
        return dict(zip((edge.id for edge in asked), times, strict=True))


def _answer_ms(client: httpx.Client, url: str, timeout_s: float) -> float | None:
    started_s = clock.monotonic_s()
    try:
        # The body is not read: however long it is, the status says all.
        with client.stream("GET", url) as response:
            is_well = response.is_success
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError):
        return None
    took_s = clock.monotonic_s() - started_s
    # The client's time-out bounds each read, not the whole.
    return took_s * 1000 if is_well and took_s <= timeout_s else None
