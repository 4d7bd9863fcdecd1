"""API tokens at every edge: what programs of the staff's show as a bearer token.

Such a token is a secret without content. An edge that is shown one exchanges it at `identity`
for an access token, which it keeps until that is over and checks like any other: a token that
is ended, or whose owner loses their roles, works nowhere within seconds.
"""

import hashlib
import threading
from collections import OrderedDict
from datetime import datetime, timedelta

from pydantic import BaseModel

from matinee.kernel import asking, clock, settings, stores

PREFIX = "mat_"
PATH = "/api/identity/api-tokens/exchange"
# Enough for the request that an access token is taken for.
_LEFT = timedelta(seconds=60)
_KEPT_MAX = 1024
_MINUTE_S = 60


class AccessGrant(BaseModel):
    """What an API token is exchanged for."""

    access_token: str
    expires_at: datetime


_lock = threading.Lock()
_kept: OrderedDict[str, AccessGrant] = OrderedDict()


def is_one(token: str) -> bool:
    """Whether it is an API token; whether it is right, is another question."""
    return token.startswith(PREFIX)


def access_token_for(token: str) -> str:
    """The access token that an API token stands for.

    NotSignedIn where it stands for none, TooMany where its program asks too often, Unavailable
    while `identity` does not answer.
    """
    digest = _digest(token)
    stores.limit("api_token", digest, settings.get().api_token_requests_per_minute, _MINUTE_S)
    with _lock:
        known = _kept.get(digest)
    if known is None or known.expires_at < clock.now() + _LEFT:
        known = _exchanged(token)
        with _lock:
            _kept[digest] = known
            _kept.move_to_end(digest)
            while len(_kept) > _KEPT_MAX:
                _kept.popitem(last=False)
    return known.access_token


def forget(token: str) -> None:
    """Exchange it anew next time: what it stood for has ended."""
    with _lock:
        _kept.pop(_digest(token), None)


def _exchanged(token: str) -> AccessGrant:
    with asking.reached() as client:
        return client.ask(AccessGrant, "POST", PATH, json={"token": token})


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
