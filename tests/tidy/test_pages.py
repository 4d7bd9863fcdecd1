"""Axe looks at every page that the web app has: its routes are read from where it names them."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.journeys import pages
from tests.tidy.house import ROOT

APP = ROOT / "web" / "src"
_ROUTE = re.compile(r"<Route\b[^>]*?\spath=(?:\"(?P<plain>[^\"]+)\"|\{(?P<told>[^}]*\}?[^}]*)\})")
_CONSTANT = re.compile(r"\bconst (\w+) = [\"`](/[^\"`]*)[\"`]")
_PATH = re.compile(r"[\"`]((?:\$\{\w+\})?/[^\"`\s]*)[\"`]")
_PART = re.compile(r"\$\{(\w+)\}")
# What answers below an address: the pages there are routes of their own.
_BELOW = "/*?"
# Addresses that are none of pages.
_ELSEWHERE = ("/api/", "/media/")


def routes_in(text: str) -> Iterator[str]:
    """The addresses for which a file of the app names a page.

    Where a route's address is worked out, every address that stands in the file is one.
    """
    constants = dict(_CONSTANT.findall(text))
    found = list(_ROUTE.finditer(text))
    paths = [match["plain"] for match in found if match["plain"]]
    if any(match["told"] for match in found):
        paths += _PATH.findall(text)
    for path in paths:
        whole = _PART.sub(lambda part: constants.get(part[1], part[0]), path)
        # A link's address holds what only the page itself knows.
        is_route = "${" not in whole and not whole.endswith(_BELOW)
        if is_route and not whole.startswith(_ELSEWHERE):
            yield whole


def routes(files: Iterable[Path]) -> set[str]:
    """Every route of the app."""
    return {route for path in files for route in routes_in(path.read_text())}


def matches(route: str, listed: str) -> bool:
    """Whether an address that is looked at is of a route."""
    pattern = re.sub(r":\w+", r"[^/]+", route)
    return re.fullmatch(pattern, listed.partition("?")[0]) is not None


def app_routes() -> set[str]:
    """What this app has."""
    return routes(path for path in APP.rglob("*.tsx") if "test" not in path.name)


def test_every_page_is_looked_at() -> None:
    found = app_routes()
    assert len(found) > 50, "the app names its routes in a way that is not read here"
    unseen = [route for route in found if not any(matches(route, one) for one in pages.EVERY)]
    assert not unseen, f"add to tests/journeys/pages.py: {sorted(unseen)}"


def test_nothing_is_looked_at_that_is_no_page() -> None:
    found = app_routes()
    gone = [one for one in pages.EVERY if not any(matches(route, one) for route in found)]
    assert gone == ["/nowhere-at-all"]


_PARTS = """
const ROOT = "/studio/x";
const PARTS = [[ROOT, "A"], [`${ROOT}/b`, "B"]];
PARTS.map(([to]) => <Route key={to} path={to} />);
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<Route path="/studio/new" component={New} />', {"/studio/new"}),
        (
            '<Route path="/studio/one/:id">\n{({ id }) => <One id={id} />}</Route>',
            {"/studio/one/:id"},
        ),
        ('<Route path="/studio/one/*?" component={One} />', set()),
        (_PARTS, {"/studio/x", "/studio/x/b"}),
        ('const ROOT = "/x";\n<Route path={`${ROOT}/titles/:id`}>', {"/x", "/x/titles/:id"}),
        ('call("/api/x"); <Route path={to} />', set()),
        ('<Link href="/studio/elsewhere" />', set()),
    ],
)
def test_a_route_is_found_however_it_is_written(text: str, expected: set[str]) -> None:
    assert set(routes_in(text)) == expected


def test_a_page_that_nobody_looks_at_is_found() -> None:
    assert not any(matches("/studio/brand-new", one) for one in pages.EVERY)
    assert not any(matches("/studio/titles/:id/brand-new", one) for one in pages.EVERY)
    assert matches("/title/:slug", "/title/the-meadow")
    assert not matches("/title/:slug", "/title/a/b")
