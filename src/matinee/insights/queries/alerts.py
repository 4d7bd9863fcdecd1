"""Reads of alerts: the rules as they stand, and the times that they fired."""

from collections import defaultdict
from uuid import UUID

from matinee.contracts import alerts as messages
from matinee.insights.models import AlertEpisode, AlertLetter, AlertRule
from matinee.kernel import sealing

EPISODES_AT_ONCE = 50
_FIRST = ("firing", "pending", "fine", "paused")


def alerts() -> messages.Alerts:
    """Every rule: those that fire first, then by name."""
    rows = list(AlertRule.objects.all())
    sealing.warm(row.pk for row in rows)
    found = [alert_message(row) for row in rows]
    found.sort(key=lambda alert: (_FIRST.index(alert.state), alert.name.casefold(), alert.id))
    return messages.Alerts(alerts=found)


def alert_message(row: AlertRule) -> messages.Alert:
    """A rule as the staff see it."""
    return messages.Alert(
        id=row.pk,
        name=row.name,
        metric=row.metric,
        side="above" if row.side == "above" else "below",
        limit=row.limit,
        clear_at=row.clear_at,
        window_s=row.window_s,
        lasting_s=row.lasting_s,
        emails=row.addresses.splitlines(),
        tells_webhooks=row.tells_webhooks,
        state=_state(row),
        since=row.since,
        looked_at=row.looked_at,
        value=row.value,
    )


def alert_history(before: UUID | None) -> messages.AlertHistory:
    """The newest 50 times that a rule fired, or those before one of them."""
    episodes = AlertEpisode.objects.order_by("-id")
    if before is not None:
        episodes = episodes.filter(id__lt=before)
    rows = list(episodes[: EPISODES_AT_ONCE + 1])
    shown = rows[:EPISODES_AT_ONCE]
    letters: dict[UUID, list[messages.AlertLetter]] = defaultdict(list)
    told = AlertLetter.objects.filter(episode__in=shown).defer("address").order_by("id")
    for letter in told:
        if letter.episode_id is not None:
            letters[letter.episode_id].append(_letter(letter))
    return messages.AlertHistory(
        episodes=[_episode(row, letters[row.pk]) for row in shown],
        next=shown[-1].pk if len(rows) > EPISODES_AT_ONCE else None,
    )


def _state(row: AlertRule) -> messages.AlertState:
    if row.is_paused:
        return "paused"
    if row.state in {"pending", "firing"}:
        return "firing" if row.state == "firing" else "pending"
    return "fine"


def _episode(row: AlertEpisode, letters: list[messages.AlertLetter]) -> messages.AlertEpisode:
    names = ("name", "metric", "side", "limit", "window_s", "since", "fired_at", "worst")
    return messages.AlertEpisode.model_validate(
        {
            **{name: getattr(row, name) for name in (*names, "ended_at")},
            "id": row.pk,
            "alert_id": row.rule_id,
            "ending": row.ending or None,
            "letters": letters,
        }
    )


def _letter(row: AlertLetter) -> messages.AlertLetter:
    return messages.AlertLetter.model_validate(
        {"kind": row.kind, "sent_at": row.sent_at, "next_at": row.due_at, "answer": row.answer}
    )
