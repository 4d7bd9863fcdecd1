"""The work of `catalog` that no request waits for."""

from uuid import UUID

from matinee.catalog import spool
from matinee.catalog.actions import (
    arrivals,
    artwork,
    films,
    leftovers,
    sheets,
    taking,
    uploads,
    workflow,
)
from matinee.catalog.actions.webhooks import webhooks
from matinee.kernel import clock, settings, storage
from matinee.kernel.tasks import app

_TRIES = 5
# What is due is looked up so often, and waited for within that.
_DUE_EVERY_S = 5.0
_FINISH_LIMIT_S = 6 * 3600
_WATCH_EVERY_S = 10.0
_TAKING_S = 60.0
# A bucket's piece, or the last one with its move into the media store, may take long.
_WATCH_LIMIT_S = 3600


@app.task(
    name="matinee.catalog.finish_upload",
    time_limit=_FINISH_LIMIT_S,
    soft_time_limit=_FINISH_LIMIT_S - 60,
)
def finish_upload(upload_id: str) -> None:
    """Move a whole film to the media store and announce it; a failure waits for the next look."""
    uploads.upload_finish_or_log(UUID(upload_id))


@app.task(
    name="matinee.catalog.finish_uploads",
    time_limit=_FINISH_LIMIT_S,
    soft_time_limit=_FINISH_LIMIT_S - 60,
)
def finish_uploads() -> None:
    """Go on with whole films that a killed process left behind."""
    uploads.uploads_finish()


@app.task(name="matinee.catalog.sweep_uploads", time_limit=600)
def sweep_uploads() -> None:
    """Remove uploads that nobody goes on with, and films that were replaced long ago."""
    uploads.uploads_sweep()
    films.films_older_clear()


@app.task(name="matinee.catalog.cut_artwork", time_limit=300)
def cut_artwork(title_id: str) -> None:
    """Make artwork of a film's stills."""
    artwork.artwork_cut(UUID(title_id))


@app.task(name="matinee.catalog.cut_missing_artwork", time_limit=600)
def cut_missing_artwork() -> None:
    """Make the artwork whose task was lost."""
    artwork.artwork_cut_missing()


@app.task(
    name="matinee.catalog.clear",
    autoretry_for=(Exception,),
    retry_backoff=True,
    max_retries=_TRIES,
    time_limit=600,
)
def clear(uploads: list[str], prefixes: list[str]) -> None:
    """Remove the bytes of uploads and of things in the media store that are gone."""
    folder = spool.opened()
    for upload_id in uploads:
        folder.remove(UUID(upload_id))
    store = storage.open_storage(settings.get())
    for prefix in prefixes:
        store.remove(prefix)


@app.task(
    name="matinee.catalog.watch",
    time_limit=_WATCH_LIMIT_S,
    soft_time_limit=_WATCH_LIMIT_S - 60,
    expires=_WATCH_EVERY_S,
)
def watch() -> None:
    """Look into watched places and take what has come; one process at a time.

    It ends in time to look again; a film that is copied for longer is gone on with then.
    """
    if not arrivals.is_needed():
        return
    with arrivals.alone() as is_alone:
        if is_alone:
            arrivals.places_look()
            taking.arrivals_take(clock.monotonic_s() + _TAKING_S)


@app.task(name="matinee.catalog.sweep_store", time_limit=3600)
def sweep_store() -> None:
    """Remove sources and artwork that were left over."""
    leftovers.store_sweep()


@app.task(name="matinee.catalog.publish_due", time_limit=300)
def publish_due() -> None:
    """Publish what is due before the next look, each title at its very second."""
    workflow.due_publish(_DUE_EVERY_S)


@app.task(name=sheets.TASK, time_limit=sheets.TAKE_S, soft_time_limit=sheets.TAKE_S - 60)
def take_sheet(import_id: str) -> None:
    """Bring in a sheet of titles."""
    sheets.sheet_take(UUID(import_id))


@app.task(
    name="matinee.catalog.take_sheets",
    time_limit=sheets.TAKE_S,
    soft_time_limit=sheets.TAKE_S - 60,
)
def take_sheets() -> None:
    """Bring in sheets whose task was lost."""
    sheets.sheets_take()


@app.task(name="matinee.catalog.tell_operator", time_limit=300)
def tell_operator() -> None:
    """Post what the operator's own systems are to be told; the next run posts what is left."""
    webhooks.deliveries_make()


@app.task(name="matinee.catalog.prune_messages", time_limit=300)
def prune_messages() -> None:
    """Forget what they were told long ago."""
    webhooks.messages_prune()


SCHEDULE = {
    "catalog-take-sheets": {"task": "matinee.catalog.take_sheets", "schedule": 60.0},
    "catalog-tell-operator": {"task": "matinee.catalog.tell_operator", "schedule": 5.0},
    "catalog-prune-messages": {"task": "matinee.catalog.prune_messages", "schedule": 3600.0},
    "catalog-publish-due": {
        "task": "matinee.catalog.publish_due",
        "schedule": _DUE_EVERY_S,
        "options": {"expires": _DUE_EVERY_S},
    },
    "catalog-finish-uploads": {"task": "matinee.catalog.finish_uploads", "schedule": 30.0},
    "catalog-sweep-uploads": {"task": "matinee.catalog.sweep_uploads", "schedule": 3600.0},
    "catalog-watch": {
        "task": "matinee.catalog.watch",
        "schedule": _WATCH_EVERY_S,
        "options": {"expires": _WATCH_EVERY_S},
    },
    "catalog-sweep-store": {"task": "matinee.catalog.sweep_store", "schedule": 6 * 3600.0},
    "catalog-cut-missing-artwork": {
        "task": "matinee.catalog.cut_missing_artwork",
        "schedule": 300.0,
    },
}
