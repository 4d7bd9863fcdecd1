"""A request has one id, wherever it leads: to other services, into outboxes, to workers."""

import json
import logging
from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

import httpx
import pytest
from django.apps import apps
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import Client as Browser

from matinee.kernel import clock, errands, stores, tasks
from matinee.kernel.clients import Client
from matinee.kernel.databases import transaction_of
from matinee.kernel.errands_at_work import ERRAND, SENT_AT
from matinee.kernel.events import Event, announce
from matinee.kernel.http.errand_edge import on_errands
from matinee.kernel.logs import OneLine, OneObject
from matinee.kernel.tracing.sampling import Allowance
from matinee.kernel.tracing.traceparent import Traceparent

ID = "0123456789abcdef0123456789abcdef"
TRACE = Traceparent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7")
ACCOUNT = UUID("0199a1b2-7777-7abc-8def-0123456789ab")


class Happened(Event):
    type: ClassVar[str] = "test.happened"
    what: str = "x"


def telling(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Answers with what it knows of its errand, and with the headers that it was asked with."""
    start_response("200 OK", [("Content-Type", "application/json")])
    told = {"carried": errands.carried(), "trace": environ.get("HTTP_TRACEPARENT")}
    return [json.dumps(told).encode()]


def test_a_request_has_the_id_that_nginx_gave_it() -> None:
    browser = Browser(on_errands(telling))
    assert browser.get("/", headers={"X-Request-ID": ID}).json == {"carried": ID, "trace": None}
    assert errands.current() is None


@pytest.mark.parametrize("told", ["", "x", ID.upper(), f"{ID}\n", f"{ID}0", "../../etc/passwd"])
def test_what_is_no_id_is_not_taken_for_one(told: str) -> None:
    errand = errands.made(told)
    assert errand.id != told
    assert errands.made(errand.id).id == errand.id


def test_two_requests_without_one_are_two_errands() -> None:
    browser = Browser(on_errands(telling))
    first, second = (browser.get("/").text for _ in range(2))
    assert first != second


def test_questions_to_other_services_go_on_the_same_errand() -> None:
    with Client("http://other.internal", app=on_errands(telling)) as client:
        with errands.doing(errands.Errand(ID, TRACE)):
            told = client.send("GET", "/api/other/x").json()
        assert told == {"carried": ID, "trace": str(TRACE)}
        assert client.send("GET", "/api/other/x").json()["carried"] != ID


def test_a_service_that_fails_leaves_no_errand_behind() -> None:
    def failing(_environ: dict[str, Any], _start: Any) -> Iterable[bytes]:
        raise httpx.TransportError("away")

    with pytest.raises(httpx.TransportError, match="away"):
        Browser(on_errands(failing)).get("/")
    assert errands.current() is None


@pytest.mark.django_db(databases=["viewing"])
def test_a_fact_is_told_on_the_errand_that_it_came_about_on() -> None:
    outbox = apps.get_model("viewing", "Outbox")._default_manager
    with transaction_of("viewing"):
        announce("viewing", Happened())
        with errands.doing(errands.Errand(ID, TRACE)):
            announce("viewing", Happened(what='"}'))
    plain, told = outbox.order_by("id")
    assert "errand" not in plain.body
    assert errands.of_carried(told.body["errand"]) == errands.Errand(ID, TRACE)
    assert Happened.model_validate(told.body).what == '"}'


def test_workers_go_on_with_it() -> None:
    seen: list[errands.Errand | None] = []

    def note() -> None:
        seen.append(errands.current())

    noting = tasks.app.task(name="tests.errand")(note)
    before_s = clock.unix_s()
    tasks.publish_events("viewing", "test.happened", [{"errand": f"{ID}/{TRACE}"}])
    message = json.loads(str(stores.connect().lindex(tasks.list_of(tasks.EVENTS_QUEUE), -1)))
    assert message["headers"][ERRAND] == f"{ID}/{TRACE}"
    assert message["headers"][SENT_AT] >= before_s
    noting.apply(headers=message["headers"])
    noting.apply()
    first, second = seen
    assert first == errands.Errand(ID, TRACE)
    assert second is not None
    assert second.id != ID
    assert errands.current() is None


@given(st.one_of(st.none(), st.integers(), st.text(max_size=120)))
def test_whatever_was_carried_there_is_an_errand(word: object) -> None:
    errand = errands.of_carried(word)
    assert errands.made(errand.id).id == errand.id


def test_lines_of_logs_name_it() -> None:
    record = logging.makeLogRecord({"name": "x", "levelname": "ERROR", "msg": "it failed"})
    with errands.doing(errands.Errand(ID, TRACE)):
        errands.know_account(ACCOUNT)
        line, told = OneLine().format(record), json.loads(OneObject().format(record))
    known = {"request": ID, "account": str(ACCOUNT), "trace": TRACE.trace_id}
    assert line == f"ERROR x: it failed [request={ID} account={ACCOUNT} trace={TRACE.trace_id}]"
    assert {name: told[name] for name in known} == known
    assert OneLine().format(record) == "ERROR x: it failed"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "00",
        f"00-{'0' * 32}-{'1' * 16}-01",
        f"00-{'1' * 32}-{'0' * 16}-01",
        f"00-{'1' * 32}-{'1' * 16}-00",
        f"00-{'1' * 32}-{'1' * 16}-01-more",
        f"ff-{'1' * 32}-{'1' * 16}-01",
        f"00-{'A' * 32}-{'1' * 16}-01",
        f"00-{'1' * 31}-{'1' * 16}-01",
        f"01-{'1' * 32}-{'1' * 16}-01-{'x' * 400}",
        f" 00-{'1' * 32}-{'1' * 16}-01",
    ],
)
def test_headers_that_ask_for_no_trace(header: str) -> None:
    assert Traceparent.of(header) is None


def test_headers_that_ask_for_one() -> None:
    assert Traceparent.of(str(TRACE)) == TRACE
    assert Traceparent.of(f"cc-{TRACE.trace_id}-{TRACE.span_id}-03-later") == TRACE


@given(st.lists(st.floats(min_value=0, max_value=30), max_size=200))
def test_no_more_is_let_through_than_is_allowed(pauses_s: list[float]) -> None:
    allowance, now_s, taken = Allowance(per_s=4, left=4), 0.0, 0
    for pause_s in pauses_s:
        now_s += pause_s
        taken += allowance.takes(now_s)
    assert taken <= 4 + 4 * now_s


def test_what_was_used_up_comes_back() -> None:
    allowance = Allowance(per_s=2, left=2)
    assert [allowance.takes(0), allowance.takes(0), allowance.takes(0)] == [True, True, False]
    assert allowance.takes(0.5)
    assert not allowance.takes(0.5)
