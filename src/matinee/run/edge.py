"""The edge of one machine: nginx's configuration from its template and our settings."""

import grp
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from matinee.billing import settings as billing
from matinee.catalog import settings as catalog
from matinee.kernel import binaries
from matinee.kernel.edge_tokens import FillTokens, MediaTokens
from matinee.kernel.settings import Settings
from matinee.playback import settings as playback
from matinee.run import checkout, edge_bucket, edge_template, nginx_pids, releases, services
from matinee.run.answering import is_well
from matinee.run.edge_template import Source
from matinee.run.spawning import User, check_reachable, engine_user

_PROBE_TIMEOUT_S = 1.0
# Sooner than a new one counts as healthy, with which the next is let go.
_REPLICAS_KNOWN_FOR_S = 2


def prepare(settings: Settings) -> None:
    """Write the configuration anew and make the folders that it names."""
    user = engine_user(settings)
    for path in (binaries.find("nginx"), checkout.web_app() / "x"):
        if path.parent.exists():
            check_reachable(path, user)
    folder = _folder(settings)
    folder.mkdir(mode=0o755, exist_ok=True)
    (folder / "temp").mkdir(exist_ok=True)
    if not _is_bucket(settings):
        for name in ("packages", "artwork"):
            (_media_folder(settings) / name).mkdir(parents=True, exist_ok=True)
    for name in ("steering", "refused", "agents", "log"):
        (settings.home / name).mkdir(exist_ok=True)
    edge_template.write_private(folder / "media_keys.json", keys(settings))
    edge_template.write_private(folder / "nginx.conf", configuration(settings, user))


def prepare_copy(settings: Settings, number: int) -> None:
    """As `prepare`, for a copy that is about to start."""
    nginx_pids.forget_killed(_folder(settings), number)
    prepare(settings)


def command(settings: Settings, number: int | str = 1) -> list[str]:
    """The command that runs a copy of nginx in the foreground."""
    folder = _folder(settings)
    nginx = [str(binaries.find("nginx")), "-e", "stderr", "-p", f"{folder}/"]
    return [*nginx, "-c", str(folder / "nginx.conf"), *nginx_pids.option(folder, number)]


def reload(settings: Settings) -> bool:
    """Have the running edge read configuration and keys anew; False if none runs."""
    if pid(settings) is None:
        return False
    prepare(settings)
    return nginx_pids.tell_newest(_folder(settings), signal.SIGHUP)


def pid(settings: Settings) -> int | None:
    """The number of nginx's first process, of the copy that came last; None if none runs."""
    return nginx_pids.newest(_folder(settings))


def _folder(settings: Settings) -> Path:
    return settings.run_folder / "edge"


def copy_is_ready(settings: Settings, number: int) -> bool:
    """Whether this copy of nginx has workers that answer; others may answer beside it."""
    return nginx_pids.has_workers(_folder(settings), number) and is_ready(settings)


def is_ready(settings: Settings) -> bool:
    """Whether the edge answers at its address."""
    return answers(settings.local_url)


def answers(url: str) -> bool:
    """Whether an edge answers at this address of this machine."""
    own = urlsplit(url)
    try:
        with socket.create_connection((own.hostname, own.port), _PROBE_TIMEOUT_S) as link:
            return is_well(link, "/edge/health")
    except OSError:
        return False


def web_is_ready(settings: Settings, number: int) -> bool:
    """Whether a copy of the web process answers at its socket and reaches its databases."""
    return _web_answers(settings, number, "/api/identity/readyz")


def web_is_alive(settings: Settings, number: int) -> bool:
    """Whether a copy of the web process answers at its socket, whatever it reaches."""
    return _web_answers(settings, number, "/api/identity/livez")


def _web_answers(settings: Settings, number: int, path: str) -> bool:
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(_PROBE_TIMEOUT_S)
            link.connect(str(web_socket(settings, number)))
            return is_well(link, path)
    except OSError:
        return False


def web_socket(settings: Settings, number: int = 1) -> Path:
    """Where a copy of the web process listens."""
    return settings.run_folder / f"web.{number}.sock"


def web_copies(settings: Settings) -> list[int]:
    """The copies of the web process that requests are sent to."""
    try:
        return [int(number) for number in _web_copies(settings).read_text().split()]
    except FileNotFoundError:
        return [1]


def note_web_copies(settings: Settings, numbers: Sequence[int]) -> None:
    """From the next configuration on, send requests to these copies."""
    path = _web_copies(settings)
    draft = path.with_suffix(".new")
    draft.write_text(" ".join(map(str, numbers)))
    draft.replace(path)


