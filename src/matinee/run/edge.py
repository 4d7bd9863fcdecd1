"""The edge of one machine: nginx's configuration from its template and our settings."""

import grp
import json
import os
import socket
from pathlib import Path
from urllib.parse import unquote, urlsplit

from matinee.kernel import binaries, secret_files
from matinee.kernel.settings import Settings
from matinee.playback import settings as playback
from matinee.run import checkout
from matinee.run.spawning import CannotStartError, User, check_reachable, engine_user

_PROBE_TIMEOUT_S = 1.0


def prepare(settings: Settings) -> None:
    """Write the configuration anew and make the folders that it names."""
    user = engine_user(settings)
    for path in (binaries.find("nginx"), checkout.web_app() / "x"):
        if path.parent.exists():
            check_reachable(path, user)
    folder = settings.run_folder / "edge"
    folder.mkdir(mode=0o755, exist_ok=True)
    (folder / "temp").mkdir(exist_ok=True)
    for name in ("packages", "artwork"):
        (_media_folder(settings) / name).mkdir(parents=True, exist_ok=True)
    (settings.home / "steering").mkdir(exist_ok=True)
    _write_private(folder / "media_key.json", json.dumps(_keys(settings)))
    _write_private(folder / "nginx.conf", configuration(settings, user))


def command(settings: Settings) -> list[str]:
    """The command that runs nginx in the foreground."""
    folder = settings.run_folder / "edge"
    nginx = str(binaries.find("nginx"))
    return [nginx, "-e", "stderr", "-p", f"{folder}/", "-c", str(folder / "nginx.conf")]


def is_ready(settings: Settings) -> bool:
    """Whether the edge answers at its address."""
    own = urlsplit(settings.local_url)
    try:
        with socket.create_connection((own.hostname, own.port), _PROBE_TIMEOUT_S) as link:
            return _health(link, "/edge/health")
    except OSError:
        return False


def web_is_ready(settings: Settings) -> bool:
    """Whether the web process answers at its socket and reaches its databases."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
            link.settimeout(_PROBE_TIMEOUT_S)
            link.connect(str(web_socket(settings)))
            return _health(link, "/api/identity/readyz")
    except OSError:
        return False


def web_socket(settings: Settings) -> Path:
    """Where the web process listens."""
    return settings.run_folder / "web.sock"


def configuration(settings: Settings, user: User | None) -> str:
    """The text of nginx.conf."""
    files = checkout.edge_files()
    is_secure = settings.url.startswith("https://")
    values = {
        "USER": f"user {user.name} {grp.getgrgid(user.gid).gr_name};" if user else "",
        "ADDRESS": settings.address,
        "RUN": str(settings.run_folder),
        "EDGE": str(files),
        "WEB": str(checkout.web_app()),
        "MEDIA": str(_media_folder(settings)),
        "STEERING": str(settings.home / "steering"),
        "SCHEME": "https" if is_secure else "http",
        "TRANSPORT_SECURITY": _TRANSPORT_SECURITY if is_secure else "",
        "TRUSTED_PROXY": _TRUSTED_PROXY if settings.public_url else "",
        "LICENCE_SERVERS": _licence_servers(),
    }
    text = (files / "nginx.conf.template").read_text()
    for name, value in values.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def _licence_servers() -> str:
    """The origins of a DRM vendor's servers, which pages may ask then, as the policy lists them."""
    urls = map(urlsplit, playback.get().licence_servers.values())
    return "".join(f" https://{host}" for host in sorted({url.netloc for url in urls}))


_TRANSPORT_SECURITY = 'more_set_headers "Strict-Transport-Security: max-age=31536000";'
# The address of the viewer comes from the reverse proxy on this machine that has the certificate.
_TRUSTED_PROXY = "set_real_ip_from 127.0.0.1; set_real_ip_from ::1; real_ip_header X-Forwarded-For;"


def _media_folder(settings: Settings) -> Path:
    url = urlsplit(settings.media)
    if url.scheme != "file":
        msg = (
            f"MATINEE_MEDIA_URL is {settings.media}, and the edge that comes along serves media"
            " from a folder only. Unset it, or run `matinee web`, `worker`, `encoder`, `relay`"
            " and `beat` by themselves with an edge of your own before the bucket."
        )
        raise CannotStartError(msg)
    return Path(unquote(url.path))


def _keys(settings: Settings) -> dict[str, str]:
    # The key of `kernel.tokens.MediaTokens`, which makes it likewise if there is none yet.
    return {"media": secret_files.read_or_make(settings.secrets / "media_token_key")}


def _write_private(path: Path, text: str) -> None:
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)


def _health(link: socket.socket, path: str) -> bool:
    link.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    status = link.recv(64).split(b" ", 2)
    return len(status) > 1 and status[1] in {b"200", b"204"}
