"""The sockets at which viewers knock."""

import os
import socket
from collections.abc import Iterator

import pytest

from bench import ports
from matinee.run.doors import Doors


@pytest.fixture
def doors() -> Iterator[Doors]:
    """Of an address of this machine."""
    opened = Doors(f"127.0.0.1:{ports.free()}")
    yield opened
    opened.close()


def test_a_worker_that_comes_too_late_to_a_door_does_not_stand_there(doors: Doors) -> None:
    assert doors.numbers()
    assert not any(map(os.get_blocking, doors.numbers()))


def test_nor_at_one_that_another_release_has_opened(doors: Doors) -> None:
    with socket.create_server(("127.0.0.1", 0)) as theirs:
        assert theirs.getblocking()
        doors.take_over([os.dup(theirs.fileno())])
        assert not any(map(os.get_blocking, doors.numbers()))
        assert not any(map(os.get_inheritable, doors.numbers()))
