"""All that is known of one profile, in six short queries; before them, whether it changed."""

from typing import NamedTuple
from uuid import UUID

from matinee.kernel import clock, databases
from matinee.recommendations import settings
from matinee.recommendations.models import Dismissal, ListEntry, Play, Thumb, Viewer
from matinee.recommendations.queries.catalogue import Numbers
from matinee.recommendations.queries.impressions import looks
from matinee.recommendations.rules.taste import Dismissed, PlayFact, ViewerFacts

# Beyond these nobody looks, and a page must stay cheap.
_THUMBS_MAX = 5_000
_LISTED_MAX = 1_000
_DISMISSED_MAX = 5_000


# Every page and every search waits for it, so it is one statement that is planned once.
_LATEST = """
SELECT viewer.revision, entitling.plan, entitling.ends_at,
       (SELECT number FROM recommendations_revision WHERE name = 'catalogue'),
       (SELECT number FROM recommendations_revision WHERE name = 'fit'),
       (SELECT number FROM recommendations_revision WHERE name = 'programme'),
       (SELECT number FROM recommendations_revision WHERE name = 'policies'),
       (SELECT number FROM recommendations_revision WHERE name = 'experiments'),
       (SELECT number FROM recommendations_revision WHERE name = 'offers'),
       (SELECT number FROM recommendations_revision WHERE name = 'labels')
FROM (SELECT %(profile)s::uuid AS profile_id, %(account)s::uuid AS account_id) AS asked
LEFT JOIN recommendations_viewer viewer ON viewer.profile_id = asked.profile_id
LEFT JOIN recommendations_accountplan entitling ON entitling.account_id = asked.account_id
"""


# Asked only where plans decide about anything; `id` grows with time.
_OWN = """
SELECT coalesce(array_agg(own.title_id), '{}') FROM (
  SELECT title_id FROM recommendations_owntitle
  WHERE account_id = %(account)s::uuid AND (ends_at IS NULL OR ends_at > %(now)s::timestamptz)
  ORDER BY id DESC LIMIT 1000
) AS own
"""


class Latest(NamedTuple):
    """By what can be told whether anything has changed for a viewer.

    `revision` grows with every change to what is known of the profile, and is 0 if nothing ever
    was; `plan` is the code of the plan that entitles the account now, empty if none does.
    """

    numbers: Numbers
    revision: int
    plan: str


def latest_of(profile_id: UUID, account_id: UUID) -> Latest:
    """What is the latest of a viewer, in one query."""
    values = {"profile": profile_id, "account": account_id}
    revision, plan, ends_at, *numbers = databases.asked_often("recommendations", _LATEST, values)
    has_ended = ends_at is not None and ends_at <= clock.now()
    return Latest(
        Numbers(*(number or 0 for number in numbers)),
        revision or 0,
        "" if plan is None or has_ended else plan,
    )


def own_titles(account_id: UUID) -> frozenset[UUID]:
    """The titles that an account has rented or bought and may watch now."""
    values = {"account": account_id, "now": clock.now()}
    (found,) = databases.asked_often("recommendations", _OWN, values)
    return frozenset(found)


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
