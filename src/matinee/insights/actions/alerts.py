"""Setting alert rules. A rule that is made another one ends what it fired, and says so."""

from collections.abc import Iterable
from uuid import UUID

from matinee.contracts.alerts import AlertDraft, AlertLimits
from matinee.insights.actions.telling import alert_tell
from matinee.insights.models import AlertEpisode, AlertLetter, AlertRule
from matinee.insights.rules import alerts as rules
from matinee.insights.rules.alert_letters import time_words
from matinee.insights.rules.metrics import METRICS
from matinee.kernel import audit, clock, sealing
from matinee.kernel.audit import Doer
from matinee.kernel.databases import transaction_of
from matinee.kernel.problems import Conflict, NotFound, Unprocessable

RULES_MAX = 100
# What a rule measures; a change of anything else leaves it at what it has seen.
_MEASURED = ("metric", "side", "limit", "clear_at", "window_s", "lasting_s", "is_paused")
_WATCH = ("state", "looked_at", "since", "back_since", "silent_since", "worst")
_UNKNOWN = NotFound("unknown_alert", "There is no such alert. Reload the page.")


def alert_add(draft: AlertDraft, by: Doer) -> AlertRule:
    """Watch a figure from now on; Conflict where there are 100 rules.

    Unprocessable for a figure that cannot be watched so, or a wrong end.
    """
    columns = _columns(draft)
    with transaction_of("insights"):
        if AlertRule.objects.count() >= RULES_MAX:
            detail = f"There are {RULES_MAX} alerts already. Remove one first."
            raise Conflict("too_many_alerts", detail)
        row = AlertRule.objects.create(**columns)
        audit.note("insights", "alert.added", by=by, facts={"metric": draft.metric})
    return row


def alert_change(alert_id: UUID, draft: AlertDraft, by: Doer) -> AlertRule:
    """Make a rule another one; NotFound if there is none, Unprocessable as for a new one."""
    columns = _columns(draft)
    with transaction_of("insights"):
        row = _locked(alert_id)
        is_another = any(getattr(row, name) != columns[name] for name in _MEASURED)
        if is_another:
            episode_end(row, "changed")
            columns |= {name: getattr(AlertRule(), name) for name in (*_WATCH, "value")}
        for name, value in columns.items():
            setattr(row, name, value)
        row.save()
        audit.note("insights", "alert.changed", by=by, facts={"metric": draft.metric})
    return row


def alert_remove(alert_id: UUID, by: Doer) -> None:
    """Watch it no more; that it fired stays in the history. NotFound if there is none."""
    with transaction_of("insights"):
        row = _locked(alert_id)
        episode_end(row, "changed")
        # Whom to write to is forgotten with the rule; its endpoints hear that this is over.
        AlertLetter.objects.filter(rule_id=row.pk).update(due_at=None)
        audit.note("insights", "alert.removed", by=by, facts={"metric": row.metric})
        row.delete()
    sealing.destroy(alert_id)


def alert_try(alert_id: UUID) -> None:
    """Send a letter to each of a rule's addresses, and tell its endpoints, as a trial."""
    with transaction_of("insights"):
        row = _locked(alert_id)
        if not row.addresses and not row.tells_webhooks:
            detail = "This alert tells nobody. Give it an e-mail address or let it tell webhooks."
            raise Unprocessable("tells_nobody", detail)
        alert_tell(row, "trial", None)


def episode_end(row: AlertRule, ending: rules.Ending) -> None:
    """End what a rule fires, if it does, in the open transaction."""
    for episode in AlertEpisode.objects.select_for_update().filter(rule=row, ended_at=None):
        episode.ended_at, episode.ending = clock.now(), ending
        episode.save(update_fields=["ended_at", "ending"])
        alert_tell(row, "resolved", episode)


def _locked(alert_id: UUID) -> AlertRule:
    row = AlertRule.objects.select_for_update().filter(pk=alert_id).first()
    if row is None:
        raise _UNKNOWN
    return row


def _columns(draft: AlertDraft) -> dict[str, object]:
    columns: dict[str, object] = draft.model_dump(exclude={"emails", "clear_at"})
    return columns | {"clear_at": clear_checked(draft), "addresses": _lines(draft.emails)}


def clear_checked(limits: AlertLimits) -> float:
    """The value at which an alert ends.

    Unprocessable where that is on the wrong side of its limit, or its figure cannot be watched so.
    """
    _check_metric(limits)
    side, limit, clear_at = limits.side, limits.limit, limits.clear_at
    if clear_at is None:
        return rules.clear_default(side, limit)
    if not rules.clears_before(side, limit, clear_at):
        way = "higher" if side == "above" else "lower"
        detail = f"It cannot end at a value {way} than its limit: {clear_at:g} and {limit:g}."
        raise Unprocessable("wrong_end", detail)
    return clear_at


def _check_metric(draft: AlertLimits) -> None:
    """Unprocessable for a figure that cannot be watched, or not over so short a time."""
    metric = METRICS.get(draft.metric)
    if metric is None or metric.unit == "money":
        detail = f"No figure {draft.metric} can be watched. Choose one that is no sum of money."
        raise Unprocessable("unknown_metric", detail)
    if draft.window_s < metric.finest_s:
        shortest = time_words(metric.finest_s)
        detail = f"{metric.name} says nothing of less than {shortest}. Choose a longer time."
        raise Unprocessable("window_too_short", detail)


def _lines(emails: Iterable[str]) -> str:
    """Each address once, one a line, in the order given."""
    return "\n".join(dict.fromkeys(emails))
