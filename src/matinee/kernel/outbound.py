"""Requests to addresses that people wrote: webhooks, providers of sign-in.

Such an address must not lead into the operator's own network. It is judged when a connection is
made, by the numbers that its name stands for just then, and the connection goes to exactly those:
other spellings (`http://2130706433`), names that point inside and names that change between two
lookups (DNS rebinding) come to the same. Redirects are not followed, proxies and passwords of this
process's environment are not used. Sources: OWASP SSRF Prevention Cheat Sheet; RFC 6890.
"""

import socket
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.client import RemoteDisconnected
from ipaddress import IPv6Address, ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import EXTRA_BLOCKED_NET_RANGES, InvalidIPAddress
from requests_hardened.ip_filter_adapter import IPFilterAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from matinee.kernel import settings
from matinee.kernel.problems import Unprocessable

CONNECT_TIMEOUT_S = 5.0
READ_TIMEOUT_S = 15.0
# From asking for a connection to the head of the answer, however slowly it drips.
WHOLE_TIMEOUT_S = 20.0
_SETTING = "MATINEE_OUTBOUND_PRIVATE_HOSTS"
_SCHEMES = ("http://", "https://")
_PORTS = {"http": 80, "https": 443}


class RefusedAddressError(requests.RequestException):
    """The address leads inside, and the operator has not allowed its host."""


def session() -> requests.Session:
    """A session whose requests reach public hosts only, and those that the operator allows."""
    return guard(requests.Session())


def guard(of: requests.Session) -> requests.Session:
    """Let a session, perhaps of a library's own kind, reach no further than `session` does."""
    of.trust_env = False
    of.get_redirect_target = _nowhere  # type: ignore[assignment, method-assign] # is an answer
    of.adapters.clear()
    for scheme in _SCHEMES:
        of.mount(scheme, _Guarded(is_https_proto=scheme == "https://"))
    return of


def post(through: requests.Session, url: str, content: bytes, headers: Mapping[str, str]) -> int:
    """The status of the answer, whose body is not read; RequestException if there is none."""
    with through.post(
        url,
        data=content,
        headers=dict(headers),
        timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
        allow_redirects=False,
        stream=True,
    ) as answer:
        return answer.status_code


def check(url: str) -> None:
    """Unprocessable where an address is plainly inside; names are looked up only when asked."""
    wrong = Unprocessable("not_an_address", "Give an address that begins with https://.")
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise wrong from error
    if f"{parts.scheme}://" not in _SCHEMES or not parts.hostname:
        raise wrong
    if parts.username or parts.password:
        detail = "Leave user name and password out of the address: it is shown and logged."
        raise Unprocessable("password_in_address", detail)
    number = _written_number(parts.hostname)
    if number and _is_inside(number) and not _is_allowed(url):
        raise Unprocessable("private_address", _refusal(parts.hostname))


def _nowhere(_answer: requests.Response) -> None:
    """Where to go on to after a redirect."""


class _Line:
    """A connection that is cut when one request on it takes too long as a whole.

    Time-outs of sockets begin anew with each byte: whoever sends one every ten seconds could
    hold a worker for days.
    """

    _cutting: threading.Timer | None = None
    _line: socket.socket | None = None
    _is_cut = False

    def connect(self) -> None:
        """See urllib3."""
        self._watch()
        super().connect()  # type: ignore[misc] # stands before a connection of urllib3's

    def request(self, *what: Any, **options: Any) -> None:
        """See urllib3."""
        self._watch()
        super().request(*what, **options)  # type: ignore[misc] # as above

    def getresponse(self) -> Any:
        """See urllib3. A head that was cut in its middle would otherwise pass for a whole one."""
        answer = super().getresponse()  # type: ignore[misc] # as above
        if self._is_cut:
            answer.close()
            msg = f"the answer took longer than {WHOLE_TIMEOUT_S} seconds"
            raise RemoteDisconnected(msg)
        return answer

    def close(self) -> None:
        """See urllib3."""
        self._rest()
        if self._line is not None:
            self._line.close()
        super().close()  # type: ignore[misc] # as above

    def _new_conn(self) -> socket.socket:
        line: socket.socket = super()._new_conn()  # type: ignore[misc] # as above
        # A copy: TLS takes the first one over before it has shaken hands.
        self._line = line.dup()
        return line

    def _watch(self) -> None:
        self._rest()
        self._is_cut = False
        self._cutting = threading.Timer(WHOLE_TIMEOUT_S, self._cut)
        self._cutting.daemon = True
        self._cutting.start()

    def _rest(self) -> None:
        if self._cutting is not None:
            self._cutting.cancel()

    def _cut(self) -> None:
        self._is_cut = True
        with suppress(OSError):
            if self._line is not None:
                self._line.shutdown(socket.SHUT_RDWR)


class _Plain(_Line, HTTPConnection):
    """By HTTP."""


class _Secure(_Line, HTTPSConnection):
    """By HTTPS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Guarded(IPFilterAdapter):  # type: ignore[misc] # the library ships no types
    """The library's filter, closed where it is open, and with a door for the operator."""

    def init_poolmanager(self, *sizes: Any, **options: Any) -> None:
        """See requests; what it opens is cut in time."""
        super().init_poolmanager(*sizes, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: Any,
        cert: Any = None,
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        if _is_allowed(request.url or ""):
            plain = HTTPAdapter.build_connection_pool_key_attributes(self, request, verify, cert)
            return plain[0], plain[1]
        asked = urlsplit(request.url or "").hostname or ""
        try:
            host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        except InvalidIPAddress as error:
            raise RefusedAddressError(_refusal(asked)) from error
        if _is_inside(host["host"].strip("[]")):
            raise RefusedAddressError(_refusal(asked))
        return host, pool


def _is_inside(number: str) -> bool:
    """Whether an IP address is none of the public ones (IANA's special-purpose registries)."""
    address = ip_address(number)
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    if isinstance(address, IPv6Address) and address.is_site_local:
        return True
    if any(address in network for network in EXTRA_BLOCKED_NET_RANGES):
        return True
    return address.is_reserved or address.is_multicast or not address.is_global


def _written_number(host: str) -> str:
    """The IP address that a host is, in whichever spelling; empty for a name."""
    with suppress(OSError, UnicodeError):
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
        return str(found[0][4][0]).partition("%")[0]
    return "127.0.0.1" if host.rstrip(".").lower() == "localhost" else ""


def _is_allowed(url: str) -> bool:
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        return False
    allowed = settings.get().outbound_private_hosts
    return bool({parts.hostname, f"{parts.hostname}:{port}"} & set(allowed))


def _refusal(host: str) -> str:
    return (
        f"{host} lies inside a private network, where no address that people write may lead. "
        f"If it is meant, the operator can allow it: {_SETTING}."
    )
