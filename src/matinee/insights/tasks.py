"""Work of `insights`: forgetting what is too old, and counting what experiments came to."""

from matinee.insights import actions
from matinee.insights.actions import exposures, folding, judging, unlinking, upkeep
from matinee.insights.actions.looking import alerts_look, episodes_prune
from matinee.insights.actions.telling import LETTERS_AT_ONCE, letters_send, webhooks
from matinee.insights.queries import figures
from matinee.kernel.tasks import app
from matinee.kernel.webhooks.telling import AT_ONCE as DELIVERIES_AT_ONCE

_EVERY_S = 3600.0
# Figures are this old at most, but for those of what goes on just now.
_FILE_EVERY_S = 10.0
_KEEP_EVERY_S = 600.0
_ROUNDS_MAX = 100
_LOOK_EVERY_S = 60.0
_TELL_EVERY_S = 10.0
_COUNT_EVERY_S = 60.0


@app.task(name="matinee.insights.forget_old_rows", time_limit=600, expires=_EVERY_S)
def forget_old_rows() -> None:
    """Remove rows that are older than is kept, a bounded number at a time."""
    for _ in range(_ROUNDS_MAX):
        if actions.old_rows_forget() == 0:
            return


@app.task(name="matinee.insights.count_experiments", time_limit=600, expires=_COUNT_EVERY_S)
def count_experiments() -> None:
    """Count what is known by now of who takes part, and stop variants that harm."""
    for _ in range(_ROUNDS_MAX):
        changed = exposures.exposures_count()
        judging.experiments_judge(changed)
        if not changed:
            return


@app.task(name="matinee.insights.look_at_alerts", time_limit=300, expires=_LOOK_EVERY_S)
def look_at_alerts() -> None:
    """Measure what alerts are about, and note what fires and what is over."""
    alerts_look(figures.value)


@app.task(name="matinee.insights.tell_of_alerts", time_limit=600, expires=_TELL_EVERY_S)
def tell_of_alerts() -> None:
    """Write to people and post to systems what they are to be told of alerts."""
    for _ in range(_ROUNDS_MAX):
        if letters_send() < LETTERS_AT_ONCE:
            break
    for _ in range(_ROUNDS_MAX):
        if webhooks.deliveries_make() < DELIVERIES_AT_ONCE:
            return


@app.task(name="matinee.insights.forget_old_alerts", time_limit=600, expires=_EVERY_S)
def forget_old_alerts() -> None:
    """Remove what fired, and what was told, longer ago than is kept."""
    for _ in range(_ROUNDS_MAX):
        if episodes_prune() + webhooks.messages_prune() == 0:
            return


@app.task(name="matinee.insights.file_facts", time_limit=600, expires=_FILE_EVERY_S)
def file_facts() -> None:
    """Put what waits into files, and fold into lines what they say of plays."""
    for _ in range(_ROUNDS_MAX):
        if actions.facts_file() == 0:
            break
    actions.days_fold()


@app.task(name="matinee.insights.keep_files", time_limit=1800, expires=_EVERY_S)
def keep_files() -> None:
    """Keep files few, current and no longer than is kept, and nobody in them who wants to go."""
    if folding.lines_mend():
        actions.days_fold()
    unlinking.people_unlink()
    upkeep.parts_merge()
    upkeep.parts_retire()
    upkeep.replaced_remove()
    upkeep.strays_remove()


SCHEDULE = {
    "insights-file-facts": {
        "task": file_facts.name,
        "schedule": _FILE_EVERY_S,
        "options": {"expires": _FILE_EVERY_S},
    },
    "insights-keep-files": {
        "task": keep_files.name,
        "schedule": _KEEP_EVERY_S,
        "options": {"expires": _EVERY_S},
    },
    "insights-forget-old-rows": {
        "task": forget_old_rows.name,
        "schedule": _EVERY_S,
        "options": {"expires": _EVERY_S},
    },
    "insights-count-experiments": {
        "task": count_experiments.name,
        "schedule": _COUNT_EVERY_S,
        "options": {"expires": _COUNT_EVERY_S},
    },
    "insights-look-at-alerts": {
        "task": look_at_alerts.name,
        "schedule": _LOOK_EVERY_S,
        "options": {"expires": _LOOK_EVERY_S},
    },
    "insights-tell-of-alerts": {
        "task": tell_of_alerts.name,
        "schedule": _TELL_EVERY_S,
        "options": {"expires": _TELL_EVERY_S},
    },
    "insights-forget-old-alerts": {
        "task": forget_old_alerts.name,
        "schedule": _EVERY_S,
        "options": {"expires": _EVERY_S},
    },
}
