"""The program that hashes passwords, beside a process that answers requests; see `hashing`.

It is started with how many it hashes at once, and with its ends of some lines. Of each it reads an
order and says what came of it, until nobody is left who could order, or nobody did for minutes: its
memory is of use to others then. It knows no secret and no setting.
"""

import base64
import io
import os
import socket
import sys
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret, verify_secret

from matinee.kernel import clock
from matinee.kernel.yielding import session_steps_back, step_back

# Behind all that answers or is asked for rows. Whoever is near the others in rank is not left at
# once, as the kernel counts what they had before: then who answers waits for the end of a turn. So
# turns are hardly longer than those of others, which are three milliseconds at most.
NICE, TURN_MS = 10, 4
RIGHT, WRONG = b"right\n", b"wrong\n"
# Begun again within a tenth of a second.
IDLE_S = 300.0
# Hashing leaves nothing of others in a processor's caches: whoever is told then begins with reading
# all that they need from memory. So in a crowd some are told at once, and only the first one does.
# Of more than so many, one after the other, somebody else who asks would notice.
TOLD_TOGETHER = 2
_SALT_BYTES, _HASH_BYTES = 16, 32

# What is said on a line, by whoever orders or by us.
_Order = tuple[bytes, io.BufferedRWPair]
_Orders = SimpleQueue[_Order]


def main() -> None:
    """Work for each line whose number follows the first argument, at most so many at once."""
    at_once, *lines = map(int, sys.argv[1:])
    session_steps_back(NICE, 0, TURN_MS)
    orders: _Orders = SimpleQueue()
    came = threading.Event()
    for number in lines:
        line = socket.socket(fileno=number)
        threading.Thread(target=_hear, args=(line, orders, came), daemon=True).start()
    for _ in range(at_once):
        threading.Thread(target=_work, args=(orders,), daemon=True).start()
    came.set()
    while came.is_set():
        came.clear()
        clock.pause(IDLE_S)


def done(order: bytes) -> bytes:
    """What comes of an order: `hash PASSES KIB WORD`, or `check HASH WORD`; words are base64."""
    verb, *how, word = order.rstrip(b"\n").split(b" ")
    bare = base64.b64decode(word)
    if verb == b"check":
        return RIGHT if _is_right(bare, *how) else WRONG
    passes, kib = map(int, how)
    salt = os.urandom(_SALT_BYTES)
    return hash_secret(bare, salt, passes, kib, 1, _HASH_BYTES, Type.ID) + b"\n"


def _is_right(word: bytes, kept: bytes) -> bool:
    try:
        return verify_secret(kept, word, Type.ID)
    except (VerificationError, InvalidHashError):
        return False


def _hear(line: socket.socket, orders: _Orders, came: threading.Event) -> None:
    with line, line.makefile("rwb") as told:
        for order in told:
            came.set()
            orders.put((order, told))
    # All lines are of one process, which has ended.
    os._exit(0)


def _work(orders: _Orders) -> None:
    # Each thread has a priority of its own.
    step_back(NICE, 0, TURN_MS)
    while True:
        told = [_done_next(orders.get())]
        # Nobody waits for an order that is not there: another thread may have taken it.
        with suppress(Empty):
            while len(told) < TOLD_TOGETHER:
                told.append(_done_next(orders.get_nowait()))
        for came, line in told:
            line.write(came)
            line.flush()


def _done_next(taken: _Order) -> _Order:
    order, line = taken
    return done(order), line


if __name__ == "__main__":
    main()
