"""What was decided, as others read it: a file among the sockets, written anew with every look."""

from datetime import datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from matinee.contracts.message import Message
from matinee.kernel import clock, settings

FILE = "copies.json"
# What is older is no decision any more: whoever follows leaves everything as it is.
_COUNTS_FOR = timedelta(minutes=1)


class Copies(Message):
    """How many copies of a role there are and are wanted, and why: what is needed and foreseen."""

    wanted: int
    running: int
    least: int
    most: int
    needed: float
    foreseen: float


class Decided(Message):
    """The copies of every role at a moment."""

    at: datetime
    copies: dict[str, Copies]

    @property
    def counts(self) -> bool:
        """Whether somebody has looked within a minute."""
        return clock.now() - self.at < _COUNTS_FOR


def publish(decided: Decided) -> None:
    """Put it where this machine, or whoever looks into this container, finds it."""
    path = _path()
    anew = path.with_suffix(".new")
    anew.write_text(decided.model_dump_json())
    anew.replace(path)


def published() -> Decided | None:
    """What was decided last; None if nothing was within a minute."""
    try:
        return read(_path().read_text())
    except FileNotFoundError:
        return None


def read(text: str) -> Decided | None:
    """What such a file says; None if it counts no more, or nothing can be read of it."""
    try:
        decided = Decided.model_validate_json(text)
    except ValidationError:
        return None
    return decided if decided.counts else None


def _path() -> Path:
    return settings.get().run_folder / FILE
