"""How the player of a profile is tuned by experiments, and how that is told."""

from dataclasses import dataclass
from uuid import UUID

from matinee.contracts.events import PlaybackStarted
from matinee.contracts.experiments import (
    Assigned,
    Layer,
    ProfileExposed,
    Running,
    assigned,
    settings_for,
)
from matinee.contracts.playback import PlayerTuning

_LAYER: Layer = "player"


@dataclass(frozen=True)
class Tuned:
    """What the player is told, and the variant that it is told it for."""

    tuning: PlayerTuning | None = None
    own: Assigned | None = None

    def exposures(self, started: PlaybackStarted) -> list[ProfileExposed]:
        """That the play shows its profile a variant; nothing where it counts for none."""
        if self.own is None or not self.own.counts:
            return []
        return [
            ProfileExposed(
                # The moment of the play itself, so that it is the first one that counts.
                occurred_at=started.occurred_at,
                experiment_id=self.own.experiment.id,
                variant=self.own.variant.key,
                profile_id=started.profile_id,
            )
        ]


def tuned_for(profile_id: UUID, running: Running) -> Tuned:
    """How the player of a profile is to be tuned while these experiments go on."""
    settings = settings_for(running, [_LAYER], profile_id)
    known = {name.removeprefix(f"{_LAYER}."): value for name, value in settings.items()}
    own = {name: value for name, value in known.items() if name in PlayerTuning.model_fields}
    tuning = PlayerTuning.model_validate(own) if own else None
    return Tuned(tuning, assigned(running, _LAYER, profile_id))
