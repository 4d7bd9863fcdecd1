"""Begins a command that lets all else on this machine go first: `python -m tests.behind COMMAND`.

`bin/test` has it for what computes, while journeys wait for a browser and for an installation.
"""

import os
import sys
from contextlib import suppress

from matinee.run import spawning

_NICE = 10


def main() -> None:
    """Become the command."""
    with suppress(PermissionError):  # What was begun at a prompt has a session of its own.
        os.setsid()
    spawning.make_nice(os.getpid(), _NICE)
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - what bin/test says


if __name__ == "__main__":
    main()
