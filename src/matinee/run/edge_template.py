"""What nginx's configuration is made from, for every role, and where nginx gets what it has not."""

import hashlib
import json
import os
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import jinja2

from matinee.kernel.key_rings import Key
from matinee.run import checkout

Role = Literal["home", "edge", "shield"]
_TEMPLATE = "nginx.conf.template"
_RESOLV_CONF = Path("/etc/resolv.conf")
_AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Source:
    """A server that nginx asks, under `group` in its configuration.

    `path` is what stands before a file's own; `headers` are directives of nginx's.
    """

    group: str
    address: str
    path: str = "/fill/"
    headers: str = ""

    @property
    def host(self) -> str:
        """What the `Host` header says."""
        return urlsplit(self.address).netloc

    @property
    def name(self) -> str:
        """What its certificate must say."""
        return urlsplit(self.address).hostname or ""

    @property
    def is_secure(self) -> bool:
        """Whether it is asked over TLS."""
        return self.address.startswith("https://")

    @property
    def url(self) -> str:
        """What nginx passes requests on to."""
        return f"{urlsplit(self.address).scheme}://{self.group}"

    @property
    def server(self) -> str:
        """Its line in nginx's group; a name is looked up again as its entry expires."""
        parts = urlsplit(self.address)
        port = parts.port or _PORTS[parts.scheme]
        bracketed = f"[{self.name}]" if ":" in self.name else self.name
        return f"{bracketed}:{port}{'' if _is_fixed(self.name) else ' resolve'}"


def rendered(role: Role, values: Mapping[str, object]) -> str:
    """The text of nginx.conf; an unnamed value in the template is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(checkout.edge_files()),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - this is no HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    everywhere = {
        "ROLE": role,
        "EDGE": str(checkout.edge_files()),
        "RESOLVERS": " ".join(resolvers()),
        "AUTHORITIES": ssl.get_default_verify_paths().cafile or _AUTHORITIES,
        "RESOLVED_FOR_S": 30,
        "TRUSTED_PROXY": "",
        "BUCKET": None,
        "TLS": None,
        "CACHE_MB": 1024,
        "SHARED": False,
    }
    return environment.get_template(_TEMPLATE).render({**everywhere, **values})


def keys_text(
    media: Sequence[Key], fill: Sequence[Key], more: Mapping[str, object] | None = None
) -> str:
    """What nginx reads its keys from."""
    rings = {"media": media, "fill": fill}
    found = {name: {key.kid: key.secret for key in ring} for name, ring in rings.items()}
    return json.dumps({**found, **(more or {})})


def keys_mark(text: str) -> str:
    """A short text that changes when keys come or go, and tells nothing of them."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def write_private(path: Path, text: str) -> None:
    """Replace a file by one that only its owner can read; it is there whole or not at all."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def resolvers(path: Path = _RESOLV_CONF) -> list[str]:
    """The machine's name servers, as nginx writes them; none where they are not told."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return []
    found = [line.split()[1] for line in lines if line.startswith("nameserver ")]
    # A zone (fe80::1%eth0) is nothing that nginx reads.
    plain = [address for address in found if "%" not in address]
    return [f"[{address}]" if ":" in address else address for address in plain]


def _is_fixed(name: str) -> bool:
    """Whether a name means the same for ever, or cannot be looked up again."""
    if name == "localhost" or not resolvers():
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
