"""What `playback` keeps of a person: how it is gathered, and how it is erased."""

from matinee.contracts.events import ProfileRemoved
from matinee.kernel.people import Erased, Person, PersonalRecords, sheet
from matinee.playback import actions, sessions
from matinee.playback.models import EntitlementCopy, Position, TitleGrantCopy

_PLACES = ("profile_id", "title_id", "position_s", "duration_s", "finished", "watched_at")
_RIGHTS = ("plan", "streams_at_once", "height_max", "ends_at")


def gather(person: Person) -> PersonalRecords:
    """Where profiles stopped, what plays now, and what the account may watch."""
    places = Position.objects.filter(profile_id__in=person.profile_ids).order_by("-watched_at")
    rights = EntitlementCopy.objects.filter(pk=person.account_id).values(*_RIGHTS)
    grants = TitleGrantCopy.objects.filter(account_id=person.account_id)
    live = (
        {"profile_id": play.profile_id, "title_id": play.title_id}
        for play in sessions.find_live(person.account_id)
    )
    sheets = [
        sheet("positions", "Where you stopped, and go on from", places.values(*_PLACES)),
        sheet("entitlement", "What your plan lets you watch", rights),
        sheet("titles", "Titles you rented or bought", grants.values("title_id", "ends_at")),
        sheet("playing", "What plays just now", live),
    ]
    return PersonalRecords(service="playback", sheets=sheets)


def erase(person: Person) -> Erased:
    """End what plays, remove all of it, and take nothing more that still comes."""
    rows = sum(len(kept.rows) for kept in gather(person).sheets)
    for play in sessions.find_live(person.account_id):
        sessions.end(play)
    for profile_id in person.profile_ids:
        gone = ProfileRemoved(account_id=person.account_id, profile_id=profile_id)
        actions.profile_forget(gone)
    EntitlementCopy.objects.filter(pk=person.account_id).delete()
    TitleGrantCopy.objects.filter(account_id=person.account_id).delete()
    return Erased(rows)
