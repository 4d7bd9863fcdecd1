"""Which ways to the media a viewer is told, best first. Pure."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from matinee.contracts.delivery import ANY_CLASS, HOME_REGION, Edge
from matinee.contracts.playback import Pathway

# The service's own address, while no edge is known.
OWN_EDGE = "own"

_HEALTH_ORDER = {"up": 0, "unknown": 1, "down": 2}
# The latency is measured from the service and not by the viewer: fine differences mean nothing.
_LATENCY_CLASS_MS = 25.0
# Whose players keep to one mix of the sound by themselves.
_KEEP_TO_A_MIX = {"tv", "app"}


class Plan(NamedTuple):
    """What `delivery` plans for a region: orders of pathways by lane, best first.

    `own` are those of the title's class, None where the plan knows no such class yet.
    """

    region: str
    title_class: str
    own: list[list[str]] | None
    usual: list[list[str]] | None


class Route(NamedTuple):
    """The ways to a package; `steering` names the steering manifest that goes on from them.

    `platform` is what kind of device they are for, as a caller's.
    """

    pathways: list[Pathway]
    steering: str
    platform: str = ""

    @property
    def query(self) -> str:
        """By this an edge adds the steering manifest's address to a manifest.

        It has no slash: what comes after the last one is to stay the file's name.
        """
        return f"?steering={self.steering.replace('/', '.')}"

    @property
    def hls_query(self) -> str:
        """The same for HLS; by its `mix` an edge leaves one mix of the sound in a manifest."""
        return self.query if self.platform in _KEEP_TO_A_MIX else f"{self.query}&mix=stereo"


def route(
    edges: Iterable[Edge], plan: Plan | None, viewer: int, own_url: str, platform: str = ""
) -> Route:
    """The ways to a title as planned for one viewer; by health and nearness where nothing is."""
    region, order, steering = HOME_REGION, [], HOME_REGION
    if plan is not None:
        region = steering = plan.region
        orders, title_class = plan.own, plan.title_class
        if not orders:
            orders, title_class = plan.usual, ANY_CLASS
        if orders:
            lane = viewer % len(orders)
            order, steering = orders[lane], f"{region}/{title_class}-{lane}"
    return Route(ranked(edges, region, own_url, order), steering, platform)


def ranked(
    edges: Iterable[Edge], region: str, own_url: str, order: Sequence[str] = ()
) -> list[Pathway]:
    """Pathways, best first: as `order` says, without those that went down since it was made.

    An edge that an order leaves out may lack the film, so that it is taken only when
    no other serves: then, and without any order, healthy ones come before unknown ones,
    those of the region first, near before far. Edges that are down are left out, unless
    all are. The service's own address stands in when no edge is known.
    """
    known = {edge.id: edge for edge in edges if edge.role != "shield"}
    planned = [known[id_] for id_ in order if id_ in known and known[id_].health != "down"]
    serving = [edge for edge in known.values() if edge.health != "down"] or list(known.values())
    best = planned or sorted(serving, key=lambda edge: _nearness(edge, region))
    if not best:
        return [Pathway(id=OWN_EDGE, base_url=f"{own_url}/")]
    return [Pathway(id=edge.id, base_url=f"{edge.base_url or own_url}/") for edge in best]


def viewer_number(profile_id: UUID, title_id: UUID) -> int:
    """What chooses a viewer's lane: the same before and after play is pressed."""
    return profile_id.int ^ title_id.int


def package_name(key: str) -> str:
    """What the edge calls a package and a media token opens: the last part of its key."""
    return key.rpartition("/")[2]


def media_address(pathway: Pathway, token: str, package: str) -> str:
    """The package's folder as an absolute address, with a slash at the end."""
    return f"{pathway.base_url}media/{token}/{package}/"


def _nearness(edge: Edge, region: str) -> tuple[int, bool, float, str]:
    latency_ms = float("inf") if edge.latency_ms is None else edge.latency_ms
    distance = latency_ms // _LATENCY_CLASS_MS if latency_ms < float("inf") else latency_ms
    return (_HEALTH_ORDER[edge.health], edge.region != region, distance, edge.id)
