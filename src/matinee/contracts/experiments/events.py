"""What services tell each other of experiments."""

from typing import ClassVar
from uuid import UUID

from matinee.contracts.experiments.running import Running
from matinee.kernel.events import Event


class ExperimentsChanged(Event):
    """insights: all experiments that go on, and what was adopted."""

    type: ClassVar[str] = "experiments.changed"
    running: Running


class ProfileExposed(Event):
    """recommendations, playback: a profile was shown what its variant is about, maybe not first."""

    type: ClassVar[str] = "profile.exposed"
    experiment_id: UUID
    variant: str
    profile_id: UUID
