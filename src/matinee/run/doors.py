"""The sockets at which viewers knock: opened by the supervisor, answered by whichever nginx runs.

nginx takes over sockets whose numbers stand in a variable, as it hands them to its own successor
(`ngx_add_inherited_sockets` in src/core/nginx.c). As the supervisor holds them too, a viewer who
comes while nginx is started anew waits for it instead of being refused.
"""

import contextlib
import socket
from collections.abc import Iterable, Iterator

VARIABLE = "NGINX"
# nginx says by itself how many may wait (`backlog`); this holds until then.
_BACKLOG = 1024


class Doors:
    """The sockets of one address; `HOST:PORT`, where a name may stand for several."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._sockets: list[socket.socket] = []

    def numbers(self) -> list[int]:
        """Their numbers in this process; opened now, unless they are."""
        if not self._sockets:
            self._sockets = list(self._opened())
        return [each.fileno() for each in self._sockets]

    def take_over(self, numbers: Iterable[int]) -> None:
        """These are open, from a supervisor of another release."""
        self._sockets = [socket.socket(fileno=number) for number in numbers]
        for each in self._sockets:
            each.set_inheritable(False)
            each.setblocking(False)

    def close(self) -> None:
        """Let nobody knock any more whom no nginx answers."""
        for each in self._sockets:
            each.close()
        self._sockets = []

    def _opened(self) -> Iterator[socket.socket]:
        host, _, port = self._address.rpartition(":")
        found = socket.getaddrinfo(host.strip("[]"), int(port), type=socket.SOCK_STREAM)
        with contextlib.ExitStack() as failed:
            opened = []
            for family, target in dict.fromkeys((each[0], each[4]) for each in found):
                door = failed.enter_context(socket.socket(family, socket.SOCK_STREAM))
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    door.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                # Of two nginx workers that hear a knock, the one that is too late would stand at
                # the door until the next one, with all whom it serves.
                door.setblocking(False)
                door.bind(target)
                door.listen(_BACKLOG)
                opened.append(door)
            failed.pop_all()
        yield from opened
