"""What `delivery` keeps of a person: which takedowns a member of the staff ordered."""

from matinee.delivery.models import TakedownRecord
from matinee.kernel.people import Erased, Person, PersonalRecords, sheet


def gather(person: Person) -> PersonalRecords:
    """Takedowns that the account ordered."""
    rows = TakedownRecord.objects.filter(asked_by=person.account_id)
    told = rows.values("title_id", "asked_at", "lifted", "reason")
    sheets = [sheet("takedowns", "Titles that you had served no more", told)]
    return PersonalRecords(service="delivery", sheets=sheets)


def erase(person: Person) -> Erased:
    """Forget who ordered them; that they were ordered stays."""
    rows = TakedownRecord.objects.filter(asked_by=person.account_id)
    return Erased(rows.update(asked_by=None))
