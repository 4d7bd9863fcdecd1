"""What each service keeps of a person: handed out when they ask for it, erased when they go.

A service says once, in its `events`, how its records of somebody are gathered and how they are
erased. Its HTTP edge then answers `identity`, and nobody else, with what there is; and when an
account was erased, the service erases its part, looks again, and tells what it found.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from matinee.kernel.events.event import Event, announce
from matinee.kernel.events.hearing import hears
from matinee.kernel.problems import Unavailable

# Who alone may ask for what a service keeps of somebody.
ASKS = "identity"
PATH = "person"

Cell = str | int | float | bool | None


class Person(BaseModel):
    """An account and its profiles, by id."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    account_id: UUID
    profile_ids: list[UUID] = []


class Sheet(BaseModel):
    """Some records of one kind, with the same columns; `name` becomes that of a file."""

    name: str
    about: str
    rows: list[dict[str, Cell]]


class PersonalRecords(BaseModel):
    """All that a service keeps of a person; `titles` says what titles are called that occur."""

    service: str
    sheets: list[Sheet]
    titles: dict[UUID, str] = {}


class Erased(NamedTuple):
    """How many rows went, and what must be kept, and why, in words (none: nothing)."""

    rows: int
    kept: str = ""


class AccountErased(Event):
    """identity: an account is no more; whatever is kept of it and its profiles must go."""

    type: ClassVar[str] = "account.erased"
    erasure_id: UUID
    person: Person


class ErasureProved(Event):
    """Any service: it has erased what it kept of a person, looked again, and found nothing."""

    type: ClassVar[str] = "erasure.proved"
    erasure_id: UUID
    service: str
    rows: int
    kept: str


Gather = Callable[[Person], PersonalRecords]
Erase = Callable[[Person], Erased]
_gatherers: dict[str, Gather] = {}


def keeps(service: str, gather: Gather, erase: Erase) -> None:
    """Say how a service's records of a person are gathered and erased.

    `erase` runs in a transaction; what `gather` still finds afterwards undoes it, and it is
    tried again, unless `erase` says what is kept and why.
    """
    _gatherers[service] = gather

    def forget(event: AccountErased) -> None:
        erased = erase(event.person)
        left = sum(len(sheet.rows) for sheet in gather(event.person).sheets)
        if left and not erased.kept:
            raise StillThereError(service, left)
        proof = ErasureProved(
            erasure_id=event.erasure_id, service=service, rows=erased.rows, kept=erased.kept
        )
        announce(service, proof)

    hears(service, AccountErased)(forget)


def keeps_nothing(service: str) -> None:
    """Say that a service keeps nothing of anybody; it tells so whenever it is asked."""
    keeps(
        service,
        lambda _person: PersonalRecords(service=service, sheets=[]),
        lambda _person: Erased(0),
    )


class StillThereError(RuntimeError):
    """A service erased a person and still finds something of them."""

    def __init__(self, service: str, rows: int) -> None:
        super().__init__(f"{service} still has {rows} rows of an account that was erased")


def keepers() -> list[str]:
    """The services that have said how they gather and erase."""
    return sorted(_gatherers)


def gathered(service: str, person: Person) -> PersonalRecords:
    """What a service keeps of a person; Unavailable if it has not said how to look."""
    gather = _gatherers.get(service)
    if gather is None:
        raise Unavailable("not_ready", f"{service} has not started yet. Please try again soon.")
    return gather(person)


def sheet(name: str, about: str, rows: Iterable[Mapping[str, object]]) -> Sheet:
    """Records as a sheet: ids and moments become text."""
    kept = [{column: _cell(value) for column, value in row.items()} for row in rows]
    return Sheet(name=name, about=about, rows=kept)


def _cell(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
