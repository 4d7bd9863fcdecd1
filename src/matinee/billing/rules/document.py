"""What an invoice or a credit note says, before anybody draws it."""

from dataclasses import dataclass
from datetime import datetime

from matinee.kernel.money import Money


@dataclass(frozen=True)
class Row:
    """A thing and its amount."""

    what: str
    amount: Money


@dataclass(frozen=True)
class Document:
    """A numbered document of a day, from whom, to whom, over what."""

    title: str
    number: str
    day: datetime
    seller: tuple[str, ...]
    buyer: tuple[str, ...]
    rows: tuple[Row, ...]
    sums: tuple[Row, ...]
