"""In which order players should try edges, and what they are told of it."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from matinee.contracts.delivery import OWN_PATHWAY, Edge, EdgeHealth, SteeringManifest

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


def manifest(order: Iterable[str], hosts: Mapping[str, str], ttl_s: int) -> SteeringManifest:
    """What players of a lane are told (RFC 8216bis, section 7.1).

    Packages name no edge: each pathway is a clone of where a manifest came from, with the
    host of `hosts`, and that place itself comes last. One without a host is left out.
    """
    told = [pathway for pathway in order if pathway in hosts]
    clones = [
        {"BASE-ID": OWN_PATHWAY, "ID": pathway, "URI-REPLACEMENT": {"HOST": hosts[pathway]}}
        for pathway in told
    ]
    return SteeringManifest.model_validate(
        {"TTL": ttl_s, "PATHWAY-PRIORITY": [*told, OWN_PATHWAY], "PATHWAY-CLONES": clones or None}
    )


def hosts(edges: Iterable[Edge], own_url: str) -> dict[str, str]:
    """The host of every edge that viewers may be sent to.

    Players put it in the place of another edge's and keep the port, some even where one is told:
    it is told only where edges differ in it, which those players cannot follow.
    """
    urls = {edge.id: urlsplit(edge.base_url or own_url) for edge in edges if edge.role != "shield"}
    if len({url.port for url in urls.values()}) > 1:
        return {edge: url.netloc for edge, url in urls.items()}
    return {edge: url.netloc.removesuffix(f":{url.port}") for edge, url in urls.items()}


def _latency_class(latency_ms: float | None) -> float:
    return float("inf") if latency_ms is None else latency_ms // _LATENCY_CLASS_MS
