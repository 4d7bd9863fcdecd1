"""What an agent needs of the nginx beside it; `run` has the real one."""

from typing import Protocol

from matinee.contracts.agents import EdgeConfiguration


class Server(Protocol):
    """The nginx of an edge."""

    def configure(self, configuration: EdgeConfiguration) -> None:
        """Write what nginx reads, keys and all, and have a running one load it.

        ValueError with a sentence where it cannot; the old configuration goes on then.
        """

    def reopen_logs(self) -> None:
        """Have it write to a new log, as the old one was renamed."""

    def is_serving(self) -> bool:
        """Whether it answers."""
