"""What a client of somebody else may do in a person's name, and a program in one of the staff's.

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


_TITLES = ("/api/catalog/",)
_ADVICE = tuple(f"/api/recommendations/{part}" for part in ("studio", "trainings", "policies"))
_FIGURES = ("/api/insights/studio", "/api/insights/summary")
_PEOPLE = ("/api/identity/studio/accounts",)


def _reading(below: Collection[str]) -> tuple[Reach, ...]:
    return tuple(Reach(folder) for folder in below)


def _all(below: Collection[str]) -> tuple[Reach, ...]:
    return tuple(Reach(folder, _ANY) for folder in below)


# For API tokens alone, which have the roles of who made them beside. None reaches where tokens,
# roles and applications are made: a program makes nobody.
PROGRAM_SCOPES: Final = {
    "titles.read": Scope("Read the catalogue as Studio shows it", _reading(_TITLES)),
    "titles.write": Scope("Make, change and publish titles, and upload films", _all(_TITLES)),
    "recommendations.read": Scope("See trainings and policies", _reading(_ADVICE)),
    "recommendations.write": Scope("Train, roll back and set policies", _all(_ADVICE)),
    "insights.read": Scope("Read figures", _reading(_FIGURES)),
    "insights.write": Scope("Read figures and set alerts", _all(_FIGURES)),
    "billing.read": Scope("Read revenue, invoices and debts", _reading(["/api/billing/studio"])),
    "billing.write": Scope("Change plans and prices, refund", _all(["/api/billing/studio"])),
    "delivery.read": Scope("See edges and how they are", _reading(["/api/delivery/"])),
    "delivery.write": Scope("Add, steer and remove edges", _all(["/api/delivery/"])),
    "people.read": Scope("Read the audit log", _reading(["/api/identity/studio/audit"])),
    "people.write": Scope("Look accounts up and help them", _all(_PEOPLE)),
}


def opens(scopes: Collection[str], method: str, path: str) -> bool:
    """Whether a token with `scopes` may make this request; `path` without its query."""
    reaches = [reach for scope in scopes for reach in _reaches(scope, path)]
    return any(method in reach.methods and _is_below(path, reach.below) for reach in reaches)


def _reaches(scope: str, path: str) -> tuple[Reach, ...]:
    if scope in PROGRAM_SCOPES:
        return PROGRAM_SCOPES[scope].reaches
    # What is the staff's is in no scope of an application's.
    return SCOPES[scope].reaches if scope in SCOPES and "/studio" not in path else ()


def _is_below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder if folder.endswith("/") else f"{folder}/")
