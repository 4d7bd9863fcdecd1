"""In which order players should try edges, and what they are told of it."""

from collections.abc import Iterable

from matinee.contracts.delivery import Edge, EdgeHealth, SteeringManifest

HOME_REGION = "home"

_LATENCY_CLASS_MS = 25.0
_HEALTH_ORDER: dict[EdgeHealth, int] = {"up": 0, "unknown": 1, "down": 2}


def ranked(edges: Iterable[Edge], region: str) -> list[Edge]:
    """Edges for viewers of a region, best first: healthy, of the region, near, then by name.

    The latency is measured from here and not from the viewer, so that fine
    differences mean nothing: it counts in steps of 25 ms, which also keeps the
    order steady. Edges that are down come last, for players that have lost all others.
    """
    return sorted(
        edges,
        key=lambda edge: (
            _HEALTH_ORDER[edge.health],
            edge.region != region,
            _latency_class(edge.latency_ms),
            edge.id,
        ),
    )


def steering(edges: Iterable[Edge], region: str, ttl_s: int) -> SteeringManifest:
    """What players of a region are told (RFC 8216bis, section 7.1)."""
    order = [edge.id for edge in ranked(edges, region)]
    return SteeringManifest.model_validate({"TTL": ttl_s, "PATHWAY-PRIORITY": order})


def regions(edges: Iterable[Edge]) -> set[str]:
    """The regions that there is steering for."""
    return {HOME_REGION} | {edge.region for edge in edges}


def _latency_class(latency_ms: float | None) -> float:
    return float("inf") if latency_ms is None else latency_ms // _LATENCY_CLASS_MS
