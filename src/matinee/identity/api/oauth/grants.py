"""The grants: a code with PKCE, a refresh secret, a television's code; and taking leave back."""

from typing import Any, NamedTuple

from authlib.oauth2.rfc6749 import AccessDeniedError, InvalidGrantError, InvalidRequestError, grants
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc8628 import (
    AuthorizationPendingError,
    DeviceCodeGrant,
    ExpiredTokenError,
    SlowDownError,
)

from matinee.identity.actions import authorizing, televisions
from matinee.identity.actions.sessions import session_refresh
from matinee.identity.actions.starting import SignedIn
from matinee.identity.api.oauth.framing import Application, Asked, Asker, Opening, Refreshing
from matinee.identity.api.oauth.server import Server
from matinee.identity.models import Session
from matinee.kernel.http.django_edge import access_tokens
from matinee.kernel.problems import Problem

# All access tokens speak to it.
_ANY_SERVICE = "identity"
_UNANSWERED = {
    "waiting": AuthorizationPendingError,
    "too_quick": SlowDownError,
    "refused": AccessDeniedError,
    "expired": ExpiredTokenError,
}
METHODS = ["client_secret_basic", "client_secret_post", "none"]


class OnlyS256(CodeChallenge):
    """PKCE (RFC 7636) for everybody, by its safe method alone."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a request without a challenge, which the library lets confidential clients do."""
        given = grant.request.payload.data
        if not given.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        if given.get("code_challenge_method") != "S256":
            raise InvalidRequestError("'code_challenge_method' must be S256")
        super().validate_code_challenge(grant, redirect_uri)

    def get_authorization_code_challenge(self, authorization_code: Opening) -> str:
        """What was sent with the request."""
        return authorization_code.row.challenge

    def get_authorization_code_challenge_method(self, authorization_code: Opening) -> str:  # noqa: ARG002 - the library's signature
        """Always the same."""
        return "S256"


class CodeGrant(grants.AuthorizationCodeGrant):
    """RFC 6749, section 4.1."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def generate_authorization_code(self) -> str:
        """A code for whoever consents."""
        asked = self.request.payload.data
        wish = authorizing.Request(
            self.request.client.row,
            asked["redirect_uri"],
            self.request.scope,
            asked["code_challenge"],
        )
        return authorizing.code_make(self.request.user.caller, wish)

    def save_authorization_code(self, code: str, request: Asked) -> None:
        """Nothing: it was kept when it was made."""

    def query_authorization_code(self, code: str, client: Application) -> Opening | None:
        """A code that still opens."""
        row = authorizing.code_find(code, client.row)
        return None if row is None else Opening(row)

    def authenticate_user(self, authorization_code: Opening) -> Asker:
        """Whoever consented."""
        return Asker(code=authorization_code.row, device=self.request.device)

    def delete_authorization_code(self, authorization_code: Opening) -> None:
        """Nothing: it is kept, to be known if it comes again."""


class RefreshGrant(grants.RefreshTokenGrant):
    """RFC 6749, section 6; the secret changes each time, see `rules.refreshing`."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS
    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Refreshing | None:
        """Whose it is; whether it is still good is seen when it is used up."""
        session = authorizing.session_of_client(refresh_token, self.request.client.row)
        return None if session is None else Refreshing(session, refresh_token)

    def authenticate_user(self, refresh_token: Refreshing) -> SignedIn:
        """Use the secret up."""
        try:
            return session_refresh(refresh_token.secret, None, self.request.device)
        except Problem as problem:
            raise InvalidGrantError("This refresh token is over.") from problem

    def revoke_old_credential(self, refresh_token: Refreshing) -> None:
        """Nothing: it is used up already."""


class TelevisionGrant(DeviceCodeGrant):
    """RFC 8628, section 3.4."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS

    def authenticate_token_endpoint_client(self) -> Application:
        """Who asks; the library tells the grant only later."""
        asking: Application = super().authenticate_token_endpoint_client()
        self.asking = asking
        return asking

    def query_device_credential(self, device_code: str) -> "Waiting":
        """What `validate_device_credential` looks at."""
        return Waiting(device_code, self.asking)

    def validate_device_credential(self, credential: "Waiting") -> SignedIn:
        """The session that comes of it; section 3.5 has the answers until then."""
        polled = televisions.device_poll(
            credential.device_code, self.request.device, self.asking.row.pk
        )
        if polled.signed_in is not None:
            return polled.signed_in
        raise _UNANSWERED[polled.poll.outcome]


class Waiting(NamedTuple):
    """A device code that an application shows: one of another application is none."""

    device_code: str
    client: Application

    def get_client_id(self) -> str:
        """Whoever shows it."""
        return self.client.get_client_id()

    def get_scope(self) -> None:
        """None: what it was given leave for stands in its session."""
        return


class Revocation(RevocationEndpoint):
    """RFC 7009: either token ends the session."""

    CLIENT_AUTH_METHODS = METHODS

    def authenticate_token(self, request: Asked, client: Application) -> Session | None:
        """The session of a token of this client; None when it is over, which is as good."""
        self.check_params(request, client)
        token = request.form["token"]
        return authorizing.session_of_client(token, client.row) or _by_access(token, client)

    def revoke_token(self, token: Session, request: Asked) -> None:  # noqa: ARG002 - the library's signature
        """End the session."""
        authorizing.session_end_of_client(token)


def _by_access(token: str, client: Application) -> Session | None:
    try:
        who = access_tokens().verify(token, _ANY_SERVICE)
    except Problem:
        return None
    return Session.objects.filter(pk=who.session_id, client=client.row).first()


def made() -> Server:
    """The server with its grants."""
    server = Server()
    server.register_grant(CodeGrant, [OnlyS256(required=True)])
    server.register_grant(RefreshGrant)
    server.register_grant(TelevisionGrant)
    server.register_endpoint(Revocation)
    return server
