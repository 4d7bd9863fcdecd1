"""Home pages as this process wrote them last, compressed, for as long as nothing of them changes.

Making a page takes milliseconds, and so does compressing it; a visit mostly asks for the one that
was made for the visit before. What was asked for least lately goes when the room is needed, and
whatever nobody asked for within an hour goes with the next page that is kept.
"""

import gzip
import threading
from typing import NamedTuple
from uuid import UUID

from matinee.kernel import clock
from matinee.recommendations import settings

_UNASKED_MAX_S = 3600.0
# As nginx compresses what others write.
_LEVEL = 5
_MB = 1_000_000


class Looker(NamedTuple):
    """Who a page is for, and from where they look; as an access token and the edge tell it."""

    profile_id: UUID
    ceiling: int
    country: str
    platform: str


class KeptPage(NamedTuple):
    """A page as it was written, and all that it depends on."""

    depends_on: tuple[object, ...]
    etag: str
    compressed: bytes
    """The JSON, compressed by gzip (RFC 1952)."""


class KeptPages:
    """The pages that one process keeps, at most so many bytes of them."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._lock = threading.Lock()
        # The one that was asked for last stands last, with that moment.
        self._pages: dict[Looker, tuple[float, KeptPage]] = {}
        self._bytes = 0

    def last_of(self, looker: Looker) -> KeptPage | None:
        """The page that somebody was shown last, whatever has changed since."""
        with self._lock:
            found = self._pages.pop(looker, None)
            if found is None:
                return None
            self._pages[looker] = (clock.monotonic_s(), found[1])
            return found[1]

    def find(self, looker: Looker, depends_on: tuple[object, ...]) -> KeptPage | None:
        """The page, if it would be the same now."""
        page = self.last_of(looker)
        return page if page is not None and page.depends_on == depends_on else None

    def keep(self, looker: Looker, page: KeptPage) -> None:
        """Keep a page in the place of the one before; others make room for it."""
        if len(page.compressed) > self._bytes_max:
            return
        now_s = clock.monotonic_s()
        with self._lock:
            self._drop(looker)
            self._pages[looker] = (now_s, page)
            self._bytes += len(page.compressed)
            while self._bytes > self._bytes_max or self._oldest_s() < now_s - _UNASKED_MAX_S:
                self._drop(next(iter(self._pages)))

    def forget(self) -> None:
        """Keep none, as after a restart."""
        with self._lock:
            self._pages.clear()
            self._bytes = 0

    def _oldest_s(self) -> float:
        return next(iter(self._pages.values()))[0]

    def _drop(self, looker: Looker) -> None:
        before = self._pages.pop(looker, None)
        if before is not None:
            self._bytes -= len(before[1].compressed)


def compressed(text: str) -> bytes:
    """A page's JSON as it is kept."""
    return gzip.compress(text.encode(), _LEVEL, mtime=0)


kept = KeptPages(settings.get().pages_kept_mb * _MB)
