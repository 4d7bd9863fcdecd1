"""Messages of `identity`: PINs, rating systems, and a profile that becomes an account."""

from typing import Annotated

from pydantic import EmailStr, StringConstraints

from matinee.contracts.identity import MaturityAge, Password, Pin
from matinee.contracts.message import Message, Request


class NewPin(Request):
    """Four digits."""

    pin: Pin


class RatingStep(Message):
    """A mark of a rating system, and the age from which it lets somebody watch."""

    name: str
    age: MaturityAge


class RatingSystem(Message):
    """How films are rated somewhere; `territories` are ISO 3166-1 alpha-2."""

    code: str
    name: str
    territories: list[str]
    steps: list[RatingStep]


class Ratings(Message):
    """Every rating system, and the code of the one where the caller is."""

    own: str
    systems: list[RatingSystem]


class ProfileMove(Request):
    """To whom a profile is to belong: the address gets a letter."""

    email: EmailStr


class ProfileMoveAccept(Request):
    """Takes a profile over into a new account, by the code of the letter."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    password: Password
