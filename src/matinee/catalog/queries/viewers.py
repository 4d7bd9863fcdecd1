"""Whose eyes titles are read with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from matinee.contracts.catalog import Vantage
from matinee.contracts.catalog.labels import LabelKind, named

STAFF = ("editor", "publisher")


@dataclass(frozen=True)
class Viewer:
    """Whose eyes a title is read with.

    `ceiling_age` None: no ceiling (staff). `vantage` None: rights and ratings of places do not
    matter, as for staff and services. `account_id` tells what they have subscribed to and bought.
    `language` (BCP 47) None: a title's own words, with those
    of every language beside them; `labels` is what genres and moods are called in it.
    """

    ceiling_age: int | None
    sees_unpublished: bool = False
    vantage: Vantage | None = None
    language: str | None = None
    account_id: UUID | None = None
    labels: Mapping[tuple[LabelKind, str], str] = field(default_factory=dict, hash=False)

    @property
    def country(self) -> str:
        """Where they are (ISO 3166-1 alpha-2); empty where nobody knows or it does not matter."""
        return "" if self.vantage is None else self.vantage.country

    def reads(self, kind: LabelKind, labels: Sequence[str]) -> list[str]:
        """Genres or moods as they are called in the viewer's language."""
        return named(kind, labels, self.labels) if self.labels else list(labels)


EVERYBODY = Viewer(None)
STAFF_VIEWER = Viewer(None, sees_unpublished=True)