def _web_copies(settings: Settings) -> Path:
    return settings.run_folder / "web_copies"


def configuration(settings: Settings, user: User | None) -> str:
    """The text of nginx.conf."""
    is_secure = settings.url.startswith("https://")
    own = Source("service", settings.url)
    values = {
        "USER": f"user {user.name} {grp.getgrgid(user.gid).gr_name};" if user else "",
        "LISTEN": [settings.address],
        "RUN": str(_folder(settings)),
        "STATE": str(settings.home),
        "KEYS": str(_folder(settings) / "media_keys.json"),
        "KEYS_MARK": edge_template.keys_mark(keys(settings)),
        "LOG": str(settings.home / "log" / "requests.log"),
        "LINKS": str(settings.home / "log" / "links.log"),
        "WEB": str(checkout.web_app()),
        "WEB_BEFORE": releases.pages_before(settings) or "",
        **_services(settings),
        "SHARED": catalog.get().public,
        "STEERING": str(settings.home / "steering"),
        "SERVICE": {"address": own.address, "server": ""},
        **_origin(settings),
        "ASKED_PER_S": settings.address_requests_per_second,
        "SCHEME": "https" if is_secure else "http",
        "TRANSPORT_SECURITY": _TRANSPORT_SECURITY if is_secure else "",
        "TRUSTED_PROXY": _trusted_proxies(settings),
        "LICENCE_SERVERS": _licence_servers(),
        "TRACES_RATIO": f"{settings.traces_ratio:f}" if settings.traces_url else "",
        "LOG_JSON": settings.log_format == "json",
    }
    return edge_template.rendered("home", values)


def _licence_servers() -> str:
    """The origins of a DRM vendor's servers, which pages may ask then, as the policy lists them."""
    urls = map(urlsplit, playback.get().licence_servers.values())
    return "".join(f" https://{host}" for host in sorted({url.netloc for url in urls}))


_TRANSPORT_SECURITY = 'more_set_headers "Strict-Transport-Security: max-age=31536000";'


def _trusted_proxies(settings: Settings) -> str:
    """Whose word on a viewer's address counts: that of a proxy which has the certificate."""
    here = ("127.0.0.1", "::1") if settings.public_url else ()
    trusted = (*here, *settings.trusted_proxies)
    lines = [f"set_real_ip_from {one};" for one in trusted]
    return " ".join([*lines, "real_ip_header X-Forwarded-For;"]) if trusted else ""


def _services(settings: Settings) -> dict[str, object]:
    """Where the services behind the edge are: in one process here, or each for itself."""
    if not settings.services_url:
        sockets = f"unix:{settings.run_folder}"
        return {
            "WEB_SERVERS": [
                ("web", [f"unix:{web_socket(settings, one)}" for one in web_copies(settings)])
            ],
            "WEB_ADDRESS": "http://web",
            "SERVICES_APART": False,
            "SIMULATOR": f"http://{sockets}/{billing.SIMULATOR_SOCKET}",
        }
    apart = [Source(f"web_{name}", settings.service_url(name)) for name in services.WITH_API]
    simulator = [Source("simulator", url) for url in [billing.get().simulator_url] if url]
    return {
        "WEB_SERVERS": [(one.group, [one.server]) for one in [*apart, *simulator]],
        "WEB_ADDRESS": f"{urlsplit(settings.services_url).scheme}://$services",
        "SERVICES_APART": True,
        # Replicas come and go; what was found is asked for until then, and tried again elsewhere.
        "RESOLVED_FOR_S": _REPLICAS_KNOWN_FOR_S,
        "SIMULATOR": "".join(one.url for one in simulator),
    }


def _origin(settings: Settings) -> dict[str, object]:
    """Where media come from: a folder of this machine, or a bucket with a cache before it."""
    if not _is_bucket(settings):
        return {"HELD": str(_media_folder(settings)), "SOURCES": []}
    bucket = edge_bucket.bucket(settings)
    return {"HELD": "", "SOURCES": [bucket.packages], "BUCKET": bucket}


def _is_bucket(settings: Settings) -> bool:
    return not settings.media.startswith("file:")


def _media_folder(settings: Settings) -> Path:
    return Path(unquote(urlsplit(settings.media).path))


def keys(settings: Settings) -> str:
    """What nginx checks and signs with now, as it reads it."""
    media, fill = MediaTokens(settings.secrets).ring, FillTokens(settings.secrets).ring
    more = {"bucket": edge_bucket.access()} if _is_bucket(settings) else None
    return edge_template.keys_text(media.keys(), fill.keys(), more)
