"""What `catalog` keeps of a person: how it is gathered, and how it is erased."""

from django.db.models import Q

from matinee.catalog.models import (
    AccountPlan,
    Amendment,
    Deed,
    OwnTitle,
    SheetImport,
    Title,
    Upload,
)
from matinee.kernel.people import Erased, Person, PersonalRecords, sheet

_DEED = ("title_id", "created_at", "verb", "words")


def gather(person: Person) -> PersonalRecords:
    """What the account has subscribed to and bought, and did with titles as one of the staff."""
    mine = Q(account_id=person.account_id)
    deeds = Deed._default_manager.filter(mine).order_by("-pk")
    owned = OwnTitle._default_manager.filter(mine)
    submitted = Title._default_manager.filter(submitted_by=person.account_id)
    sent = SheetImport._default_manager.filter(mine)
    plans = AccountPlan._default_manager.filter(mine)
    proposed = Amendment._default_manager.filter(account_ids__contains=[person.account_id])
    films = Upload._default_manager.filter(mine)
    sheets = [
        sheet("plan", "What you have subscribed to", plans.values("plan", "ends_at")),
        sheet("own_titles", "Titles you rented or bought", owned.values("title_id", "ends_at")),
        sheet("deeds", "What you did with titles as one of the staff", deeds.values(*_DEED)),
        sheet("sheets", "Sheets of titles you sent", sent.values("created_at", "file_name")),
        sheet("proposed", "Titles you proposed changes of", proposed.values("title_id", "words")),
        sheet("films", "Films you sent", films.values("title_id", "created_at", "file_name")),
        sheet("submitted", "Titles you sent to be reviewed", submitted.values("id")),
    ]
    return PersonalRecords(service="catalog", sheets=sheets, titles=_names(person))


def erase(person: Person) -> Erased:
    """Remove all of it; what was done with titles stays in their history, by nobody."""
    rows = sum(len(kept.rows) for kept in gather(person).sheets)
    mine = Q(account_id=person.account_id)
    AccountPlan._default_manager.filter(mine).delete()
    OwnTitle._default_manager.filter(mine).delete()
    Deed._default_manager.filter(mine).update(account_id=None)
    SheetImport._default_manager.filter(mine).update(account_id=None)
    Title._default_manager.filter(submitted_by=person.account_id).update(submitted_by=None)
    Upload._default_manager.filter(mine).update(account_id=None)
    for row in Amendment._default_manager.filter(account_ids__contains=[person.account_id]):
        row.account_ids = [one for one in row.account_ids if one != person.account_id]
        row.save(update_fields=["account_ids"])
    return Erased(rows)


def _names(person: Person) -> dict[object, str]:
    """What the titles are called that occur."""
    who = person.account_id
    mine = Q(deeds__account_id=who) | Q(submitted_by=who) | Q(uploads__account_id=who)
    mine |= Q(amendment__account_ids__contains=[who])
    return dict(Title._default_manager.filter(mine).distinct().values_list("pk", "name"))
