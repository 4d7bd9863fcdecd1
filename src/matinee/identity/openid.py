"""Asking an external provider who somebody is: OpenID Connect, by authorization code with PKCE.

Sources: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9700, section 2.1. Providers are
asked through `kernel.outbound`, so that none can lead us into a private network.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jwt
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from pydantic import BaseModel, ConfigDict, ValidationError

from matinee.identity.settings import Provider
from matinee.kernel import clock, outbound, settings
from matinee.kernel.problems import Forbidden, Unavailable

_ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
_LEEWAY_S = 60
_DOCUMENT_BYTES_MAX = 256 * 1024
_REMEMBERED_S = 600
_TIMEOUT_S = (outbound.CONNECT_TIMEOUT_S, outbound.READ_TIMEOUT_S)


@dataclass(frozen=True)
class Visit:
    """What a visit is bound to: where it comes back to, and its own secrets."""

    back: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Person:
    """Who somebody is at a provider: `subject` within `issuer`, for ever."""

    issuer: str
    subject: str
    email: str
    name: str


class _Metadata(BaseModel):
    """What a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    model_config = ConfigDict(frozen=True)

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


def address(provider: Provider, visit: Visit, state: str) -> str:
    """Where a browser goes to say who is there; Unavailable while the provider is away."""
    found = _metadata(provider)
    with _client(provider, visit) as client:
        url, _ = client.create_authorization_url(
            found.authorization_endpoint,
            state=state,
            nonce=visit.nonce,
            code_verifier=visit.verifier,
        )
    return str(url)


def person(provider: Provider, visit: Visit, code: str) -> Person:
    """Who came back with `code`; Forbidden when the provider does not vouch for it."""
    found = _metadata(provider)
    try:
        with _client(provider, visit) as client:
            answer = client.fetch_token(
                found.token_endpoint,
                grant_type="authorization_code",
                code=code,
                code_verifier=visit.verifier,
                timeout=_TIMEOUT_S,
            )
        claims = _claims(provider, found, str(answer.get("id_token", "")))
    except requests.RequestException as error:
        raise _away(provider) from error
    except (OAuthError, jwt.PyJWTError, ValueError) as error:
        raise _not_vouched(provider) from error
    if claims.get("nonce") != visit.nonce or not claims["sub"]:
        raise _not_vouched(provider)
    is_verified = claims.get("email_verified") is True
    return Person(
        issuer=found.issuer,
        subject=str(claims["sub"]),
        email=str(claims.get("email", "")) if is_verified else "",
        name=str(claims.get("given_name") or claims.get("name") or ""),
    )


def _claims(provider: Provider, found: _Metadata, id_token: str) -> dict[str, Any]:
    """The claims of an ID token, checked as section 3.1.3.7 of the Core says."""
    claims: dict[str, Any] = jwt.decode(
        id_token,
        _key(found, jwt.get_unverified_header(id_token)),
        algorithms=_ALGORITHMS,
        audience=provider.client_id,
        issuer=found.issuer,
        leeway=_LEEWAY_S,
        options={"require": ["iss", "sub", "aud", "exp", "iat"]},
    )
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise jwt.InvalidTokenError
    return claims


def _key(found: _Metadata, head: dict[str, Any]) -> jwt.PyJWK:
    """The provider's key that a token names; asked for anew when it is a new one."""
    for turn in (_turn(), clock.monotonic_s()):
        keys = _key_set(found.jwks_uri, turn).keys
        named = [key for key in keys if key.key_id == head.get("kid")]
        if named:
            return named[0]
        if head.get("kid") is None and len(keys) == 1:
            return keys[0]
    raise jwt.InvalidTokenError


def _client(provider: Provider, visit: Visit) -> OAuth2Session:
    secret = settings.get().secrets / f"provider_{provider.id}_secret"
    client = OAuth2Session(
        client_id=provider.client_id,
        client_secret=secret.read_text().strip() if secret.exists() else None,
        scope="openid email profile",
        redirect_uri=visit.back,
        code_challenge_method="S256",
    )
    outbound.guard(client)
    return client


def _metadata(provider: Provider) -> _Metadata:
    """What a provider says of itself; Unavailable while it does not, or says it of another."""
    try:
        return _discovered(provider.issuer, _turn())
    except (requests.RequestException, ValidationError, ValueError) as error:
        raise _away(provider) from error


@lru_cache(maxsize=16)
def _discovered(issuer: str, _turn: float) -> _Metadata:
    document = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    found = _Metadata.model_validate(document)
    if found.issuer != issuer:
        msg = f"{issuer} says that it is {found.issuer}"
        raise ValueError(msg)
    return found


@lru_cache(maxsize=16)
def _key_set(url: str, _turn: float) -> jwt.PyJWKSet:
    return jwt.PyJWKSet.from_dict(_document(url))


def _document(url: str) -> dict[str, Any]:
    """A JSON object of a provider's, of at most 256 KiB."""
    with (
        outbound.session() as session,
        session.get(url, timeout=_TIMEOUT_S, allow_redirects=False, stream=True) as answer,
    ):
        answer.raise_for_status()
        text = answer.raw.read(_DOCUMENT_BYTES_MAX, decode_content=True)
    return dict(json.loads(text))


def _turn() -> float:
    """The number of the present ten minutes: as long as what a provider says is remembered."""
    return clock.monotonic_s() // _REMEMBERED_S


def _away(provider: Provider) -> Unavailable:
    detail = f"{provider.name} does not answer just now. Try again soon, or sign in another way."
    return Unavailable("provider_away", detail)


def _not_vouched(provider: Provider) -> Forbidden:
    detail = f"{provider.name} did not confirm who you are. Please begin again."
    return Forbidden("provider_refused", detail)
