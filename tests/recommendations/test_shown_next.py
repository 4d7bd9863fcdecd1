"""What pages are about to show, as edges are told of it."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.recommendations import ShownNext
from matinee.delivery import asking
from matinee.kernel import asking as kernel_asking
from matinee.kernel import clock, settings
from matinee.kernel.clients import Client
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import ServiceTokens
from matinee.recommendations import settings as own_settings
from matinee.recommendations.api import app
from matinee.recommendations.models import Viewer
from matinee.recommendations.rules.attention import shares_of
from tests.recommendations import builders

databases = pytest.mark.django_db(databases=["recommendations"])
PATH = "/api/recommendations/shown-next"


def ask(service: str) -> tuple[int, ShownNext | None]:
    token = ServiceTokens(settings.get().secrets).issue(service, to="recommendations")
    answer = app.test_client().get(PATH, headers={"Authorization": f"Bearer {token}"})
    good = answer.status_code == 200
    return answer.status_code, ShownNext.model_validate_json(answer.data) if good else None


def stock(*profiles: UUID) -> None:
    for number in range(12):
        builders.tell(builders.title_changed(builders.title(number)))
    for profile_id in profiles:
        builders.tell(builders.progressed(profile_id, 3, 0.4, clock.now()))


@pytest.fixture
def same_hero(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No page opens with another title to see how it is taken."""
    with monkeypatch.context() as set_so:
        set_so.setenv("MATINEE_RECOMMENDATIONS_HERO_EXPLORED", "0")
        own_settings.get.cache_clear()
        yield
    own_settings.get.cache_clear()


@databases
@pytest.mark.usefixtures("same_hero")
def test_pages_of_who_watches_these_days_are_foretold() -> None:
    stock(uuid7(), uuid7())
    _, told = ask("delivery")
    assert told is not None
    assert sum(told.shares.values()) == pytest.approx(1)
    # They are in the middle of it: only the hero stands before it on their pages.
    best = sorted(told.shares, key=lambda title_id: -told.shares[title_id])
    assert builders.title_id(3) in best[:2]
    Viewer.objects.update(changed_at=clock.now() - timedelta(days=8))
    assert ask("delivery")[1] == ShownNext(shares={})


@databases
def test_nobody_is_foretold_where_the_operator_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    stock(uuid7())
    monkeypatch.setenv("MATINEE_RECOMMENDATIONS_FORETOLD_VIEWERS", "0")
    own_settings.get.cache_clear()
    try:
        assert ask("delivery")[1] == ShownNext(shares={})
    finally:
        monkeypatch.undo()
        own_settings.get.cache_clear()


@databases
def test_only_delivery_is_told() -> None:
    assert app.test_client().get(PATH).status_code == 401
    assert ask("encoding")[0] == 403


@databases
def test_delivery_asks_by_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    stock(uuid7())
    inside = Client("http://inside", app=app.wsgi_app)
    monkeypatch.setattr(kernel_asking._Known, "way", lambda: inside)
    assert builders.title_id(3) in asking.shown_next()


titles = st.integers(0, 3).map(builders.title_id)


@given(st.lists(st.dictionaries(titles, st.floats(0.01, 5), max_size=3), max_size=3))
def test_shares_come_to_one_or_nothing(pages: list[dict[UUID, float]]) -> None:
    shares = shares_of(pages)
    assert sum(shares.values()) == pytest.approx(1 if any(pages) else 0)
    assert set(shares) == {title_id for page in pages for title_id in page}
