"""The copy of the catalogue, read as what has changed since a number."""

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID

from matinee.contracts.catalog import EditorialRow, Title
from matinee.contracts.catalog.labels import LabelNames
from matinee.contracts.experiments import Running
from matinee.recommendations.models import (
    ExperimentsCopy,
    KnownTitle,
    LabelsCopy,
    OfferedTitle,
    Programme,
    Revision,
)
from matinee.recommendations.rules.catalogue import Catalogue, Known, assemble

CATALOGUE, FIT, PROGRAMME, POLICIES = "catalogue", "fit", "programme", "policies"
EXPERIMENTS, OFFERS, LABELS = "experiments", "offers", "labels"


class Numbers(NamedTuple):
    """What web processes hold in memory, by the number of its last change."""

    catalogue: int
    fit: int
    programme: int
    policies: int
    experiments: int
    offers: int = 0
    labels: int = 0


def numbers() -> Numbers:
    """The numbers as they are now, in one short query."""
    found = dict(Revision.objects.values_list("name", "number"))
    names = (CATALOGUE, FIT, PROGRAMME, POLICIES, EXPERIMENTS, OFFERS, LABELS)
    return Numbers(*(found.get(name, 0) for name in names))


def programme() -> tuple[EditorialRow, ...]:
    """The rows that the operator puts on home pages."""
    found = Programme.objects.filter(pk=PROGRAMME).values_list("rows", flat=True).first()
    return tuple(EditorialRow.model_validate(row) for row in found or ())


def running() -> Running:
    """What experiments vary on viewers now, and what was adopted from earlier ones."""
    kept = ExperimentsCopy.objects.filter(pk=EXPERIMENTS).values_list("running", flat=True).first()
    return Running() if kept is None else Running.model_validate(kept)


def offers() -> frozenset[UUID]:
    """The titles that can be rented or bought alone."""
    offered = OfferedTitle.objects.filter(offered=True)
    return frozenset(offered.values_list("pk", flat=True))


def labels() -> tuple[LabelNames, ...]:
    """What genres, moods and keywords are called in other languages."""
    found = LabelsCopy.objects.filter(pk=LABELS).values_list("labels", flat=True).first()
    return tuple(LabelNames.model_validate(one) for one in found or ())


def changed_since(number: int) -> Iterator[tuple[UUID, Known | None]]:
    """Titles that changed after the catalogue's `number`; None for what is gone."""
    rows = KnownTitle.objects.filter(version__gt=number).values_list("id", "version", "body")
    for title_id, version, body in rows.iterator(chunk_size=500):
        yield title_id, None if body is None else Known(Title.model_validate(body), version)


def whole() -> Catalogue:
    """The catalogue as it is now, read anew."""
    return assemble(
        numbers().catalogue, (known for _, known in changed_since(0) if known is not None)
    )
