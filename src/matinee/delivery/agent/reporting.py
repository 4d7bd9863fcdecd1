"""Making reports so that each line of the log counts once, whatever is killed when."""

import logging

from matinee.contracts.agents import EdgeReport, FillProgress, TrafficCount
from matinee.delivery.agent import VERSION, room
from matinee.delivery.agent.folder import EdgeFolder, LogPosition, Memory
from matinee.delivery.agent.holdings import Holdings
from matinee.delivery.agent.request_log import RequestLog
from matinee.delivery.rules.digest import Digest, entry_of
from matinee.kernel import clock

log = logging.getLogger(__name__)

HELD_MAX = 200
# A log that grew for hours is caught up with in pieces, between which orders are heard.
_LINES_MAX = 200_000


class Reporter:
    """Makes the report that is due; the memory says what was told and what is under way."""

    def __init__(self, folder: EdgeFolder, holdings: Holdings) -> None:
        self._folder = folder
        self._holdings = holdings
        self._log = RequestLog(folder)
        self._is_whole_due = True
        self._filled_bytes = 0
        self.stored: set[tuple[str, str]] = set()
        self.is_behind = False

    def whole(self) -> None:
        """Tell everything that is held, with the next report."""
        self._holdings.all_changed()
        self._is_whole_due = True

    def due(self, memory: Memory, fill: FillProgress, *, is_serving: bool) -> EdgeReport:
        """The report to send now: that which was not taken yet, else a new one, safe on disk."""
        if memory.pending is not None:
            return memory.pending
        digest, position = self._digest(memory.counted)
        held = self._holdings.take_changed(HELD_MAX)
        self.is_behind = self.is_behind or len(held) == HELD_MAX
        memory.pending = EdgeReport(
            sequence=memory.sequence + 1,
            sent_at=clock.now(),
            agent_version=VERSION,
            placement_revision=memory.placement.revision if memory.placement else 0,
            configuration_revision=memory.configuration.revision if memory.configuration else 0,
            takedown_serial=memory.takedown_serial,
            is_serving=is_serving,
            egress_bps=digest.viewer_bytes * 8 / _since_last_s(memory),
            disk=room.disk(self._folder, self._holdings),
            fill=fill,
            links=digest.links(),
            traffic=self._traffic(digest, fill),
            demand=digest.demand(),
            held=held,
            held_whole=self._is_whole_due,
        )
        self._is_whole_due = False
        memory.pending_counted = position
        self._folder.remember(memory)
        return memory.pending

    def taken(self, memory: Memory, sequence: int) -> None:
        """The control plane has counted reports up to this number.

        It has counted others than ours where the memory was lost: then the one under way is
        told again, as the next.
        """
        if memory.pending is None:
            return
        if sequence != memory.pending.sequence:
            memory.pending = memory.pending.model_copy(update={"sequence": sequence + 1})
            return
        memory.sequence = memory.pending.sequence
        memory.counted = memory.pending_counted
        memory.pending = None
        self.is_behind = self.is_behind or self._is_whole_due
        lost = self._log.remove_counted(memory.counted)
        if lost:
            log.warning("%s bytes of the request log were removed before they were counted", lost)

    def rotate(self) -> bool:
        """Put the log aside when it is long; True: nginx must open a new one."""
        if not self._log.needs_rotation():
            return False
        self._log.rotate()
        return True

    def _digest(self, position: LogPosition) -> tuple[Digest, LogPosition]:
        digest = Digest()
        self.is_behind = False
        for number, (line, after) in enumerate(self._log.lines(position)):
            entry = entry_of(line)
            if number >= _LINES_MAX or (entry is not None and not digest.take(entry)):
                self.is_behind = True
                break
            position = after
        self.stored |= digest.stored
        return digest, position

    def _traffic(self, digest: Digest, fill: FillProgress) -> list[TrafficCount]:
        """The log's figures, with what fill has brought since the last report."""
        filled = sum(fill.by_source.values())
        brought, self._filled_bytes = filled - self._filled_bytes, filled
        traffic = digest.traffic()
        if brought <= 0:
            return traffic
        minute = clock.now().replace(second=0, microsecond=0)
        return [*traffic, TrafficCount(minute=minute, filled_bytes=brought)]


def _since_last_s(memory: Memory) -> float:
    """Seconds since this was asked last, at least one."""
    now_s = clock.unix_s()
    before_s, memory.counted_at_s = memory.counted_at_s or now_s, now_s
    return max(1.0, now_s - before_s)
