"""The copy of the catalogue, read as what has changed since a number."""

from collections.abc import Iterator
from uuid import UUID

from matinee.contracts.catalog import Title
from matinee.recommendations.models import KnownTitle, Revision
from matinee.recommendations.rules.catalogue import Catalogue, Known, assemble

CATALOGUE, FIT = "catalogue", "fit"


def numbers() -> tuple[int, int]:
    """The catalogue's and the fit's number: one short query for each request."""
    found = dict(Revision.objects.values_list("name", "number"))
    return found.get(CATALOGUE, 0), found.get(FIT, 0)


def changed_since(number: int) -> Iterator[tuple[UUID, Known | None]]:
    """Titles that changed after the catalogue's `number`; None for what is gone."""
    rows = KnownTitle.objects.filter(version__gt=number).values_list("id", "version", "body")
    for title_id, version, body in rows.iterator(chunk_size=500):
        yield title_id, None if body is None else Known(Title.model_validate(body), version)


def whole() -> Catalogue:
    """The catalogue as it is now, read anew."""
    number, _ = numbers()
    return assemble(number, (known for _, known in changed_since(0) if known is not None))
