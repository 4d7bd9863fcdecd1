"""Titles that are sold alone: shown to those who could buy them, and played by those who did."""

import json

import pytest

from matinee.contracts.catalog import RightsWindow
from matinee.contracts.events import TitleGranted
from matinee.contracts.offers import TitleOffered
from matinee.kernel import clock, ids
from tests.catalog.conftest import Asker, tell
from tests.catalog.test_rights import HOUR, Onlooker, film

pytestmark = pytest.mark.django_db(databases=["catalog"])


@pytest.fixture
def ada() -> Onlooker:
    return Onlooker(account_id=ids.uuid7())


def test_what_is_sold_alone_has_a_page_and_no_play(owner: Asker, ada: Onlooker) -> None:
    title_id = film(owner, RightsWindow(plans=["family"]))
    tell(TitleOffered(title_id=title_id, offered=True))
    assert ada.sees(title_id)
    page = json.loads(ada.ask("GET", f"titles/{title_id}").content)
    assert (page["on_offer"], page["play_title_id"], page["rights"]) == (True, None, [])
    tell(TitleGranted(account_id=ada.account_id, title_id=title_id, ends_at=None))
    page = json.loads(ada.ask("GET", f"titles/{title_id}").content)
    assert (page["on_offer"], page["play_title_id"]) == (False, str(title_id))
    late = TitleOffered(title_id=title_id, offered=False, occurred_at=clock.now() - HOUR)
    tell(late)
    assert Onlooker().sees(title_id)
    tell(TitleOffered(title_id=title_id, offered=False))
    assert not Onlooker().sees(title_id)
    assert ada.sees(title_id), "what was bought stays"
    elsewhere = film(owner, RightsWindow(plans=["family"], territories=["NO"]))
    tell(TitleOffered(title_id=elsewhere, offered=True))
    assert not ada.sees(elsewhere), "nobody is sold what they could not watch"
