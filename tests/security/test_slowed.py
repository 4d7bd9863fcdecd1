"""Whoever asks too often waits, and is told how long."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from matinee.kernel import ids, stores
from matinee.recommendations import settings
from matinee.recommendations.api import app
from tests.patience import until
from tests.security.asked import token_of

pytestmark = pytest.mark.django_db(databases=["recommendations"])

SEARCH = "/api/recommendations/search?q=me"
Ask = Callable[[], tuple[int, str | None]]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MATINEE_RECOMMENDATIONS_SEARCHES_PER_MINUTE", "3")
    settings.get.cache_clear()
    yield
    monkeypatch.undo()
    settings.get.cache_clear()


def searcher() -> Ask:
    client: FlaskClient = app.test_client()
    token = token_of(account_id=ids.uuid7(), profile_id=ids.uuid7(), maturity_age=18)

    def ask() -> tuple[int, str | None]:
        answer = client.get(SEARCH, headers={"Authorization": f"Bearer {token}"})
        return answer.status_code, answer.headers.get("Retry-After")

    return ask


@pytest.mark.usefixtures("few")
def test_a_profile_searches_so_often_and_no_more() -> None:
    one, other = searcher(), searcher()
    assert [one()[0] for _ in range(4)] == [200, 200, 200, 429]
    wait_s = one()[1]
    assert wait_s is not None
    assert 1 <= int(wait_s) <= 60
    assert other()[0] == 200


@pytest.mark.usefixtures("few")
def test_searching_goes_on_while_nobody_can_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "connect", lambda: stores.open_store("unix:///nowhere.sock"))
    ask = searcher()
    assert [ask()[0] for _ in range(5)] == [200] * 5


def test_a_window_ends_by_itself() -> None:
    key, store = "limit:a test:somebody", stores.connect()
    stores.limit("a test", "somebody", tries=1, window_s=600)
    with pytest.raises(Exception, match="too_many_attempts"):
        stores.limit("a test", "somebody", tries=1, window_s=600)
    stores.limit("a test", "somebody else", tries=1, window_s=600)
    left_s = store.ttl(key)
    assert isinstance(left_s, int)
    assert 0 < left_s <= 600
    # What the store does in ten minutes, it does here in one millisecond.
    store.pexpire(key, 1)
    until(lambda: not store.exists(key))
    stores.limit("a test", "somebody", tries=1, window_s=600)
