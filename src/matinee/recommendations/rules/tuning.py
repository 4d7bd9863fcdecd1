"""What experiments may turn in pages: as usual unless something else is said."""

from dataclasses import dataclass, fields, replace
from typing import Any

from matinee.contracts.experiments import Layer, Settings

LAYERS: tuple[Layer, ...] = ("rows", "ranking", "artwork")
"""The layers of experiments that pages follow."""


@dataclass(frozen=True)
class Tuning:
    """Named and explained in `contracts.experiments.variables`; None where a setting says it."""

    rows_max: int = 20
    cards_max: int = 20
    because_max: int = 4
    mix_share: float = 0.15
    variety: float = 0.2
    left_out: str = "none"

    order: str = "learnt"
    popular_share: float = 0.2
    fresh_share: float = 0.1
    foreign_share: float = 0.25
    passes_to_halve: float = 3.0
    strictness: float = 0.3

    pictures: str = "learnt"
    pictures_explored: float | None = None
    hero: str = "learnt"
    hero_explored: float | None = None


USUAL = Tuning()
_KNOWN = {one.name for one in fields(Tuning)}


def tuning_of(settings: Settings) -> Tuning:
    """The usual, but for these settings; those of other layers, or of later versions, are not."""
    own: dict[str, Any] = {}
    for name, value in settings.items():
        layer, _, field = name.partition(".")
        if layer in LAYERS and field in _KNOWN:
            own[field] = value
    return replace(USUAL, **own) if own else USUAL
