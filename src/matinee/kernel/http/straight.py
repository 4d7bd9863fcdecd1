"""Operations that crowds ask for, answered without a framework's request around them.

Flask gives each request two contexts, a session, a route and signals, and finds them anew whenever
anything of it is asked for: that takes as long as it takes to decide a press of play. A request
that is as it should be (its very address, a token that opens it, a body that is valid) comes to
its operation straight from the server. Whatever else comes is Flask's, which says what is wrong,
and so is every error of an operation: what is answered to them is said in one place. Of Django's
operations see `django_straight`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import from_json
from werkzeug.wsgi import get_host

from matinee.kernel.access import Access
from matinee.kernel.http import callers, places
from matinee.kernel.http.errand_edge import ROUTE
from matinee.kernel.tokens import Caller

JSON = "application/json"
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Asked:
    """What an operation is told of a request, whoever took it in."""

    caller: Caller
    environ: dict[str, Any]
    """As the server made it (PEP 3333)."""

    def get(self, name: str, default: str = "", /) -> str:
        """What a header says, or `default`."""
        told: str = self.environ.get(f"HTTP_{name.upper().replace('-', '_')}", default)
        return told

    @property
    def country(self) -> str:
        """Where the caller is (ISO 3166-1 alpha-2), or empty where nobody knows."""
        return places.country(self)

    @property
    def host(self) -> str:
        """The host that was asked, in the caller's own words; empty where that can be none."""
        return get_host(self.environ)

    @property
    def scheme(self) -> str:
        """How this process was reached: http or https."""
        told: str = self.environ["wsgi.url_scheme"]
        return told


class Written(NamedTuple):
    """An answer, ready to go out."""

    body: bytes
    status: int = 200
    headers: Sequence[tuple[str, str]] = (("Cache-Control", "no-store"),)

    def send(self, start_response: Any) -> list[bytes]:
        """Hand it to the server."""
        headers = list(self.headers)
        if self.status not in _WITHOUT_BODY:
            headers += (("Content-Type", JSON), ("Content-Length", str(len(self.body))))
        start_response(_STATUS_LINES[self.status], headers)
        return [self.body]


def written(message: BaseModel, status: int = 200) -> Written:
    """A message as the JSON body of an answer that stays out of every cache."""
    return Written(message.model_dump_json(by_alias=True).encode(), status)


@dataclass(frozen=True, slots=True)
class Straight:
    """An operation at one address; `reads` is what its body is to be, None where it has none."""

    path: str
    allowed: Access
    reads: type[BaseModel] | None
    run: Callable[..., Written]

    def answer(self, environ: dict[str, Any], body_bytes_max: int) -> Written | None:
        """The answer; None where the body is not what is read here. Raises what Flask answers."""
        header = environ.get("HTTP_AUTHORIZATION")
        caller = callers.caller_of(header, environ["REQUEST_METHOD"], self.path)
        self.allowed.check(caller)
        asked = Asked(caller, environ)
        environ[ROUTE] = self.path
        if self.reads is None:
            return self.run(asked)
        body = body_of(environ, self.reads, body_bytes_max)
        return None if body is None else self.run(asked, body)


def body_of(environ: dict[str, Any], kind: type[BaseModel], bytes_max: int) -> BaseModel | None:
    """A body that is plain JSON of its kind; whoever comes after finds it unread."""
    length = environ.get("CONTENT_LENGTH") or ""
    is_plain = environ.get("CONTENT_TYPE") == JSON and length.isascii() and length.isdecimal()
    if not is_plain or int(length) > bytes_max or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    told = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(told)
    try:
        return kind.model_validate(from_json(told))
    except ValueError:
        return None
