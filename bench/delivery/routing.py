"""How well viewers are routed in a simulated network, beside the best there could be and others.

Three networks with a flash crowd and an edge that fails; means over them. `Best` is the linear
programme that knows everything at once, so that nobody can cost less than it.
"""

from collections.abc import Callable
from statistics import mean

from bench.delivery import policies
from bench.delivery.network import Outcome, Policy, World, made
from bench.delivery.routed import Run
from bench.figures import Figure

SEEDS = (1, 2, 3)
BEST, OURS = "optimum", "ours"
POLICIES: dict[str, Callable[[World], Policy]] = {
    BEST: policies.Best,
    OURS: policies.Ours,
    "nearest": policies.Nearest,
    "geo-DNS": policies.GeoDns,
    "power of two": policies.PowerOfTwo,
    "bounded-load hashing": policies.BoundedHashing,
    "greedy by content": policies.GreedyByContent,
    "plain LP": policies.PlainPlan,
}
# How long the edge is away: who has not left it by then never did.
_NEVER_S = 900.0


def measure() -> list[Figure]:
    """Runs every policy in every network."""
    worlds = {seed: made(seed) for seed in SEEDS}
    outcomes = {
        name: [Run(world, policy(world), seed).outcome() for seed, world in worlds.items()]
        for name, policy in POLICIES.items()
    }
    return figures(outcomes)


def figures(outcomes: dict[str, list[Outcome]]) -> list[Figure]:
    """Means over the networks, against the optimum of the same network."""
    best = outcomes[BEST]

    def of(measured: Callable[[Outcome, Outcome], float]) -> dict[str, float]:
        return {
            name: mean(measured(one, at) for one, at in zip(found, best, strict=True))
            for name, found in outcomes.items()
        }

    return [
        _figure("bytes from the origin", "of all", of(lambda o, _: o.origin)),
        _figure("… beside the optimum", "×", of(lambda o, at: o.origin / at.origin), "<= 1.02"),
        _figure("overload in a flash crowd", "%", of(lambda o, _: 100 * o.flash_overload)),
        _figure(
            "… above the optimum",
            "points",
            of(lambda o, at: 100 * (o.flash_overload - at.flash_overload)),
            "<= 1",
        ),
        _figure("overload in steady state", "%", of(lambda o, _: 100 * o.steady_overload), "<= 0"),
        _figure("round trip, 95th percentile", "ms", of(lambda o, _: o.p95_ms)),
        _figure("… beside the optimum", "×", of(lambda o, at: o.p95_ms / at.p95_ms), "<= 1.05"),
        _figure(
            "a failed edge left, TTL 30 s", "s", of(lambda o, _: min(o.moved_s, _NEVER_S)), "<= 90"
        ),
        _figure("demand sent to it meanwhile", "%", of(lambda o, _: 100 * o.blackholed), "<= 0.1"),
    ]


def _figure(what: str, unit: str, values: dict[str, float], aim: str | None = None) -> Figure:
    anchors = {name: value for name, value in values.items() if name != OURS}
    return Figure(f"routing: {what}", values[OURS], unit, aim, anchors)
