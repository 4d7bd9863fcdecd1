"""What tests of second factors do over and over: an app, setting it up, and signing in with it."""

import json
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from matinee.identity.rules import codes
from matinee.kernel import clock
from matinee.kernel.http.django_edge import access_tokens
from tests.identity.conftest import Visitor

ADA = "ada@example.org"


class Phone:
    """An authenticator app."""

    def __init__(self, secret: str) -> None:
        self._totp = TOTP(codes.totp_key(secret), 6, SHA1(), 30)  # noqa: S303 - as apps do

    def shows(self) -> str:
        """The six digits of now."""
        return self._totp.generate(int(clock.unix_s())).decode()


def body(answer: Any, status: int = 200) -> dict[str, Any]:
    """What an answer says."""
    assert answer.status_code == status, answer.content
    return dict(json.loads(answer.content))


def enrol(visitor: Visitor) -> tuple[Phone, list[str]]:
    """Set an app up in a browser that has just signed in; its recovery codes."""
    draft = body(visitor.send("POST", "totp"))
    phone = Phone(draft["secret"])
    assert draft["secret"] in draft["uri"]
    assert draft["qr_svg"].startswith("data:image/svg+xml")
    added = body(visitor.send("POST", "totp/confirm", {"code": phone.shows()}))
    visitor.token = added["session"]["access_token"]
    return phone, added["codes"]


def second(visitor: Visitor, **shown: str) -> Any:
    """Sign in by password and show a second factor; the answer to the latter."""
    asked = body(visitor.sign_in(ADA), 202)
    return visitor.send("POST", "sign-in/second", {"ticket": asked["ticket"], **shown})


def roles_of(session: Any) -> frozenset[str]:
    """The roles in a session's access token."""
    return access_tokens().verify(session.access_token, "identity").roles


def code_of(answer: Any, status: int) -> str:
    """The code of a problem answer."""
    return str(body(answer, status)["code"])
