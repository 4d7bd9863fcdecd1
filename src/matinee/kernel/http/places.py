"""Where a caller is."""

import re
from typing import Protocol

from matinee.kernel import settings

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


class Headers(Protocol):
    """The headers of a request, by names in any letter case."""

    def get(self, name: str, default: str, /) -> str:
        """What a header says, or `default`."""


def country(headers: Headers) -> str:
    """The country that the headers of a request tell (ISO 3166-1 alpha-2).

    Else the one that the service is for, or empty where nobody knows.
    """
    chosen = settings.get()
    told = headers.get(chosen.country_header, "") if chosen.country_header else ""
    code = told.strip().upper()
    return code if _COUNTRY.fullmatch(code) else chosen.country
