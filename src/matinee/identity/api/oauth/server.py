"""Authlib's authorization server, with what it keeps and what it hands out."""

from dataclasses import replace
from typing import Any

from authlib.oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import InvalidGrantError

from matinee.identity import queries
from matinee.identity.actions.authorizing import code_use
from matinee.identity.actions.starting import SignedIn
from matinee.identity.api.oauth.framing import Answer, Application, Asked, Asker
from matinee.identity.models import OAuthClient, Session
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.scopes import SCOPES
from matinee.kernel.tokens import ACCESS_LIFETIME, Caller


class Server(AuthorizationServer):
    """See `authlib.oauth2.AuthorizationServer`; tokens are ours, and so are errors' frames."""

    def __init__(self) -> None:
        super().__init__(scopes_supported=sorted(SCOPES))

    def query_client(self, client_id: str) -> Application | None:
        """The application of this public name."""
        row = OAuthClient.objects.filter(client_id=client_id).first()
        return None if row is None else Application(row)

    def generate_token(self, grant_type: str, client: Application, **of: Any) -> dict[str, Any]:  # noqa: ARG002 - the library's signature
        """A new session for the application, and its tokens."""
        user = of["user"]
        assert isinstance(user, Asker | SignedIn)  # noqa: S101 - what our grants hand over
        if isinstance(user, SignedIn):
            return tokens(user, of.get("scope"))
        if user.code is None:
            raise InvalidGrantError
        return tokens(code_use(user.code, user.device))

    def save_token(self, token: dict[str, Any], request: Asked) -> None:
        """Nothing: the session was kept when it was made."""

    def create_oauth2_request(self, request: Asked) -> Asked:
        """Requests come framed already."""
        return request

    def handle_response(self, status: int, body: Any, headers: Any) -> Answer:
        """As a value, which the operations send."""
        return Answer(status, body, list(headers))

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""


def tokens(signed_in: SignedIn, scope: str | None = None) -> dict[str, Any]:
    """The tokens of an application's session; `scope` where it wants less than it may."""
    token, _ = access_tokens().issue(_narrowed(signed_in.session, scope))
    return {
        "access_token": token,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIFETIME.total_seconds()),
        "refresh_token": signed_in.secret,
        "scope": scope or signed_in.session.scope,
    }


def _narrowed(session: Session, scope: str | None) -> Caller:
    who = queries.caller_of(session, queries.household_of(session.account_id))
    return who if scope is None else replace(who, scopes=frozenset(scope.split()))
