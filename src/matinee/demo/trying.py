"""What the demo tries on its made-up viewers: shorter pages, begun some weeks ago."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from matinee.contracts.experiments import ProfileExposed, assigned
from matinee.contracts.experiments.running import Running
from matinee.contracts.experiments.studio import ExperimentDraft, VariantDraft
from matinee.demo import personas
from matinee.demo.personas import Persona

# Long enough ago that what came of it is known.
BEGAN_BEFORE: Final = timedelta(days=21)
_SHORT = 8

DRAFT: Final = ExperimentDraft(
    name="Shorter pages",
    hypothesis="Who sees fewer rows decides sooner, and watches more.",
    layer="rows",
    outcome="plays",
    variants=[
        VariantDraft(name="As usual"),
        VariantDraft(name=f"{_SHORT} rows", settings={"rows.rows_max": _SHORT}),
    ],
)


def exposed(
    experiment_id: UUID, running: Running, people: Sequence[Persona], began_at: datetime
) -> Iterator[ProfileExposed]:
    """That people were shown their variants, each on the first evening that they came."""
    for persona in people:
        own = assigned(running, DRAFT.layer, persona.profile_id)
        if own is not None and own.experiment.id == experiment_id:
            yield ProfileExposed(
                experiment_id=experiment_id,
                variant=own.variant.key,
                profile_id=persona.profile_id,
                occurred_at=personas.came(persona, began_at),
            )
