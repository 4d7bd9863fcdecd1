"""What a client of somebody else may do in a person's name: the scopes, and what each opens.

Pure. Whatever stands in no scope is open to our own pages alone: a scoped token opens
nothing that was forgotten here.
"""

from collections.abc import Collection
from typing import Final, NamedTuple

_READ = frozenset({"GET", "HEAD"})
_ANY = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})


class Reach(NamedTuple):
    """Addresses below a path that a scope opens, and by which methods."""

    below: str
    methods: frozenset[str] = _READ


class Scope(NamedTuple):
    """What a scope says to the person who is asked, and what it opens."""

    words: str
    reaches: tuple[Reach, ...]


_LIBRARY = (Reach("/api/catalog/"), Reach("/api/recommendations/"))

SCOPES: Final = {
    "catalogue": Scope("See titles and what is recommended to you", _LIBRARY),
    "profiles": Scope("See the names of your profiles", (Reach("/api/identity/profiles"),)),
    "history": Scope("See and change what you watched, your list and your thumbs",
                     (Reach("/api/viewing/", _ANY),)),
    "watch": Scope(
        "Play titles in your name",
        (
            *_LIBRARY,
            Reach("/api/playback/", _ANY),
            Reach("/api/insights/", _ANY),
            Reach("/api/recommendations/", _ANY),
        ),
    ),
}  # fmt: skip


def opens(scopes: Collection[str], method: str, path: str) -> bool:
    """Whether a token with `scopes` may make this request; `path` without its query."""
    if "/studio" in path:
        return False
    return any(
        method in reach.methods and _is_below(path, reach.below)
        for scope in scopes
        if scope in SCOPES
        for reach in SCOPES[scope].reaches
    )


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")
