"""What becomes of a simulated network's viewers under a policy."""

import numpy as np

from bench.delivery.network import (
    REPORT_NOISE,
    REPORT_S,
    SESSION_S,
    STEP_S,
    Array,
    Outcome,
    Policy,
    Seen,
    World,
)

_COHORTS = 6
# An edge has been left when so little of what it served is still sent to it.
_LEFT = 0.01


class Viewers:
    """All viewers of a network: cohorts (K, R, C, P) of those who ask at the same time."""

    def __init__(self, shares: Array, ttl_s: float) -> None:
        self._shares = np.repeat(shares[None], _COHORTS, axis=0)
        self._asks_s = np.arange(_COHORTS) / _COHORTS * ttl_s
        self._demand: Array | None = None

    def shares(self) -> Array:
        """Where viewers are, as shares of their cells."""
        mean: Array = self._shares.mean(axis=0)
        return mean

    def step(self, at_s: float, demand: Array, told: tuple[Array, float]) -> None:
        """Those who begin and those whose time is over take what is told now."""
        shares, ttl_s = told
        before = demand if self._demand is None else self._demand
        came = np.maximum(demand - before, 0.0) + demand * STEP_S / SESSION_S
        fresh = np.divide(came, demand, out=np.ones_like(came), where=demand > 0).clip(0, 1)
        self._shares += fresh[None, :, :, None] * (shares[None] - self._shares)
        asking = self._asks_s <= at_s
        self._shares[asking] = shares
        self._asks_s[asking] = at_s + ttl_s
        self._demand = demand


class Run:
    """One policy in one world."""

    def __init__(self, world: World, policy: Policy, seed: int = 0) -> None:
        self._world, self._policy = world, policy
        self._random = np.random.default_rng(seed)
        self._usage = np.zeros_like(world.rtt_ms)
        self._sums: dict[str, float] = {}
        self._on_dead: list[tuple[float, float]] = []

    def outcome(self) -> Outcome:
        """Runs it from beginning to end."""
        world, policy = self._world, self._policy
        told = policy.decide(self._seen(0.0, None))
        viewers, decides_s = Viewers(*told), policy.every_s
        for number in range(int(world.course.ends_s / STEP_S)):
            at_s = number * STEP_S
            if at_s >= decides_s:
                told = policy.decide(self._seen(at_s, viewers.shares()))
                decides_s = at_s + policy.every_s
            demand = world.demands(at_s)
            viewers.step(at_s, demand, told)
            self._count(at_s, demand, viewers.shares())
        return self._told()

    def _seen(self, at_s: float, shares: Array | None) -> Seen:
        """As it was at the last report; a dead edge is as it was before until it is noticed."""
        reported_s = max(0.0, at_s - REPORT_S)
        demand = self._world.demands(reported_s)
        demand = demand * np.exp(self._random.normal(0.0, REPORT_NOISE, demand.shape))
        notices_s = self._policy.notices_s
        if notices_s is None:
            alive = np.ones(len(self._world.capacity), dtype=bool)
        else:
            alive = self._world.lives(at_s) if notices_s == 0 else self._noticed(at_s, notices_s)
        load = np.zeros(len(alive)) if shares is None else np.einsum("rc,rcp->p", demand, shares)
        return Seen(at_s, demand, load, alive)

    def _noticed(
        self, at_s: float, notices_s: float
    ) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        return self._world.lives(max(0.0, at_s - notices_s))

    def _count(self, at_s: float, demand: Array, shares: Array) -> None:
        world, course = self._world, self._world.course
        if at_s < course.begins_s:
            return
        served = np.einsum("rc,rcp->rp", demand, shares)
        load, alive = served.sum(axis=0), world.lives(at_s)
        self._usage += served * alive
        sent = np.einsum("rc,rcp->cp", demand, shares) * alive
        self._add("origin", float((sent * (1.0 - world.held)).sum()))
        self._add("sent", float(sent.sum()))
        self._add("demand", float(demand.sum()))
        self._add("blackholed", float(load[~alive].sum()))
        over = float(np.maximum(load - world.capacity, 0.0)[alive].sum())
        in_flash = course.flash_s[0] <= at_s < course.flash_s[1]
        is_steady = at_s < course.flash_s[0] or course.flash_s[1] + 120 <= at_s < course.fails_s[0]
        for part, holds in (("flash", in_flash), ("steady", is_steady)):
            self._add(f"{part}_over", over * holds)
            self._add(f"{part}_demand", float(demand.sum()) * holds)
        if course.fails_s[0] - STEP_S <= at_s < course.fails_s[1]:
            self._on_dead.append((at_s, float(load[world.dead])))

    def _add(self, name: str, amount: float) -> None:
        self._sums[name] = self._sums.get(name, 0.0) + amount

    def _told(self) -> Outcome:
        sums, world = self._sums, self._world
        left_at = (at for at, load in self._on_dead[1:] if load <= _LEFT * self._on_dead[0][1])
        return Outcome(
            origin=sums["origin"] / sums["sent"],
            flash_overload=sums["flash_over"] / sums["flash_demand"],
            steady_overload=sums["steady_over"] / sums["steady_demand"],
            blackholed=sums["blackholed"] / sums["demand"],
            moved_s=next(left_at, float("inf")) - world.course.fails_s[0],
            p95_ms=percentile(world.rtt_ms, self._usage, 0.95),
            usage=self._usage,
        )


def percentile(values: Array, weights: Array, part: float) -> float:
    """The value below which this part of the weight lies."""
    order = np.argsort(values, axis=None)
    reached = np.cumsum(weights.reshape(-1)[order])
    at = int(np.searchsorted(reached, part * reached[-1]))
    return float(values.reshape(-1)[order][min(at, len(order) - 1)])
