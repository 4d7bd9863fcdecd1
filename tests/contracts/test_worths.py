"""Every operation has a worth, and every line of the table speaks of one."""

import json
from pathlib import Path

import pytest

from matinee.contracts import worths
from matinee.kernel.load.worth import Worth

ROOT = Path(__file__).parents[2]


def operations() -> list[str]:
    """The paths of all operations, as their documents have them."""
    documents = [json.loads(path.read_text()) for path in (ROOT / "api").glob("*.json")]
    return sorted({path for document in documents for path in document["paths"]})


def place(path: str) -> tuple[str, str]:
    """The service of a path, and what its line would name."""
    service, _, rest = path.removeprefix("/api/").partition("/")
    first, slash, _ = rest.partition("/")
    return service, first + slash


def test_every_operation_has_a_worth_and_only_probes_are_no_load() -> None:
    free = [path for path in operations() if worths.worth_of(path) is None]
    assert free
    assert all(path.endswith(("/livez", "/readyz")) for path in free)


def test_every_line_speaks_of_an_operation() -> None:
    found = {
        f"{whose}/{at}" for service, at in map(place, operations()) for whose in (service, "*")
    }
    # tus speaks in headers, and is described nowhere else.
    assert set(worths.LINES) - found <= {"catalog/uploads", "catalog/uploads/"}
    assert {place(path)[0] for path in operations()} == set(worths.SERVICES)


@pytest.mark.parametrize(
    ("path", "worth"),
    [
        ("/api/playback/warm", Worth.AHEAD),
        ("/api/insights/cmcd/k1~x", Worth.TELLING),
        ("/api/recommendations/search", Worth.ASIDE),
        ("/api/catalog/studio/titles", Worth.ASIDE),
        ("/api/catalog/uploads/0198c0de-0000-7000-8000-000000000000", Worth.ASIDE),
        ("/.well-known/jwks.json", Worth.ASIDE),
        ("/api/recommendations/home", Worth.PAGES),
        ("/api/identity/sign-in", Worth.COMING_IN),
        ("/api/identity/refresh", Worth.PLAY),
        ("/api/playback/sessions", Worth.PLAY),
        ("/api/playback/sessions/0198c0de/heartbeat", Worth.GOING_ON),
        ("/api/playback/licence", Worth.GOING_ON),
        ("/api/nobody/x", None),
        ("/metrics", None),
        ("", None),
    ],
)
def test_worths(path: str, worth: Worth | None) -> None:
    assert worths.worth_of(path) is worth


def test_what_is_given_from_memory_is_a_page() -> None:
    assert worths.worth_of(worths.KEPT) is Worth.PAGES
