"""Reading, making, renewing and destroying data keys; each in one transaction of `keys`."""

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Count, Max

from matinee.kernel import clock, databases, settings
from matinee.kernel.arrays import array
from matinee.kernel.databases import transaction_of
from matinee.kernel.keys.in_file import FileWrapper
from matinee.kernel.keys.kms import KmsWrapper
from matinee.kernel.keys.transit import TransitWrapper
from matinee.kernel.keys.wrapper import Wrapped, Wrapper

_KEY_BYTES = 32
_DESTROYED = "destroyed"
_DESTROYED_MAX = 10_000
_READ_AT_ONCE = 2_000
# Whoever comes for the first time today waits for it.
_READ = """
SELECT owner, version, wrapped, wrapped_with FROM keys_datakey
WHERE owner = ANY (%(owners)s::uuid[])
"""


@lru_cache(maxsize=1)
def wrapper() -> Wrapper:
    """The key-encryption keys that the settings name."""
    ours = settings.get()
    if ours.transit_url:
        return TransitWrapper(ours.transit_url, ours.secrets)
    if ours.kms_url:
        return KmsWrapper(ours.kms_url, ours.secrets)
    return FileWrapper(ours.secrets)


def read_many(owners: Iterable[UUID]) -> dict[UUID, dict[int, bytes]]:
    """The data keys of accounts by version; none for one whose keys were destroyed."""
    found: dict[UUID, dict[int, bytes]] = {}
    asked = {"owners": array(list(owners))}
    for owner, version, wrapped, name in databases.rows_of_last("keys", (_READ, asked)):
        keys = found.setdefault(owner, {})
        if wrapped is not None:
            keys[version] = wrapper().unwrap(Wrapped(wrapped, name), owner)
    return found


def make_first(owner: UUID) -> dict[int, bytes]:
    """The keys of an account that may have had none until now; none where they were destroyed."""
    if not _rows().exists():
        wrapper().begin()
    _add(owner, 1)
    return read_many([owner])[owner]


def destroy(owner: UUID) -> None:
    """Make an account's keys unreadable for good, and keep it from ever getting another."""
    gone = {"wrapped": None, "wrapped_with": _DESTROYED, "destroyed_at": clock.now()}
    with transaction_of("keys"):
        table = apps.get_model("keys", "DataKey")
        table._default_manager.bulk_create([table(owner=owner, **gone)], ignore_conflicts=True)
        _rows().filter(owner=owner, destroyed_at=None).update(**gone)


def destroyed() -> list[UUID]:
    """Whose keys were destroyed: the newest 10,000."""
    gone = _rows().exclude(destroyed_at=None).order_by("-destroyed_at")
    return list(gone.values_list("owner", flat=True)[:_DESTROYED_MAX])


def renew(owner: UUID) -> int:
    """Give an account another data key, which seals from now on; returns its version."""
    version = 1 + (_rows().filter(owner=owner).aggregate(newest=Max("version"))["newest"] or 0)
    _add(owner, version)
    return version


def owners() -> Iterator[UUID]:
    """Every account that has a data key."""
    whole = _rows().filter(destroyed_at=None).order_by("owner").values_list("owner", flat=True)
    yield from whole.distinct().iterator(chunk_size=_READ_AT_ONCE)


def count_by_wrapping() -> dict[str, int]:
    """How many data keys are wrapped with each key-encryption key."""
    whole = _rows().filter(destroyed_at=None).values_list("wrapped_with")
    return dict(whole.annotate(count=Count("pk")).order_by("wrapped_with"))


def rewrap_some(at_once: int) -> int:
    """Wrap with the newest key-encryption key what was wrapped with another; how many were."""
    newest = wrapper().newest()
    with transaction_of("keys"):
        old = _rows().filter(destroyed_at=None).exclude(wrapped_with=newest)
        rows = list(old.select_for_update(skip_locked=True)[:at_once])
        for row in rows:
            key = wrapper().unwrap(Wrapped(bytes(row.wrapped), row.wrapped_with), row.owner)
            row.wrapped, row.wrapped_with = wrapper().wrap(key, row.owner)
            row.save(update_fields=["wrapped", "wrapped_with"])
    return len(rows)


def _add(owner: UUID, version: int) -> None:
    wrapped = wrapper().wrap(os.urandom(_KEY_BYTES), owner)
    table = apps.get_model("keys", "DataKey")
    row = table(owner=owner, version=version, wrapped=wrapped.text, wrapped_with=wrapped.name)
    # Of two that make it at once, the first one's counts.
    table._default_manager.bulk_create([row], ignore_conflicts=True)


def _rows() -> Any:
    return apps.get_model("keys", "DataKey")._default_manager.all()
