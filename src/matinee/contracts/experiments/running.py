"""Experiments as the services that apply them need them."""

from uuid import UUID

from matinee.contracts.experiments.variables import Layer, Settings
from matinee.contracts.message import Message


class RunningVariant(Message):
    """What some of an experiment's viewers are shown.

    A stopped one keeps its viewers: they see what the first variant's do, and count no more.
    """

    key: str
    weight: int
    settings: Settings
    is_stopped: bool = False


class RunningExperiment(Message):
    """An experiment that goes on, with the buckets of its layer that are its own.

    `buckets` are ranges, each from its first bucket until before its last. The first variant is
    what the others are compared with.
    """

    id: UUID
    layer: Layer
    buckets: list[tuple[int, int]]
    variants: list[RunningVariant]

    def holds(self, bucket: int) -> bool:
        """Whether a bucket of its layer is its own."""
        return any(first <= bucket < last for first, last in self.buckets)


class Running(Message):
    """All experiments that go on, and what was adopted from earlier ones for everybody."""

    experiments: list[RunningExperiment] = []
    adopted: Settings = {}
