"""Whether a server of this machine answers well; asked every second, so by bare sockets."""

import socket
import ssl

_WITHIN_S = 2.0


def is_well(link: socket.socket, path: str) -> bool:
    """Whether the server at the other end answers a request for a path with 200 or 204."""
    link.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    status = link.recv(64).split(b" ", 2)
    return len(status) > 1 and status[1] in {b"200", b"204"}


class Answering:
    """Asks at one address, whatever name the certificate there is for."""

    def __init__(self, host: str, port: int, *, is_secure: bool) -> None:
        self._address = (host, port)
        # The certificate is for the name that viewers use, not for this address.
        self._tls = ssl._create_unverified_context() if is_secure else None  # noqa: S323, SLF001

    def at(self, path: str) -> bool:
        """Whether a path is answered well within two seconds."""
        try:
            with socket.create_connection(self._address, _WITHIN_S) as link:
                if self._tls is None:
                    return is_well(link, path)
                with self._tls.wrap_socket(link) as sealed:
                    return is_well(sealed, path)
        except OSError:
            return False
