"""What each operation is worth, said once: in this order load is shed.

A line names a service's addresses by what follows `/api/<service>/`: `sessions` for that one,
`sessions/` for those below it; `*` stands for any service. Whatever has no line is worth what
its service is. Probes are no load, and are always answered.
"""

from functools import lru_cache

from matinee.kernel.http.addresses import service_and_rest
from matinee.kernel.load.worth import Worth

SERVICES = {
    "identity": Worth.COMING_IN,
    "billing": Worth.PAGES,
    "catalog": Worth.PAGES,
    "viewing": Worth.PAGES,
    "recommendations": Worth.PAGES,
    "delivery": Worth.ASIDE,
    "playback": Worth.PLAY,
    "insights": Worth.ASIDE,
}

LINES: dict[str, Worth | None] = {
    "*/livez": None,
    "*/readyz": None,
    "*/person": Worth.ASIDE,
    "*/studio/": Worth.ASIDE,
    # A play goes on as long as these are answered.
    "playback/sessions": Worth.PLAY,
    "playback/sessions/": Worth.GOING_ON,
    "playback/licence": Worth.GOING_ON,
    "playback/media/": Worth.GOING_ON,
    "playback/warm": Worth.AHEAD,
    # Workers ask again by themselves.
    "playback/keys": Worth.ASIDE,
    # Nobody presses play with an access token that has expired.
    "identity/refresh": Worth.PLAY,
    "identity/privacy/": Worth.ASIDE,
    "billing/gateways/": Worth.COMING_IN,
    "billing/subscription": Worth.COMING_IN,
    "billing/subscription/": Worth.COMING_IN,
    "billing/methods/": Worth.COMING_IN,
    "billing/offers/": Worth.COMING_IN,
    "catalog/uploads": Worth.ASIDE,
    "catalog/uploads/": Worth.ASIDE,
    "catalog/shared/": Worth.ASIDE,
    "recommendations/search": Worth.ASIDE,
    "recommendations/titles/": Worth.ASIDE,
    "recommendations/impressions": Worth.TELLING,
    "recommendations/shown-next": Worth.ASIDE,
    "recommendations/policies": Worth.ASIDE,
    "recommendations/policies/": Worth.ASIDE,
    "recommendations/trainings": Worth.ASIDE,
    "recommendations/trainings/": Worth.ASIDE,
    # Edges obey and fill by what they are told here.
    "delivery/agents/": Worth.COMING_IN,
    "insights/cmcd/": Worth.TELLING,
    "insights/reports": Worth.TELLING,
    "insights/searches": Worth.TELLING,
}

# What is given from memory while there is too much to do; its environment says so then.
KEPT = "/api/recommendations/home"
SPARE = "matinee.spare"
# A header of the answer: whose page it is, made before.
KEPT_HEADER = "X-Matinee-Kept"

# What the environment of a request says that was turned away at the door.
TURNED_AWAY = "matinee.turned_away"
# A header of a request: how often it will come again by itself, if it is turned away now.
TRIES_LEFT_HEADER = "X-Tries-Left"


def worth_of(path: str) -> Worth | None:
    """What the operation at a path is worth; None for what is no load: a probe, a page's file."""
    service, rest = service_and_rest(path)
    if service in SERVICES:
        first, slash, _ = rest.partition("/")
        return _worth_at(service, first + slash)
    return Worth.ASIDE if path.startswith("/.well-known/") else None


@lru_cache(maxsize=1024)
def _worth_at(service: str, place: str) -> Worth | None:
    for line in (f"{service}/{place}", f"*/{place}"):
        if line in LINES:
            return LINES[line]
    return SERVICES[service]
