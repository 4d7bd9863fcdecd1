"""Many films at once: dropped, understood, looked through; then seen on their way and stopped."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from tests.clips import clip
from tests.journeys.service import Service
from tests.journeys.test_accessibility import violations

pytestmark = pytest.mark.journey


@contextmanager
def encoders_asleep(service: Service) -> Iterator[None]:
    """Nothing is encoded meanwhile, so that what is to be seen of an encode does not pass by.

    Those that say that an encoder lives go on: who is silent is ended and started anew.
    """
    encoders = [pid for name, pid in service.pids().items() if name.startswith("encoder")]
    working = [one for pid in encoders for one in psutil.Process(pid).children(recursive=True)]
    assert working
    for one in working:
        one.suspend()
    try:
        yield
    finally:
        for one in working:
            one.resume()


def test_dropped_files_become_titles_whose_encodes_are_seen_and_stopped(
    page: Page, owner: Callable[[Page], None], service: Service, tmp_path: Path
) -> None:
    owner(page)
    season = tmp_path / "Harbour" / "Season 1"
    season.mkdir(parents=True)
    shutil.copyfile(clip("bikes.mp4"), season / "Harbour S01E01 Low Tide.mp4")
    shutil.copyfile(clip("bikes.mp4"), season / "Wonder 1984.mp4")
    (season / "notes.txt").write_text("Not a film.")
    page.get_by_role("link", name="Add films").click()
    page.get_by_label("Choose a folder").set_input_files(tmp_path / "Harbour")
    episode = page.get_by_role("group", name="Harbour/Season 1/Harbour S01E01 Low Tide.mp4")
    expect(episode.get_by_label("Series")).to_have_value("Harbour")
    expect(episode.get_by_label("Name")).to_have_value("Low Tide")
    expect(episode.get_by_label("Take it")).to_be_checked()
    doubted = page.get_by_role("group", name="Harbour/Season 1/Wonder 1984.mp4")
    expect(doubted.get_by_text("Is 1984 the year, or a part of the name?")).to_be_visible()
    expect(doubted.get_by_label("Take it")).not_to_be_checked()
    page.get_by_text("1 file is not a film").click()
    expect(page.get_by_text("Harbour/Season 1/notes.txt")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 episode of 1 series")).to_be_visible()
    assert violations(page) == []
    with encoders_asleep(service):
        page.get_by_role("button", name="Add and upload").click()
        expect(episode).to_have_count(0)
        expect(doubted).to_be_visible()
        # By the app: loading a page anew would pause the upload.
        page.get_by_role("link", name="Encodes").click()
        _follow(page)


def _follow(page: Page) -> None:
    """See the encode, give it another turn, and stop it."""
    under_way = page.get_by_role("list", name="Encodes under way")
    entry = under_way.get_by_role("listitem", name="Low Tide")
    expect(entry.get_by_role("progressbar", name="Encoding of Low Tide")).to_be_visible()
    expect(entry.get_by_text("Season 1, episode 1 of Harbour")).to_be_visible()
    turn = entry.get_by_label("Turn of Low Tide")
    turn.select_option("Before all others")
    expect(turn).to_have_value("first")
    page.reload()
    expect(turn).to_have_value("first")
    entry.get_by_role("button", name="Stop encoding Low Tide").click()
    ended = page.get_by_role("list", name="Encodes that ended")
    stopped = ended.get_by_role("listitem", name="Low Tide")
    expect(stopped.get_by_text("Stopped")).to_be_visible()
    expect(stopped.get_by_role("button", name="Encode again: Low Tide")).to_be_visible()
    assert violations(page) == []
