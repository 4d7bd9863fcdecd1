"""A title's numbers in other people's records."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from matinee.contracts.message import Request

_EIDR = re.compile(r"10\.5240/((?:[0-9A-F]{4}-){5})([0-9A-Z])")
_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def eidr_check_sign(body: str) -> str:
    """The last sign of an EIDR by those before it: ISO 7064, MOD 37,36.

    `body` is hexadecimal digits; whatever else stands in it is skipped.
    """
    product = len(_SIGNS)
    for sign in body:
        if sign in _SIGNS:
            total = (product + _SIGNS.index(sign)) % len(_SIGNS) or len(_SIGNS)
            product = total * 2 % (len(_SIGNS) + 1)
    return _SIGNS[(1 - product) % len(_SIGNS)]


def _known_eidr(text: str) -> str:
    if not text:
        return text
    wanted = text.upper()
    found = _EIDR.fullmatch(wanted)
    if found is None:
        msg = "an EIDR looks like 10.5240/7791-8534-2C23-9030-8610-5; copy it from its record"
        raise ValueError(msg)
    if eidr_check_sign(found[1]) != found[2]:
        msg = "the last sign of this EIDR does not fit the others; look for a typing error"
        raise ValueError(msg)
    return wanted


Eidr = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=34), AfterValidator(_known_eidr)
]


class ExternalIds(Request):
    """A title's numbers elsewhere; empty where it has none."""

    eidr: Eidr = Field(default="", description="Of the abstraction: 10.5240/….-….-….-….-….-.")
    imdb: Annotated[str, StringConstraints(pattern=r"^(tt[0-9]{7,10})?$")] = ""
    tmdb: Annotated[
        str, StringConstraints(pattern=r"^((movie|tv|collection)/[1-9][0-9]{0,8})?$")
    ] = Field(default="", description="The end of its address there, such as movie/603")
