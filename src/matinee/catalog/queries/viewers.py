"""Whose eyes titles are read with."""

from dataclasses import dataclass
from uuid import UUID

from matinee.contracts.catalog import Vantage

STAFF = ("editor", "publisher")


@dataclass(frozen=True)
class Viewer:
    """Whose eyes a title is read with.

    `ceiling_age` None: no ceiling (staff). `vantage` None: rights and ratings of places do not
    matter, as for staff and services. `account_id` tells what they have subscribed to and bought.
    `language` (BCP 47) None: a title's own words, with those
    of every language beside them.
    """

    ceiling_age: int | None
    sees_unpublished: bool = False
    vantage: Vantage | None = None
    language: str | None = None
    account_id: UUID | None = None

    @property
    def country(self) -> str:
        """Where they are (ISO 3166-1 alpha-2); empty where nobody knows or it does not matter."""
        return "" if self.vantage is None else self.vantage.country


EVERYBODY = Viewer(None)
STAFF_VIEWER = Viewer(None, sees_unpublished=True)
