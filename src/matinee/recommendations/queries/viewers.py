"""All that is known of one profile, in seven short queries."""

from uuid import UUID

from matinee.kernel import clock
from matinee.recommendations import settings
from matinee.recommendations.models import AccountPlan, Dismissal, ListEntry, Play, Thumb, Viewer
from matinee.recommendations.queries.impressions import looks
from matinee.recommendations.rules.taste import Dismissed, PlayFact, ViewerFacts

# Beyond these nobody looks, and a page must stay cheap.
_THUMBS_MAX = 5_000
_LISTED_MAX = 1_000
_DISMISSED_MAX = 5_000


def revision_of(profile_id: UUID) -> int:
    """Grows with every change to what is known of the profile; 0 if nothing ever was."""
    found = Viewer.objects.filter(pk=profile_id).values_list("revision", flat=True).first()
    return found or 0


def plan_of(account_id: UUID) -> str:
    """The code of the plan that entitles an account now; empty if none does, or it is not known."""
    found = AccountPlan.objects.filter(pk=account_id).values_list("plan", "ends_at").first()
    plan, ends_at = found or ("", None)
    return plan if ends_at is None or ends_at > clock.now() else ""


def facts_of(profile_id: UUID, revision: int) -> ViewerFacts:
    """What is known of the profile; without a revision no more than what it saw."""
    seen = looks(profile_id)
    if revision == 0:
        return ViewerFacts(passed_over=seen.passed_over, sought=seen.sought)
    thumbs = Thumb.objects.filter(profile_id=profile_id).exclude(value="").order_by("-as_of")
    listed = ListEntry.objects.filter(profile_id=profile_id, listed=True).order_by("-as_of")
    dismissed = Dismissal.objects.filter(profile_id=profile_id, dismissed=True)
    dismissed = dismissed.order_by("-as_of")
    language, is_kids = Viewer.objects.values_list("language", "is_kids").get(pk=profile_id)
    return ViewerFacts(
        revision=revision,
        language=language,
        is_kids=is_kids,
        passed_over=seen.passed_over,
        sought=seen.sought,
        plays=_plays_of(profile_id),
        thumbs={thumb.title_id: thumb.value == "up" for thumb in thumbs[:_THUMBS_MAX]},
        listed=tuple(listed.values_list("title_id", flat=True)[:_LISTED_MAX]),
        dismissed=tuple(
            Dismissed(row, title_id, at)
            for row, title_id, at in dismissed.values_list("row", "title_id", "as_of")[
                :_DISMISSED_MAX
            ]
        ),
    )


def _plays_of(profile_id: UUID) -> tuple[PlayFact, ...]:
    plays = Play.objects.filter(profile_id=profile_id).order_by("-watched_at")
    return tuple(
        PlayFact(
            title_id=play.title_id,
            position_s=play.position_s,
            duration_s=play.duration_s,
            finished=play.finished,
            watched_at=play.watched_at,
            ever_finished=play.finished_at is not None,
        )
        for play in plays[: settings.get().history_max]
    )
