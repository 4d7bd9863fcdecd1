"""Asking every service what it keeps of a person."""

from matinee.kernel.asking import Questions
from matinee.kernel.people import ASKS, PATH, Person, PersonalRecords


def records_of(service: str, person: Person) -> PersonalRecords:
    """What a service keeps of a person; Unavailable while it does not answer."""
    path = f"/api/{service}/{PATH}"
    return Questions(ASKS).ask(PersonalRecords, "POST", path, body=person)
