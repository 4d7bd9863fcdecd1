"""People, and what they did for titles."""

from collections import defaultdict
from collections.abc import Iterable
from typing import cast
from uuid import UUID

from matinee.catalog.models import Credit, Person, Title
from matinee.catalog.queries import cards
from matinee.catalog.queries.rows import seen_by
from matinee.catalog.queries.viewers import Viewer
from matinee.contracts import catalog as messages
from matinee.kernel.problems import NotFound

# A person's page shows no more titles than these, the newest.
_TITLES_MAX = 200
# Whose page it would be says their series' or their film's.
_OF_OTHERS = ("episode", "trailer", "extra")


def credits_of(rows: Iterable[Title]) -> dict[UUID, list[messages.Credit]]:
    """Who did what for each of some titles, in the order in which it is shown."""
    credited: dict[UUID, list[messages.Credit]] = defaultdict(list)
    found = Credit._default_manager.filter(title__in=[row.pk for row in rows])
    for credit in found.select_related("person").order_by("position"):
        credited[credit.title_id].append(
            messages.Credit.model_construct(
                name=credit.person.name,
                role=cast("messages.CreditRole", credit.role),
                character=credit.character,
                person_id=credit.person_id,
            )
        )
    return credited


def person_page(person_id: UUID, viewer: Viewer) -> messages.Person:
    """A person with the titles that this viewer may see; NotFound where there are none.

    Somebody of whom nothing may be seen is as good as not there.
    """
    person = Person._default_manager.filter(pk=person_id).first()
    own = seen_by(viewer).exclude(kind__in=_OF_OTHERS).filter(credits__person=person_id)
    rows = list(own.order_by("-year", "-pk").distinct()[:_TITLES_MAX])
    if person is None or not rows:
        code = "unknown_person"
        raise NotFound(code, "There is nobody of this name whose titles you can watch.")
    parts = credits_of(rows)
    return messages.Person(
        id=person.pk,
        name=person.name,
        titles=[
            messages.PersonTitle(
                card=cards.card_of(row, viewer),
                parts=[
                    messages.PersonPart(role=part.role, character=part.character)
                    for part in parts[row.pk]
                    if part.person_id == person.pk
                ],
            )
            for row in rows
        ],
    )
