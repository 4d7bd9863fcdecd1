"""Which service an address is of: each answers below `/api/<service>/`."""

_BEFORE = "/api/"


def service_and_rest(path: str) -> tuple[str, str]:
    """The service that a path names and what stands below it; empty where it names none.

    Whatever stands in its place is told: that there is such a service is for others to know.
    """
    if not path.startswith(_BEFORE):
        return "", ""
    service, _, rest = path[len(_BEFORE) :].partition("/")
    return service, rest
