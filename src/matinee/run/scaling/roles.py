"""What can have several copies, what of each one takes, and how many there may be here."""

from collections.abc import Mapping
from dataclasses import dataclass

from matinee.kernel.tasks import DEFAULT_QUEUE, ENCODE_QUEUE, EVENTS_QUEUE
from matinee.run import services
from matinee.run.scaling.room import Room
from matinee.run.scaling.rules.demand import Takes
from matinee.run.scaling.rules.wanted import Bounds
from matinee.run.scaling.settings import ENCODER, WEB, WORKER, Settings

_MINUTE_S = 60.0
# As measured with `matinee status`, and some more; an encoder's is that of the tools below it.
_COPY_BYTES = {WORKER: 300_000_000, ENCODER: 1_000_000_000}
_WEB_BYTES = 250_000_000
# An event shows on a page; a step of an encode is one of many.
_TASK_S = {WORKER: 0.1, ENCODER: 20.0}
_WORKER_BEGINS_WITHIN_S = 10.0
_CORES_FREE_LEAST = 0.25


@dataclass(frozen=True)
class Role:
    """One kind of process; one without queues answers requests."""

    name: str
    takes: Takes
    bounds: Bounds
    queues: tuple[str, ...] = ()
    for_viewers: bool = True
    """Whether its work follows how many people watch, and so the week and premieres."""


def of_one_machine(settings: Settings, room: Room, running: Mapping[str, int]) -> dict[str, Role]:
    """What the supervisor of this machine can have several copies of, with `running` of each now.

    Where no core is idle another copy only takes from the others, and every encoder uses all cores,
    so that a second one brings nothing.
    """
    is_busy = room.cores_free < _CORES_FREE_LEAST
    found = {}
    for name in (WEB, WORKER, ENCODER):
        if name not in running:
            continue
        most = 1 if name == ENCODER else room.cores
        more = room.bytes_free // _COPY_BYTES.get(name, _WEB_BYTES)
        fitting = running[name] + (min(more, 0) if is_busy else more)
        bounds = _bounds(settings, name, max(1, min(most, fitting)))
        found[name] = _role(settings, name, bounds, room.cores)
    return found


def apart(settings: Settings, room: Room) -> dict[str, Role]:
    """What containers there can be several of; without bounds of theirs, one for each core here."""
    return {
        name: _role(settings, name, _bounds(settings, name, room.cores), room.cores)
        for name in (*services.WITH_API, WORKER, ENCODER)
    }


def _bounds(settings: Settings, name: str, most: int) -> Bounds:
    chosen = settings.scaling_bounds.get(name)
    return Bounds(*chosen) if chosen else Bounds(1, most)


def _role(settings: Settings, name: str, bounds: Bounds, cores: int) -> Role:
    if name == WORKER:
        takes = Takes(task_s=_TASK_S[name], begins_within_s=_WORKER_BEGINS_WITHIN_S, slots=2)
        return Role(name, takes, bounds, (EVENTS_QUEUE, DEFAULT_QUEUE))
    if name == ENCODER:
        within_s = settings.scaling_encode_minutes * _MINUTE_S
        takes = Takes(task_s=_TASK_S[name], begins_within_s=within_s, slots=cores)
        return Role(name, takes, bounds, (ENCODE_QUEUE,), for_viewers=False)
    takes = Takes(
        core_share=settings.scaling_core_percent / 100,
        presses_per_s=settings.scaling_presses_per_copy,
    )
    return Role(name, takes, bounds)
