"""Titles that were rented or bought play without a plan, and only they do."""

from datetime import timedelta
from uuid import UUID

import pytest

from matinee.contracts.events import TitleGranted
from matinee.kernel import clock, ids, problems
from tests.playback.conftest import Tell, Viewer

pytestmark = pytest.mark.django_db(databases=["playback"])


def test_what_is_rented_plays_without_a_plan_until_it_ends(tell: Tell, film: UUID) -> None:
    viewer = Viewer(tell)
    ends_at = clock.now() + timedelta(hours=48)
    tell(TitleGranted(account_id=viewer.account_id, title_id=film, ends_at=ends_at))
    tell(TitleGranted(account_id=viewer.account_id, title_id=ids.uuid7(), ends_at=None))
    assert viewer.play(film)["height_max"] > 1080
    with pytest.raises(problems.TooMany):
        viewer.play(film)
    with clock.shifted(timedelta(hours=49)), pytest.raises(problems.PaymentRequired):
        viewer.play(film)


def test_what_is_rented_is_somebodys(tell: Tell, film: UUID) -> None:
    tell(TitleGranted(account_id=ids.uuid7(), title_id=film, ends_at=None))
    with pytest.raises(problems.PaymentRequired):
        Viewer(tell).play(film)


def test_a_plan_beside_it_lends_its_screens(tell: Tell, film: UUID) -> None:
    viewer = Viewer(tell)
    viewer.entitle(streams_at_once=2)
    tell(TitleGranted(account_id=viewer.account_id, title_id=film, ends_at=None))
    assert viewer.play(film)["session_id"] != viewer.play(film)["session_id"]
