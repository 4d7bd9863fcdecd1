"""The time that is left, and that it goes along with questions to other services."""

from collections.abc import Iterable
from typing import Any

import pytest

from bench import ports
from matinee.kernel import clients, clock, problems
from matinee.kernel.clients import Client
from matinee.kernel.load import budgets
from matinee.kernel.load.breakers import OPENS_AFTER


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moments do not pass while these tests look, and nobody is known to be away before them."""
    monkeypatch.setattr(clock, "monotonic_s", lambda: 100.0)
    monkeypatch.setattr(clients, "_breakers", {})


def test_a_budget_within_another_ends_with_it() -> None:
    assert budgets.left_s() is None
    with budgets.within(5), budgets.within(600):
        assert budgets.left_s() == 5
        with budgets.within(0):
            assert budgets.left_s() == 0
    assert budgets.left_s() is None


@pytest.mark.parametrize(
    ("header", "allowed_s"),
    [(None, 20), ("1.5", 1.5), ("600", 20), ("x", 20), ("nan", 0), ("-1", 0), ("0", 0)],
)
def test_a_header_allows_at_most_what_anybody_may_have(
    header: str | None, allowed_s: float
) -> None:
    assert budgets.told(header) == allowed_s


def _echo(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [])
    return [environ.get("HTTP_X_TIME_LEFT", "none").encode()]


def test_whoever_is_asked_hears_how_much_time_is_left() -> None:
    with Client("http://services.internal", app=_echo) as client:
        assert client.send("GET", "/api/x/y").text == "none"
        with budgets.within(3):
            assert client.send("GET", "/api/x/y").text == "3.000"


def test_nothing_is_asked_for_whom_nobody_waits() -> None:
    with (
        Client("http://services.internal", app=_echo) as client,
        budgets.within(0),
        pytest.raises(problems.Unavailable, match="too_late"),
    ):
        client.send("GET", "/api/x/y")


def test_a_service_that_is_gone_is_left_alone_for_a_while() -> None:
    with Client(f"http://127.0.0.1:{ports.free()}") as client:
        for _ in range(OPENS_AFTER):
            with pytest.raises(problems.Unavailable, match="does not answer"):
                client.send("GET", "/api/x/y")
        with pytest.raises(problems.Unavailable, match="not answered several times"):
            client.send("GET", "/api/x/y")


def test_one_that_has_something_to_say_is_there() -> None:
    def refuses(_environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("503 Away", [])
        return [b'{"code": "keys_unreadable", "detail": "The operator has to look at it."}']

    with Client("http://services.internal", app=refuses) as client:
        for _ in range(2 * OPENS_AFTER):
            with pytest.raises(problems.Unavailable, match="keys_unreadable"):
                client.send("GET", "/api/x/y")
