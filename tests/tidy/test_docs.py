"""The docs say the truth where a machine can tell."""

import re
from pathlib import Path

import pytest

from bench import figures
from matinee.run import manual
from tests.tidy import house

PAGES = [*house.ROOT.glob("*.md"), *house.ROOT.glob("docs/**/*.md")]


def test_every_setting_is_documented() -> None:
    page = (house.ROOT / "docs" / "settings.md").read_text()
    assert page == manual.markdown(), "run: matinee settings --markdown > docs/settings.md"


def test_every_setting_says_what_it_means() -> None:
    silent = [
        name
        for _, group in manual.groups()
        for name, field in manual.variables(group)
        if not field.description
    ]
    assert not silent


def broken_links(page: Path, text: str) -> list[str]:
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    local = [target for target in targets if not re.match(r"[a-z]+:", target)]
    return [target for target in local if not (page.parent / target).exists()]


@pytest.mark.parametrize("page", PAGES, ids=house.name_of)
def test_no_link_leads_nowhere(page: Path) -> None:
    assert not broken_links(page, page.read_text())


def test_a_link_that_leads_nowhere_is_found() -> None:
    page = house.ROOT / "README.md"
    assert broken_links(page, "[gone](docs/gone.md) [here](docs/glossary.md)") == ["docs/gone.md"]


def test_the_figures_are_those_that_were_measured() -> None:
    page = (house.ROOT / "docs" / "figures.md").read_text()
    assert page == figures.page(), "run bin/bench, which writes the page"


def test_every_decision_is_a_page_at_most() -> None:
    for page in house.ROOT.glob("docs/decisions/*.md"):
        assert len(page.read_text().splitlines()) <= 60, page.name
