"""Title classes: packages that lie on the same edges are steered alike."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping

from matinee.contracts.delivery import ANY_CLASS

# As many classes as are worth telling apart; what is watched least is steered as one.
CLASSES_MAX = 24
# A package counts as lying on an edge, or half of it, from these parts of what is asked of it.
_WHOLE, _HALF = 0.85, 0.4

# Of a package, by edge: which part of what is asked of it lies there.
Coverage = Mapping[str, float]


def classed(coverage: Mapping[str, Coverage], asked: Mapping[str, float]) -> dict[str, str]:
    """The title class of every package; `asked` weighs packages by what viewers ask of them.

    A class has the same name as long as its packages lie on the same edges.
    """
    members: defaultdict[str, list[str]] = defaultdict(list)
    for package in sorted(coverage):
        members[_name(coverage[package])].append(package)
    weight = {name: sum(asked.get(p, 0.0) for p in found) for name, found in members.items()}
    order = sorted(members, key=lambda name: (-weight[name], name))
    return {
        package: name if place < CLASSES_MAX else ANY_CLASS
        for place, name in enumerate(order)
        for package in members[name]
    }


def covered(
    classes: Mapping[str, str], coverage: Mapping[str, Coverage], asked: Mapping[str, float]
) -> dict[str, dict[str, float]]:
    """By class and edge, which part of what is asked lies there."""
    sums: defaultdict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
    total: defaultdict[str, float] = defaultdict(float)
    for package, title_class in classes.items():
        weight = asked.get(package, 0.0) + 1.0
        for name in {title_class, ANY_CLASS}:
            total[name] += weight
            for edge, part in coverage[package].items():
                sums[name][edge] += weight * part
    return {name: {edge: held / total[name] for edge, held in sums[name].items()} for name in total}


def _name(coverage: Coverage) -> str:
    levels = sorted(
        f"{edge}:{2 if part >= _WHOLE else 1}" for edge, part in coverage.items() if part >= _HALF
    )
    if not levels:
        return ANY_CLASS
    return "c" + hashlib.sha256(" ".join(levels).encode()).hexdigest()[:12]
