"""Messages of `identity`: PINs, rating systems, and a profile that becomes an account."""

from typing import Annotated

from pydantic import EmailStr, StringConstraints

from matinee.contracts.identity import Password, Pin
from matinee.contracts.message import Message, Request
from matinee.contracts.ratings import RatingSystem


class NewPin(Request):
    """Four digits."""

    pin: Pin


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
