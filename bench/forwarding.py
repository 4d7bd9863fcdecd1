"""Passes TCP connections on, between addresses and sockets in the file system.

Sockets in the file system are seen from every network namespace: with one of these in
each, a browser in a namespace of its own reaches a service on this machine's
loopback, over a link that can be shaped, and neither has an address outside.
"""

import asyncio
import contextlib
import socket
import sys
from collections.abc import Coroutine
from typing import Any

# As much as a sender may have on its way: small, so that what is shaped is what a browser sees.
_SEND_BYTES = 128 * 1024
_PIECE_BYTES = 16 * 1024


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while piece := await reader.read(_PIECE_BYTES):
            writer.write(piece)
            await writer.drain()
    with contextlib.suppress(OSError):
        writer.close()


async def _open(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    if address.startswith("/"):
        return await asyncio.open_unix_connection(address, limit=_PIECE_BYTES)
    host, _, port = address.rpartition(":")
    return await asyncio.open_connection(host, int(port), limit=_PIECE_BYTES)


def _narrow(writer: asyncio.StreamWriter) -> None:
    writer.transport.set_write_buffer_limits(_PIECE_BYTES)
    held = writer.get_extra_info("socket")
    held.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)


async def serve(listen: str, to: str) -> None:
    """Forward what comes in at `listen` to `to`; HOST:PORT, or the path of a socket."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            onward_reader, onward_writer = await _open(to)
        except OSError:
            writer.close()
            return
        _narrow(writer)
        _narrow(onward_writer)
        ways: list[Coroutine[Any, Any, None]] = [
            _pass_on(reader, onward_writer),
            _pass_on(onward_reader, writer),
        ]
        await asyncio.gather(*ways)

    if listen.startswith("/"):
        server = await asyncio.start_unix_server(forward, listen, limit=_PIECE_BYTES)
    else:
        host, _, port = listen.rpartition(":")
        server = await asyncio.start_server(forward, host, int(port), limit=_PIECE_BYTES)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(sys.argv[1], sys.argv[2]))
