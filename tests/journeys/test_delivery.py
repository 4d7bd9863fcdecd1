"""Films come from edges elsewhere, and staff see which."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from bench.delivery.edge_homes import Home, joined
from bench.delivery.failover import leave_it_to, owner_of, until_settled
from bench.viewing import Running
from tests.journeys.service import Service
from tests.journeys.test_viewer import frames, open_title, sign_up

pytestmark = pytest.mark.journey

SLUG = "the-meadow"


@pytest.fixture(scope="module")
def homes(service: Service) -> Iterator[list[Home]]:
    """Two edges that serve all viewers; afterwards the service's own does again."""
    running = Running(service.port, {**service.env}, SLUG)
    with ExitStack() as stack:
        root = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        root.chmod(0o711)
        both = [stack.enter_context(joined(running, root, number)) for number in (1, 2)]
        leave_it_to(running, both)
        until_settled(running, both)
        yield both
        with owner_of(running) as owner:
            own = {"id": "local", "base_url": ""}
            owner.put("/api/delivery/edges/local", json=own).raise_for_status()
            for home in both:
                owner.delete(f"/api/delivery/edges/{home.name}").raise_for_status()


def pieces(page: Page) -> list[str]:
    """The hosts that pieces of media come from, from now on."""
    hosts: list[str] = []
    page.on(
        "response",
        lambda answer: (
            hosts.append(urlsplit(answer.url).netloc)
            if answer.ok and answer.url.endswith(".m4s")
            else None
        ),
    )
    return hosts


def press_play(page: Page, slug: str) -> None:
    open_title(page, slug)
    page.get_by_role("link", name=re.compile("^Play")).first.click()


def test_staff_see_the_edges_and_what_would_be_without_one(
    homes: list[Home], page: Page, owner: Callable[[Page], None]
) -> None:
    owner(page)
    page.get_by_role("link", name="Delivery").click()
    edges = page.get_by_role("region", name="Edges", exact=True)
    for home in homes:
        row = edges.get_by_role("row").filter(has_text=home.name)
        expect(row.get_by_text("Up", exact=True)).to_be_visible()
    page.get_by_label("edge-1").check()
    page.get_by_role("button", name="Work it out").click()
    then = page.get_by_role("region", name="Edges then")
    expect(then.get_by_role("row").filter(has_text="edge-1")).to_contain_text("0 bit/s")
    page.get_by_label("Title", exact=True).fill("The Meadow")
    expect(page.get_by_text("The Meadow is steered")).to_be_visible()


def test_a_film_plays_from_an_edge_elsewhere(homes: list[Home], page: Page) -> None:
    sign_up(page)
    hosts = pieces(page)
    press_play(page, SLUG)
    assert frames(page) >= 24
    known = {urlsplit(home.gate.url).netloc: home for home in homes}
    assert hosts
    assert set(hosts) <= known.keys(), "the service's own edge served"
