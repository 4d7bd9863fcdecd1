"""The operator at the command line: who owns this machine's secrets owns the service.

Whoever can read the secrets folder could sign any token anyhow; so a command
that runs there needs no password. Its tokens speak for the nil account, which
is nobody's and can never be signed in to.
"""

from typing import Any, TypeVar
from uuid import UUID

import httpx
from pydantic import BaseModel

from matinee.kernel import ids, settings
from matinee.kernel.clients import Client
from matinee.kernel.tokens import AccessTokens, Caller

M = TypeVar("M", bound=BaseModel)

# RFC 9562, section 5.9.
NIL_ACCOUNT = UUID(int=0)
_ADULT = 18


def operator_token() -> str:
    """A fresh access token with the owner's role; it lives as long as any other."""
    who = Caller(
        account_id=NIL_ACCOUNT,
        session_id=ids.uuid7(),
        maturity_age=_ADULT,
        roles=frozenset({"owner"}),
    )
    token, _ = AccessTokens(settings.get().secrets).issue(who)
    return token


class Operator:
    """Asks the running service in the operator's name; tokens are minted as they are needed."""

    def __init__(self, client: Client | None = None) -> None:
        self._client = client or Client(settings.get().asked_at)

    def ask(self, answer: type[M], method: str, path: str, **options: Any) -> M:
        """See `Client.ask`."""
        return self._client.ask(answer, method, path, **self._signed(options))

    def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        """See `Client.send`."""
        return self._client.send(method, path, **self._signed(options))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _signed(self, options: dict[str, Any]) -> dict[str, Any]:
        signature = {"Authorization": f"Bearer {operator_token()}"}
        return {**options, "headers": {**options.get("headers", {}), **signature}}
