"""Commercial networks: the program that each runs before its cache, to check viewers' tokens.

Each network signs addresses in a way of its own; all of them run small programs. So a viewer's
address is the same on every pathway, as content steering wants it (RFC 8216bis: a clone has
another host), and the program does what nginx does on an edge of ours.
"""

import json
from urllib.parse import urlsplit

from matinee.kernel import ids
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.settings import Settings
from matinee.run import checkout

KINDS = ("bunny", "cloudflare", "cloudfront", "fastly")
# CloudFront's programs have no interfaces of the web's.
_WITH_GATE = ("bunny", "cloudflare", "fastly")
_FIRST_LINE = {"bunny": 'import * as BunnySDK from "@bunny.net/edgescript-sdk";\n\n'}
_WARNING = "// Whoever reads this can make addresses that open every film: keep it to yourself.\n"


class NetworkError(ValueError):
    """No program can be made; the text says what is missing."""


def program(kind: str, settings: Settings, through: str = "") -> str:
    """What a network of this kind runs, with the keys of now in it.

    `through` is the address that it fetches from, where that is another one than the service's:
    of Bunny's pull zone, which keeps what the script in front of it asks for.
    """
    origin = _origin(kind, settings, through)
    accepted = MediaTokens(settings.secrets).ring.keys()
    told = {
        "origin": origin,
        "pull_token": FillTokens(settings.secrets).issue_for_network(ids.uuid7()),
        "keys": {key.kid: key.secret for key in accepted},
    }
    folder = checkout.edge_files() / "networks"
    gate = ("gate.js",) if kind in _WITH_GATE else ()
    names = ("addresses.js", *gate, f"{kind}.js")
    parts = [(folder / name).read_text() for name in names]
    values = f"{_WARNING}const SETTINGS = {json.dumps(told, indent=2)};\n\n"
    return _FIRST_LINE.get(kind, "") + values + "".join(parts)


def _origin(kind: str, settings: Settings, through: str) -> str:
    if kind == "bunny" and not through:
        raise NetworkError(
            "A script of Bunny's has no cache. Make a pull zone whose origin is the service, and"
            " give its address with --through."
        )
    if not settings.public_url:
        raise NetworkError(
            "A network fetches films from the service, so it must reach it: set MATINEE_PUBLIC_URL,"
            " and run this again."
        )
    origin = (through or settings.public_url).rstrip("/")
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path:
        raise NetworkError(f"{origin} is no address of a host, as https://FILMS.EXAMPLE.ORG is.")
    return origin
