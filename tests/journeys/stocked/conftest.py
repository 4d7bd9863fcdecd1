"""An installation that was stocked with many films at once, for journeys that look at none."""

from collections.abc import Iterator
from functools import partial

import pytest

from tests.journeys import programme
from tests.journeys.conftest import installed, there_before
from tests.journeys.service import Service
from tests.journeys.viewer import Viewer, eventually


@pytest.fixture(scope="session")
def service(request: pytest.FixtureRequest) -> Iterator[Service]:
    """With enough films for a page of many rows; none of them has pictures."""
    if found := there_before():
        yield found
        return
    with installed(request.getfixturevalue("provider")) as running:
        programme.stock(running)
        _wait_for_films(running)
        yield running


def _wait_for_films(running: Service) -> None:
    """Until recommendations has heard of every film."""
    viewer = Viewer(running)
    try:
        # One after the other: a profile may only search so often within a minute.
        for draft in programme.drafts():
            eventually(draft.name, partial(_comes_up, viewer, draft.name))
    finally:
        viewer.http.close()


def _comes_up(viewer: Viewer, name: str) -> bool:
    return bool(viewer.search(name)["cards"])
