"""Doing what orders say to the folder: takedowns first, then admission, then removal."""

import contextlib
import logging
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from matinee.contracts.agents import EVERY_RANGE, PlacementOrders, Portion, TakedownOrder
from matinee.delivery.agent.folder import OWN_FILES, EdgeFolder
from matinee.delivery.agent.holdings import Holdings, Key
from matinee.delivery.rules import portions

log = logging.getLogger(__name__)


def take_down(folder: EdgeFolder, holdings: Holdings, orders: Iterable[TakedownOrder]) -> int:
    """Refuse packages, or refuse them no more; the serial up to which that is done.

    The marker comes first, so that nothing that is under way puts a file back. An order
    that cannot be obeyed keeps its serial from counting, and comes again.
    """
    serial = 0
    for order in orders:
        marker = folder.refused / order.package
        if order.lifted:
            marker.unlink(missing_ok=True)
        else:
            marker.touch()
            _remove_package(folder, holdings, order.package)
        serial = order.serial
    return serial


def _remove_package(folder: EdgeFolder, holdings: Holdings, package: str) -> None:
    gone = folder.draft()
    try:
        # Out of nginx's sight at once, however many files it has.
        (folder.packages / package).rename(gone)
    except FileNotFoundError:
        pass
    else:
        shutil.rmtree(gone, ignore_errors=True)
    shutil.rmtree(folder.admitted / package, ignore_errors=True)
    for key in [key for key in holdings.keys_held() if key[0] == package]:
        holdings.look(*key)


def admit(folder: EdgeFolder, placement: PlacementOrders) -> None:
    """Make the markers of admission say what the orders say.

    What is to be filled is admitted as well: a viewer may ask before fill has come to it.
    """
    wanted: dict[Key, int] = {}
    for one in (*placement.fill, *placement.admit):
        key = (one.package, one.folder)
        wanted[key] = wanted.get(key, 0) | one.ranges
    for package, part in _marked(folder):
        if (package, part) not in wanted:
            shutil.rmtree(folder.mark_admitted(package, part), ignore_errors=True)
    for (package, part), ranges in wanted.items():
        if not folder.is_refused(package):
            _mark(folder.mark_admitted(package, part), ranges)
    _remove_empty(folder.admitted)


def admit_nothing(folder: EdgeFolder) -> None:
    """Have nginx keep no more files: there is no room."""
    for package, part in list(_marked(folder)):
        shutil.rmtree(folder.mark_admitted(package, part), ignore_errors=True)


def remove(folder: EdgeFolder, holdings: Holdings, gone: Portion) -> int:
    """Unlink what lies of a portion; how many bytes that frees."""
    freed = holdings.bytes_of(gone.package, gone.folder, gone.ranges)
    if not freed:
        return 0
    place = folder.file(gone.package, gone.folder)
    for path in place.iterdir():
        below = f"{gone.folder}/{path.name}" if gone.folder else path.name
        if path.is_file() and portions.bit(portions.place_of(below).range) & gone.ranges:
            path.unlink(missing_ok=True)
    _remove_empty(folder.packages / gone.package)
    holdings.look(gone.package, gone.folder)
    return freed


def least_worth(keys: Iterable[Key], placement: PlacementOrders) -> Iterator[Portion]:
    """What may go when room is needed: what is wanted no more, then what is admitted only."""
    fill = {(one.package, one.folder): one.ranges for one in placement.fill}
    admitted = {(one.package, one.folder): one.ranges for one in placement.admit}
    for key in keys:
        unwanted = EVERY_RANGE & ~fill.get(key, 0) & ~admitted.get(key, 0)
        yield Portion(package=key[0], folder=key[1], ranges=unwanted)
    for one in reversed(placement.admit):
        only = one.ranges & ~fill.get((one.package, one.folder), 0)
        yield Portion(package=one.package, folder=one.folder, ranges=only)


def _mark(place: Path, ranges: int) -> None:
    place.mkdir(parents=True, exist_ok=True)
    wanted = {str(number) for number in portions.numbers(ranges)}
    there = {path.name for path in place.iterdir()}
    for name in wanted - there:
        (place / name).touch()
    for name in there - wanted:
        (place / name).unlink(missing_ok=True)


def _marked(folder: EdgeFolder) -> list[Key]:
    return [
        (package.name, "" if part.name == OWN_FILES else part.name)
        for package in folder.admitted.iterdir()
        for part in package.iterdir()
    ]


def _remove_empty(root: Path) -> None:
    """Remove folders below this one in which nothing lies; nginx makes them again."""
    for path in root.iterdir():
        with contextlib.suppress(OSError):  # not empty, or not any more
            path.rmdir()
