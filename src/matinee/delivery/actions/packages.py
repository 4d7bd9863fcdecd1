"""Packages as titles' events tell of them, and what lies in each."""

import hashlib
import tempfile
import zlib
from collections import Counter
from pathlib import Path

from matinee.contracts.agents import PackageFile, PackageIndex
from matinee.contracts.events import TitleChanged
from matinee.delivery.models import PackageRecord, PortionRecord
from matinee.delivery.rules.portions import Place, place_of
from matinee.kernel import clock
from matinee.kernel.databases import transaction_of
from matinee.kernel.storage import Storage

_INDEXED_AT_ONCE = 4


def title_keep(event: TitleChanged) -> None:
    """Keep which package a title is played from; an older event than the last changes nothing."""
    title = event.title
    own = PackageRecord.objects.select_for_update().filter(title_id=title.id)
    if own.filter(told_at__gt=event.occurred_at).exists():
        return
    own.update(newest=False, published=False, told_at=event.occurred_at)
    if event.package:
        PackageRecord.objects.update_or_create(
            package=event.package.rpartition("/")[2],
            defaults={
                "key": event.package,
                "title_id": title.id,
                "newest": True,
                "published": title.status == "published",
                "published_at": title.published_at,
                "told_at": event.occurred_at,
                "duration_s": title.duration_s or 0.0,
            },
        )


def packages_index(storage: Storage) -> int:
    """Read the files of packages that are new, and note what they come to; how many were read."""
    rows = PackageRecord.objects.filter(index=None, newest=True).order_by("told_at")
    done = 0
    for package, key in rows.values_list("package", "key")[:_INDEXED_AT_ONCE]:
        index = _index(storage, package, key)
        if index.files:
            _keep(index)
            done += 1
    return done


def index_bytes(index: PackageIndex) -> bytes:
    """An index as it is kept."""
    return zlib.compress(index.model_dump_json().encode())


def _keep(index: PackageIndex) -> None:
    files: Counter[Place] = Counter()
    sizes: Counter[Place] = Counter()
    for file in index.files:
        place = place_of(file.path)
        files[place] += 1
        sizes[place] += file.bytes
    with transaction_of("delivery"):
        PortionRecord.objects.filter(package=index.package).delete()
        PortionRecord.objects.bulk_create(
            PortionRecord(
                package=index.package,
                folder=place.folder,
                range=place.range,
                files=count,
                bytes=sizes[place],
            )
            for place, count in files.items()
        )
        PackageRecord.objects.filter(package=index.package).update(
            index=index_bytes(index), indexed_at=clock.now(), bytes=sizes.total()
        )


def _index(storage: Storage, package: str, key: str) -> PackageIndex:
    """Every file of a package with its SHA-256. The package is whole: it was published so."""
    files = []
    with tempfile.TemporaryDirectory() as folder:
        for name, size in storage.keys(key):
            path = storage.local_path(name)
            if path is None:
                path = Path(folder) / "file"
                storage.fetch(name, path)
            with path.open("rb") as content:
                digest = hashlib.file_digest(content, "sha256").hexdigest()
            below = name.removeprefix(f"{key}/")
            files.append(PackageFile(path=below, bytes=size, sha256=digest))
    return PackageIndex(package=package, files=files)
