"""The program that hashes passwords, beside a process that answers requests; see `hashing`.

It is started with how many it hashes at once, and with its ends of some lines. Of each it reads an
order and says what came of it, until nobody is left who could order. It knows no secret and no
setting, and a word that it was told is gone with its answer.
"""

import base64
import io
import os
import socket
import sys
import threading
from queue import SimpleQueue

from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type, hash_secret, verify_secret

from matinee.kernel.yielding import session_steps_back, step_back

# Before workers and encoders, as people wait for it; behind all that answers or is asked for rows.
NICE, TURN_MS = 4, 20
RIGHT, WRONG = b"right\n", b"wrong\n"
_SALT_BYTES, _HASH_BYTES = 16, 32

_Orders = SimpleQueue[tuple[bytes, io.BufferedRWPair]]


def main() -> None:
    """Work for each line whose number follows the first argument, at most so many at once."""
    at_once, *lines = map(int, sys.argv[1:])
    session_steps_back(NICE, 0, TURN_MS)
    orders: _Orders = SimpleQueue()
    for number in lines:
        line = socket.socket(fileno=number)
        threading.Thread(target=_hear, args=(line, orders)).start()
    # They end with the last that hears.
    for _ in range(at_once):
        threading.Thread(target=_work, args=(orders,), daemon=True).start()


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


def _hear(line: socket.socket, orders: _Orders) -> None:
    with line, line.makefile("rwb") as told:
        for order in told:
            orders.put((order, told))


def _work(orders: _Orders) -> None:
    # Each thread has a priority of its own.
    step_back(NICE, 0, TURN_MS)
    while True:
        order, line = orders.get()
        line.write(done(order))
        line.flush()


if __name__ == "__main__":
    main()
