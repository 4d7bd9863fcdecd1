"""How Authlib sees our requests, our applications, and what they hold."""

import hmac
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from authlib.oauth2.rfc6749 import ClientMixin, InvalidRequestError, OAuth2Payload, OAuth2Request

from matinee.identity import rules
from matinee.identity.models import AuthorizationCode, OAuthClient, Session
from matinee.identity.rules.devices import Device
from matinee.kernel.tokens import Caller

# What an answer may repeat in its description (RFC 6749, section 5.2), and more than any needs.
_SAYABLE = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]{0,2000}")
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Answer(NamedTuple):
    """What Authlib wants to be answered."""

    status: int
    body: Any
    headers: list[tuple[str, str]]


class Parameters(OAuth2Payload):
    """The parameters of a request; InvalidRequestError for what no honest client sends."""

    def __init__(self, values: Mapping[str, Sequence[str]]) -> None:
        for name, given in values.items():
            if not all(_SAYABLE.fullmatch(each) for each in (name, *given)):
                raise InvalidRequestError("A parameter holds what none may hold.")
        self._lists = defaultdict(list, {name: list(given) for name, given in values.items()})

    @property
    def data(self) -> dict[str, str]:
        """The last value of each."""
        return {name: given[-1] for name, given in self._lists.items()}

    @property
    def datalist(self) -> "defaultdict[str, list[str]]":
        """All values of each."""
        return self._lists


class Origin(NamedTuple):
    """Who sends a request: its headers, and the device that an application runs on."""

    headers: dict[str, str]
    device: Device


class Asked(OAuth2Request):
    """A request to one of the protocol's addresses; parameters only come in its body."""

    def __init__(self, uri: str, parameters: Parameters, origin: Origin) -> None:
        super().__init__("POST", uri, headers=origin.headers)
        self.payload, self.device = parameters, origin.device

    @property
    def form(self) -> dict[str, str]:
        """The body's parameters."""
        told: dict[str, str] = self.payload.data
        return told

    args = form


@dataclass(frozen=True)
class Asker:
    """On whose behalf codes and tokens are made: who consents, or the code that they gave."""

    caller: Caller | None = None
    code: AuthorizationCode | None = None
    device: Device | None = None


class Application(ClientMixin):
    """A registered application."""

    def __init__(self, row: OAuthClient) -> None:
        self.row = row

    def get_client_id(self) -> str:
        """See ClientMixin, here and below."""
        return self.row.client_id

    def get_default_redirect_uri(self) -> None:
        """None: an application says where to."""
        return

    def get_allowed_scope(self, scope: str | None) -> str | None:
        """What it asks for, if it was registered for all of that."""
        if not scope:
            return " ".join(self.row.scopes)
        wanted = set(scope.split())
        return " ".join(sorted(wanted)) if wanted <= set(self.row.scopes) else None

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """To the letter."""
        return redirect_uri in self.row.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """Whether it is the one that was shown at its registration."""
        kept = self.row.secret_sha256
        return kept is not None and hmac.compare_digest(bytes(kept), rules.digest(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - the library's signature
        """A public one has nothing to show, every other one must."""
        return (method == "none") == (self.row.secret_sha256 is None)

    def check_response_type(self, response_type: str) -> bool:
        """Only codes, and only where there is an address for them."""
        return response_type == "code" and bool(self.row.redirect_uris)

    def check_grant_type(self, grant_type: str) -> bool:
        """What it was registered for."""
        ways = {"refresh_token": True, "authorization_code": bool(self.row.redirect_uris)}
        return ways.get(grant_type, grant_type == DEVICE_GRANT and self.row.is_device)


class Opening(NamedTuple):
    """A code that an application shows."""

    row: AuthorizationCode

    def get_redirect_uri(self) -> str:
        """Where it was sent to."""
        return self.row.redirect_uri

    def get_scope(self) -> str:
        """What it opens."""
        return self.row.scope


class Refreshing(NamedTuple):
    """A refresh secret that an application shows."""

    session: Session
    secret: str

    def check_client(self, client: Application) -> bool:
        """Whether it was given to this one."""
        return self.session.client_id == client.row.pk

    def get_scope(self) -> str:
        """What it was given leave for."""
        return self.session.scope
