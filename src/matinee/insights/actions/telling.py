"""Telling people and systems that an alert fired or is over: by letters and by webhooks."""

import logging
from datetime import timedelta
from typing import Any, cast

from matinee.insights.models import AlertEpisode, AlertLetter, AlertRule
from matinee.insights.rules.alert_letters import About, Kind, letter
from matinee.insights.rules.metrics import METRICS
from matinee.kernel import clock, mailing, settings
from matinee.kernel.databases import transaction_of
from matinee.kernel.webhooks.telling import Told, Webhooks
from matinee.kernel.webhooks.waits import wait_after

log = logging.getLogger(__name__)

webhooks = Webhooks("insights")
LETTERS_AT_ONCE = 20
# A mail server has 20 s for each letter; a worker that died had them in hand for longer.
_IN_HAND = timedelta(minutes=10)


def alert_tell(row: AlertRule, kind: Kind, episode: AlertEpisode | None) -> None:
    """Write down what a rule's addresses and endpoints are to be told, in the open transaction."""
    now = clock.now()
    AlertLetter.objects.bulk_create(
        AlertLetter(rule_id=row.pk, episode=episode, kind=kind, address=address, due_at=now)
        for address in row.addresses.splitlines()
    )
    if row.tells_webhooks:
        webhooks.tell([Told(f"alert.{kind}", _data(row, episode))])


def letters_send() -> int:
    """Send what is due, at most 20 letters; how many were tried."""
    now = clock.now()
    with transaction_of("insights"):
        due = AlertLetter.objects.filter(due_at__lte=now).select_related("episode")
        due = due.select_for_update(skip_locked=True, of=("self",)).order_by("due_at")
        rows = list(due[:LETTERS_AT_ONCE])
        for row in rows:
            row.tries += 1
            row.due_at = now + _IN_HAND
            row.save(update_fields=["tries", "due_at"])
    for row in rows:
        _send(row)
    return len(rows)


def _send(row: AlertLetter) -> None:
    rule = AlertRule.objects.filter(pk=row.rule_id).first()
    if rule is None:
        AlertLetter.objects.filter(pk=row.pk).update(due_at=None)
        return
    written = letter(_about(cast("Kind", row.kind), rule, row.episode))
    try:
        mailing.send(row.address, written.subject, written.text)
    except mailing.NOT_TAKEN as error:
        # What servers answer may hold the address.
        row.answer = type(error).__name__
        wait = wait_after(row.tries)
        row.due_at = None if wait is None else clock.now() + wait
        log.warning("a letter about an alert was not taken: %s", row.answer)
    else:
        row.sent_at, row.due_at, row.answer = clock.now(), None, ""
    row.save(update_fields=["sent_at", "due_at", "answer"])


def _about(kind: Kind, rule: AlertRule, episode: AlertEpisode | None) -> About:
    of = episode or rule
    metric = METRICS.get(of.metric)
    return About(
        kind=kind,
        name=of.name,
        metric=of.metric if metric is None else metric.name,
        unit="" if metric is None else metric.unit,
        side=of.side,
        limit=of.limit,
        window_s=of.window_s,
        since=None if episode is None else episode.since,
        worst=None if episode is None else episode.worst,
        ending="" if episode is None else episode.ending,
        url=f"{settings.get().url}/studio/insights/alerts",
    )


def _data(row: AlertRule, episode: AlertEpisode | None) -> dict[str, Any]:
    data: dict[str, Any] = {
        "alert_id": str(row.pk),
        "name": row.name,
        "metric": row.metric,
        "side": row.side,
        "limit": row.limit,
        "window_s": row.window_s,
    }
    if episode is None:
        return data
    return data | {
        "episode_id": str(episode.pk),
        "since": episode.since.isoformat(),
        "worst": episode.worst,
        "ended_at": None if episode.ended_at is None else episode.ended_at.isoformat(),
        "ending": episode.ending or None,
    }
