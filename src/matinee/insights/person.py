"""What `insights` keeps of a person: how it is gathered, and how it is erased."""

from matinee.contracts.events import ProfileRemoved
from matinee.insights import actions
from matinee.insights.models import Alias, Erasure, Exposure, Measured, Play, Report
from matinee.insights.queries.searches import searches_of
from matinee.kernel.people import Erased, Person, PersonalRecords, sheet

_PLAYED = ("id", "profile_id", "title_id", "started_at", "seen_at", "watched_s")
_SHOWN = ("profile_id", "experiment_id", "variant", "shown_at")
_QUALITY = ("startup_s", "played_s", "stalled_s", "stalls", "bitrate_bps", "error_code")


def gather(person: Person) -> PersonalRecords:
    """Plays of all profiles and how they went, newest first."""
    mine = {"profile_id__in": person.profile_ids}
    plays = Play.objects.filter(**mine).order_by("-started_at")
    measured = Measured.objects.filter(pk__in=plays.order_by().values("pk")).order_by("-told_at")
    reports = Report.objects.filter(**mine).order_by("-reported_at")
    wishes = Erasure.objects.filter(**mine).values("profile_id", "title_id", "until")
    sheets = [
        sheet("plays", "When you played what", plays.values(*_PLAYED)),
        sheet("measured", "How plays went", measured.values("id", "told_at", *_QUALITY)),
        sheet("reports", "How plays went, as told", reports.values("session_id", *_QUALITY)),
        sheet("forgotten", "Titles you wanted forgotten", wishes),
    ]
    shown = Exposure.objects.filter(**mine).order_by("-shown_at").values(*_SHOWN)
    sheets.append(sheet("experiments", "Variants that you were shown", shown))
    aliases = Alias.objects.filter(**mine).values("profile_id", "who")
    sheets.append(sheet("aliases", "What figures call your profiles", aliases))
    sheets.append(sheet("searches", "What you searched for", searches_of(person.profile_ids)))
    return PersonalRecords(service="insights", sheets=sheets)


def erase(person: Person) -> Erased:
    """Remove all of it, and take nothing more that still comes."""
    rows = sum(len(kept.rows) for kept in gather(person).sheets)
    for profile_id in person.profile_ids:
        gone = ProfileRemoved(account_id=person.account_id, profile_id=profile_id)
        actions.profile_forget(gone)
    return Erased(rows)
