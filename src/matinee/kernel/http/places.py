"""Where a caller is."""

import re
from collections.abc import Mapping

from matinee.kernel import settings

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def country(headers: Mapping[str, str]) -> str:
    """The country that the headers of a request tell (ISO 3166-1 alpha-2).

    Else the one that the service is for, or empty where nobody knows.
    """
    chosen = settings.get()
    told = headers.get(chosen.country_header, "") if chosen.country_header else ""
    code = told.strip().upper()
    return code if _COUNTRY.fullmatch(code) else chosen.country
