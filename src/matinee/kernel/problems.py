"""Errors that a client is told: RFC 9457 problems with a stable code.

Problem
├── BadRequest      400  cannot be understood
├── NotSignedIn     401  no valid access token
├── PaymentRequired 402  needs a subscription
├── Forbidden       403  known, but not allowed
├── NotFound        404  no such thing, or not for this caller
├── WrongMethod     405  this address does not take that method
├── Conflict        409  does not go with what is there now
├── Gone            410  was there, is no more
├── TooLarge        413  over a limit of size
├── Unprocessable   422  understood, but a value is wrong
├── TooMany         429  slower, please: `retry_after_s`
└── Unavailable     503  a part that is needed does not answer
"""

from typing import ClassVar

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem
    """A failure with a `code` for programs and a `detail` that tells a person what to do."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Something went wrong"

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.extra = extra
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, object]:
        """The members of the problem document (RFC 9457, section 3.1)."""
        return {
            "type": f"urn:matinee:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            **self.extra,
        }


class BadRequest(Problem):
    """The request cannot be understood."""

    status = 400
    title = "Bad request"


class NotSignedIn(Problem):
    """There is no valid access token."""

    status = 401
    title = "Not signed in"

    def __init__(self, code: str, detail: str, **extra: object) -> None:
        super().__init__(code, detail, **extra)
        self.headers["WWW-Authenticate"] = "Bearer"


class PaymentRequired(Problem):
    """A subscription is needed."""

    status = 402
    title = "Subscription needed"


class Forbidden(Problem):
    """The caller is known but may not do this."""

    status = 403
    title = "Not allowed"


class NotFound(Problem):
    """There is no such thing, or none that this caller may see."""

    status = 404
    title = "Not found"


class WrongMethod(Problem):
    """The address does not take that method."""

    status = 405
    title = "Wrong method"


class Conflict(Problem):
    """The request does not go with what is there now."""

    status = 409
    title = "Conflict"


class Gone(Problem):
    """It was there and is no more."""

    status = 410
    title = "Gone"


class TooLarge(Problem):
    """The body is over the limit."""

    status = 413
    title = "Too large"


class Unprocessable(Problem):
    """A value is wrong; `errors` says which."""

    status = 422
    title = "Invalid value"


class TooMany(Problem):
    """Too many requests or too many of something at once."""

    status = 429
    title = "Too many"

    def __init__(self, code: str, detail: str, retry_after_s: int, **extra: object) -> None:
        super().__init__(code, detail, **extra)
        self.headers["Retry-After"] = str(retry_after_s)


class Unavailable(Problem):
    """A part that is needed does not answer just now."""

    status = 503
    title = "Unavailable"

    def __init__(self, code: str, detail: str, retry_after_s: int = 5, **extra: object) -> None:
        super().__init__(code, detail, **extra)
        self.headers["Retry-After"] = str(retry_after_s)


def wrong_values(errors: list[dict[str, object]]) -> Unprocessable:
    """The problem for a value that failed validation; `errors` as pydantic gives them."""
    places = [
        {"at": ".".join(str(part) for part in _tuple(error.get("loc"))), "why": error.get("msg")}
        for error in errors
    ]
    detail = "; ".join(f"{place['at']}: {place['why']}" for place in places[:5])
    return Unprocessable("invalid", detail or "The request has a wrong value.", errors=places)


def away() -> Unavailable:
    """The problem for a database or a store that does not answer."""
    detail = "This does not work just now. Please try again soon."
    return Unavailable("database_down", detail)


def unkept_value() -> Unprocessable:
    """The problem for a value that no table takes: a character that is none, a number too large."""
    detail = "A text holds a character that cannot be kept, or a number is too large. Correct it."
    return Unprocessable("invalid", detail)


def _tuple(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else ()
