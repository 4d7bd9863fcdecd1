"""People who made titles or are seen in them."""

from uuid import UUID

from pydantic import Field

from matinee.contracts.catalog.titles import TitleCard
from matinee.contracts.catalog.words import CreditRole
from matinee.contracts.message import Message


class PersonPart(Message):
    """What a person did for a title."""

    role: CreditRole
    character: str = Field(description="Empty where they play nobody")


class PersonTitle(Message):
    """A title with all that a person did for it."""

    card: TitleCard
    parts: list[PersonPart]


class Person(Message):
    """A person's page: the titles of theirs that the caller may see, newest first."""

    id: UUID
    name: str
    titles: list[PersonTitle]
