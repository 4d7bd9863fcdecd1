"""What lies on disk and in the media store of things that are gone is cleared by a task."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from matinee.catalog import rules
from matinee.catalog import settings as own_settings
from matinee.catalog.models import Amendment, Deed, SubtitleFile, Title, Upload
from matinee.kernel import clock, settings
from matinee.kernel.storage import Storage, open_storage
from matinee.kernel.tasks import send

log = logging.getLogger(__name__)

# What is younger may belong to a row that is about to be committed.
_YOUNG_S = 24 * 3600


def send_after_commit(task: str, **arguments: object) -> None:
    """Send a task once the open transaction has committed.

    It is lost where the broker does not answer just then; so every such task
    also has a periodic one that finds what it would have done.
    """
    transaction.on_commit(lambda: send(task, arguments), using="catalog", robust=True)


def clear_after_commit(uploads: list[UUID], prefixes: list[str]) -> None:
    """Remove unfinished uploads and what lies below prefixes of the media store."""
    if uploads or prefixes:
        send_after_commit(
            "matinee.catalog.clear", uploads=[str(one) for one in uploads], prefixes=prefixes
        )


def source_folders(keys: list[str]) -> list[str]:
    """The folders of film files in the media store, each of which holds the one file."""
    return [key.rpartition("/")[0] for key in keys]


def store_sweep() -> int:
    """Remove what rows that are gone have left in the store; how much.

    The task that is sent for it may have been lost.
    """
    store = open_storage(settings.get())
    titles = set(Title._default_manager.values_list("pk", flat=True))
    orphans = [
        *_orphans(store, "sources", _uploads_known()),
        *_orphans(store, "artwork", titles),
        *_orphans(store, "subtitles", titles),
    ]
    orphans += _subtitles_let_go(store, titles)
    for prefix in orphans:
        log.info("removing %s, which nothing refers to", prefix)
        store.remove(prefix)
    return len(orphans)


def _uploads_known() -> set[UUID]:
    """The ids that name folders of sources: of uploads, or of what was uploaded before a retry."""
    known: set[UUID] = set()
    for upload_id, key in Upload._default_manager.values_list("pk", "source_key"):
        known.add(upload_id)
        known.update(_ids([key.partition("/")[2]]))
    return known


def _orphans(store: Storage, prefix: str, known: set[UUID]) -> list[str]:
    found = _ids(key.partition("/")[2] for key, _ in store.keys(prefix))
    before_s = clock.unix_s() - _YOUNG_S
    return [f"{prefix}/{one}" for one in found - known if rules.made_at_s(one) < before_s]


def _subtitles_let_go(store: Storage, titles: set[UUID]) -> list[str]:
    """Subtitle files of titles that stand beside no film, and that nobody can put back any more."""
    since = clock.now() - timedelta(days=own_settings.get().undo_days)
    verbs = ["subtitles", "undone", "amended"]
    deeds = Deed._default_manager.filter(verb__in=verbs, created_at__gte=since)
    kept = set(SubtitleFile._default_manager.values_list("source_key", flat=True))
    for pair in deeds.values_list("before__subtitles__source", "after__subtitles__source"):
        kept.update(pair)
    for after in Amendment._default_manager.values_list("after", flat=True):
        kept.update(value["source"] for value in after.values() if _is_file(value))
    before_s = clock.unix_s() - _YOUNG_S
    gone = []
    for key, _ in store.keys("subtitles"):
        _, title_id, name = (*key.split("/"), "", "")[:3]
        is_ours = rules.is_id(name) and rules.is_id(title_id) and UUID(title_id) in titles
        if is_ours and key not in kept and rules.made_at_s(UUID(name)) < before_s:
            gone.append(key)
    return gone


def _is_file(value: object) -> bool:
    """Whether a field that is proposed is a file: told with where it lies."""
    return isinstance(value, dict) and "source" in value


def _ids(paths: Iterable[str]) -> set[UUID]:
    """The ids that paths begin with; other folders are not ours to judge."""
    firsts = {path.partition("/")[0] for path in paths}
    return {UUID(first) for first in firsts if rules.is_id(first)}
