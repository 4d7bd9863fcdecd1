"""nginx of a host that is an edge or a shield and nothing else: its folders and configuration.

Everything lies in one folder: `media/packages` what is held, `cache` what was fetched lately,
`admitted` and `refused` empty files that say what to keep on a miss and what to serve no more,
`log/requests.log` a line of JSON per request.
"""

import grp
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from matinee.kernel import binaries
from matinee.kernel.key_rings import Key
from matinee.run import edge_template, nginx_pids
from matinee.run.edge_template import Source
from matinee.run.spawning import User, check_reachable

_FOLDERS = ("media/packages", "media/.keep", "media/.fill", "admitted", "refused", "cache", "log")


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: the chain, and its private key."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class EdgeHost:
    """A host of the delivery network.

    `sources` are the shields and the origin to ask for what is not held, first to last;
    `service` is the address of the service itself; `authority` a file with the certificates
    that the others' are signed by, None for the machine's own list.
    """

    folder: Path
    role: Literal["edge", "shield"]
    listen: tuple[str, ...]
    service: str
    sources: tuple[str, ...]
    tls: Certificate | None = None
    authority: Path | None = None
    cache_mb: int = 1024
    user: User | None = None


@dataclass(frozen=True)
class Keys:
    """What a host checks tokens with, and the token that it shows to others."""

    media: Sequence[Key]
    fill: Sequence[Key]
    fill_token: str


def prepare(host: EdgeHost, keys: Keys) -> None:
    """Make the folders and write the configuration anew; `reload` makes a running nginx read it."""
    check_reachable(binaries.find("nginx"), host.user)
    for name in _FOLDERS:
        folder = host.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        if host.user is not None:
            os.chown(folder, host.user.uid, host.user.gid)
    (host.folder / "temp").mkdir(exist_ok=True)
    keys_text = edge_template.keys_text(keys.media, keys.fill)
    edge_template.write_private(host.folder / "media_keys.json", keys_text)
    token_line = f'proxy_set_header X-Matinee-Fill "{keys.fill_token}";\n'
    edge_template.write_private(host.folder / "fill_token.conf", token_line)
    edge_template.write_private(host.folder / "nginx.conf", configuration(host, keys_text))


def command(host: EdgeHost, number: int | str = 1) -> list[str]:
    """The command that runs a copy of nginx in the foreground."""
    nginx = [str(binaries.find("nginx")), "-e", "stderr", "-p", f"{host.folder}/"]
    configured = ["-c", str(host.folder / "nginx.conf")]
    return [*nginx, *configured, *nginx_pids.option(host.folder, number)]


def reload(host: EdgeHost) -> bool:
    """Make a running nginx read configuration and keys anew; False if none runs."""
    return nginx_pids.tell_newest(host.folder, signal.SIGHUP)


def reopen_log(host: EdgeHost) -> bool:
    """Make a running nginx go on with a new log file, after the old one was renamed."""
    # While one takes the place of another, both write.
    return nginx_pids.tell_all(host.folder, signal.SIGUSR1)


def configuration(host: EdgeHost, keys_text: str) -> str:
    """The text of nginx.conf, for these keys."""
    user = host.user
    header = f'include "{host.folder}/fill_token.conf";'
    sources = [
        Source(f"source_{number}", address, headers=header)
        for number, address in enumerate(host.sources)
    ]
    authority = {"AUTHORITIES": str(host.authority)} if host.authority else {}
    values = {
        "USER": f"user {user.name} {grp.getgrgid(user.gid).gr_name};" if user else "",
        "LISTEN": host.listen,
        "RUN": str(host.folder),
        "STATE": str(host.folder),
        "HELD": str(host.folder / "media"),
        "KEYS": str(host.folder / "media_keys.json"),
        "KEYS_MARK": edge_template.keys_mark(keys_text),
        "LOG": str(host.folder / "log" / "requests.log"),
        "TLS": host.tls,
        "SERVICE": Source("service", host.service),
        "SOURCES": sources,
        "CACHE_MB": host.cache_mb,
        **authority,
    }
    return edge_template.rendered(host.role, values)
