"""Counting what the service's own edge served, where it runs on the same machine.

It needs no agent: it holds everything, and its orders are settings. Only its request log
must be read, as an agent reads that of any other edge.
"""

import logging
import os
import signal

from matinee.contracts.agents import EdgeReport, FillProgress
from matinee.delivery.agent.folder import EdgeFolder, Memory
from matinee.delivery.agent.holdings import Holdings
from matinee.delivery.agent.reporting import Reporter
from matinee.kernel import settings as shared_settings

log = logging.getLogger(__name__)


class OwnEdge:
    """The nginx of `matinee up`, by the files of the home folder."""

    def __init__(self) -> None:
        ours = shared_settings.get()
        self._folder = EdgeFolder(ours.home)
        self._pid_files = ours.run_folder / "edge"
        self._reporter = Reporter(self._folder, Holdings(self._folder))
        self._memory: Memory = self._folder.recall()

    @property
    def is_here(self) -> bool:
        """Whether this machine has such an edge."""
        return self._folder.log.is_file()

    @property
    def is_behind(self) -> bool:
        """Whether there was more than one report takes."""
        return self._reporter.is_behind

    def due(self) -> EdgeReport:
        """What it served since the report before, or that one if it was not taken."""
        if self._reporter.rotate():
            self._reopen_log()
        return self._reporter.due(self._memory, FillProgress(), is_serving=True)

    def taken(self, sequence: int) -> None:
        """The report of this number is the last that was counted."""
        self._reporter.taken(self._memory, sequence)
        self._folder.remember(self._memory)

    def _reopen_log(self) -> None:
        # While one nginx takes the place of another, both write.
        for path in self._pid_files.glob("nginx.*.pid"):
            try:
                os.kill(int(path.read_text()), signal.SIGUSR1)
            except (OSError, ValueError) as error:
                log.warning("nginx could not be told to open a new log: %s", error)
