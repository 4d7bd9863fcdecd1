"""Which variant a profile is shown: the same on every device, in every service, on every day.

Nothing is drawn and nothing is kept: a keyed digest of the profile's id says it. The digest of a
layer divides its profiles among experiments, and that of an experiment among its variants, so
neither knows of the other (Tang et al. 2010, "Overlapping experiment infrastructure").
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from matinee.contracts.experiments.running import Running, RunningExperiment, RunningVariant
from matinee.contracts.experiments.variables import Layer, Settings

BUCKETS = 10_000
"""Into so many equal parts a layer's profiles are divided."""

_DIGEST_BYTES = 8


@dataclass(frozen=True)
class Assigned:
    """The variant of an experiment that a profile is shown."""

    experiment: RunningExperiment
    variant: RunningVariant

    @property
    def counts(self) -> bool:
        """Whether what the profile does says something of the variant."""
        return not self.variant.is_stopped

    @property
    def settings(self) -> Settings:
        """What is turned for the profile; of a stopped variant what the first one turns."""
        shown = self.experiment.variants[0] if self.variant.is_stopped else self.variant
        return shown.settings


def assigned(running: Running, layer: Layer, profile_id: UUID) -> Assigned | None:
    """What a profile is shown on a layer; None where it takes part in nothing."""
    own = [one for one in running.experiments if one.layer == layer]
    if not own:
        return None
    bucket = _part(layer.encode(), profile_id, BUCKETS)
    holding = next((one for one in own if one.holds(bucket)), None)
    return None if holding is None else Assigned(holding, _variant_of(holding, profile_id))


def settings_for(running: Running, layers: Iterable[Layer], profile_id: UUID) -> Settings:
    """What holds for a profile on some layers: what was adopted, and above it its variants'."""
    found = dict(running.adopted)
    for layer in layers:
        own = assigned(running, layer, profile_id)
        if own is not None:
            found.update(own.settings)
    return found


def _variant_of(experiment: RunningExperiment, profile_id: UUID) -> RunningVariant:
    left = _part(experiment.id.bytes, profile_id, sum(one.weight for one in experiment.variants))
    for variant in experiment.variants:
        left -= variant.weight
        if left < 0:
            return variant
    raise AssertionError("weights add up to their sum")


def _part(key: bytes, profile_id: UUID, parts: int) -> int:
    """A number below `parts`, every one as likely, that is the profile's under this key."""
    digest = hashlib.blake2b(profile_id.bytes, key=key, digest_size=_DIGEST_BYTES).digest()
    return int.from_bytes(digest) * parts >> (8 * _DIGEST_BYTES)
