"""The simulator's HTTP edge: its API for the merchant, its pages for people, its controls.

The API and the controls need the key in the secrets folder; a page needs its address,
which nobody can guess.
"""

import hmac
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, redirect, request
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from matinee.billing.simulator import checkouts, pages
from matinee.billing.simulator.bank import Bank, RefusedError
from matinee.billing.simulator.faults import Faults

_NEWS_MOST = 500
_UNSURE = {"unsure": True}


def make_app(bank: Bank, key: str) -> Flask:
    """The app over a bank."""
    app = Flask("matinee.billing.simulator")

    @app.before_request
    def check() -> tuple[Response, int] | None:
        is_page = request.path.startswith(("/simulator/checkout/", "/simulator/health"))
        told = request.headers.get("Authorization", "")
        if is_page or hmac.compare_digest(told.encode(), f"Bearer {key}".encode()):
            return None
        return jsonify(refused="The key is missing or wrong."), 401

    @app.errorhandler(RefusedError)
    def refused(error: RefusedError) -> tuple[Response, int]:
        return jsonify(refused=str(error)), 409

    @app.errorhandler(KeyError)
    @app.errorhandler(TypeError)
    @app.errorhandler(ValueError)
    @app.errorhandler(ValidationError)
    def wrong(error: Exception) -> tuple[Response, int]:
        return jsonify(refused=f"The request has a missing or wrong value: {error}"), 409

    _add_api(app, bank)
    _add_finding(app, bank)
    _add_pages(app, bank)
    _add_controls(app, bank)
    _add_figures(app, bank)
    return app


def _add_api(app: Flask, bank: Bank) -> None:
    @app.get("/simulator/health")
    def health() -> tuple[str, int]:
        return "", 204

    @app.post("/simulator/v1/customers")
    def customer() -> Any:
        return _maybe(bank, lambda wish: bank.customer_make(wish["account_id"]))

    @app.post("/simulator/v1/checkouts")
    def open_checkout() -> Any:
        return _maybe(bank, lambda wish: checkouts.whole(bank, checkouts.open_one(bank, wish)))

    @app.post("/simulator/v1/checkouts/<ref>/close")
    def close(ref: str) -> Any:
        return checkouts.whole(bank, checkouts.close(bank, ref))

    @app.post("/simulator/v1/charges")
    def charge() -> Any:
        return _charged(bank, request.get_json()["orders"])

    @app.post("/simulator/v1/refunds")
    def refund() -> Any:
        return _maybe(bank, bank.refund_make)

    @app.delete("/simulator/v1/methods/<ref>")
    def method_remove(ref: str) -> Any:
        bank.method_remove(ref)
        return {}


def _charged(bank: Bank, wishes: list[Any]) -> list[Any]:
    keys, cards = [[str(wish[of]) for wish in wishes] for of in ("key", "method_ref")]
    with bank.store.page(keys, cards):  # one write to the disk for all of them
        return [_answer(bank, bank.charge_make, wish) for wish in wishes]


def _add_finding(app: Flask, bank: Bank) -> None:
    @app.get("/simulator/v1/checkouts/<ref>")
    def checkout(ref: str) -> Any:
        return checkouts.whole(bank, bank.found(ref, "checkout"))

    @app.post("/simulator/v1/charges/find")
    def charges() -> Any:
        found = [bank.store.find(ref, "charge") for ref in request.get_json()["refs"]]
        return [thing or {"refused": "There is no such charge."} for thing in found]

    @app.get("/simulator/v1/<any(refund, dispute):kind>s/<ref>")
    def thing(kind: str, ref: str) -> Any:
        return bank.found(ref, kind)

    @app.get("/simulator/v1/customers/<ref>/methods")
    def methods(ref: str) -> Any:
        return bank.methods_of(ref)

    @app.get("/simulator/v1/news")
    def news() -> Any:
        after = int(request.args.get("after") or 0)
        most = min(int(request.args.get("most", _NEWS_MOST)), _NEWS_MOST)
        rows = bank.store.rows(
            "SELECT number, subject, ref FROM news WHERE number > ? ORDER BY number LIMIT ?",
            after,
            most,
        )
        return [{"id": str(n), "subject": subject, "ref": ref} for n, subject, ref in rows]


def _add_pages(app: Flask, bank: Bank) -> None:
    @app.get("/simulator/checkout/style.css")
    def style() -> Response:
        return Response(pages.STYLE, mimetype="text/css")

    @app.route("/simulator/checkout/<ref>", methods=["GET", "POST"])
    def page(ref: str) -> str | AnyResponse:
        checkout = bank.found(ref, "checkout")
        if checkout["status"] != "open":
            return pages.over(checkout)
        outcome = _did(bank, ref, request.form) if request.method == "POST" else ""
        if outcome in {"done", "left"}:
            return redirect(checkout["return_url"], 303)
        checkout = bank.found(ref, "checkout")
        if checkout["trying"]:
            return pages.challenge(checkout)
        return pages.choose(checkout, bank.methods_of(checkout["customer_ref"]), outcome)


def _did(bank: Bank, ref: str, form: Any) -> str:
    match form.get("do"):
        case "pay":
            return checkouts.try_card(bank, ref, form.get("card", ""))
        case "confirm" | "refuse" as answer:
            return checkouts.confirm(bank, ref, is_holder=answer == "confirm")
        case "leave":
            checkouts.close(bank, ref)
            return "left"
        case _:
            return ""


def _add_controls(app: Flask, bank: Bank) -> None:
    @app.route("/simulator/control/faults", methods=["GET", "PUT"])
    def faults() -> Any:
        if request.method == "PUT":
            bank.faults_set(Faults.model_validate(request.get_json()))
        return bank.faults.model_dump()

    @app.put("/simulator/control/clock")
    def turn() -> Any:
        with bank.store.transaction():
            bank.store.set("shift_s", str(float(request.get_json()["shift_s"])))
        while bank.time_passed():
            pass
        return {"now_s": bank.store.now_s()}

    @app.post("/simulator/control/methods")
    def method() -> Any:
        wish = request.get_json()
        return bank.method_make(wish["customer_ref"], wish["number"])

    @app.post("/simulator/control/disputes")
    def dispute() -> Any:
        return bank.dispute_open(request.get_json()["charge_ref"])

    @app.post("/simulator/control/disputes/<ref>/<any(won, lost):status>")
    def decide(ref: str, status: str) -> Any:
        return bank.dispute_decide(ref, status)


def _add_figures(app: Flask, bank: Bank) -> None:
    @app.get("/simulator/control/totals")
    def totals() -> Any:
        rows = bank.store.rows(
            "SELECT kind, body ->> 'currency', body ->> 'status', count(*),"
            " sum(body ->> 'amount_minor'), sum(coalesce(body ->> 'fee_minor', 0)) FROM thing"
            " WHERE kind IN ('charge', 'refund', 'dispute') GROUP BY 1, 2, 3"
        )
        names = ("kind", "currency", "status", "count", "amount_minor", "fee_minor")
        return [dict(zip(names, row, strict=True)) for row in rows]

    @app.get("/simulator/control/waiting")
    def waiting() -> Any:
        ((posts,),) = bank.store.rows("SELECT count(*) FROM post")
        ((later,),) = bank.store.rows("SELECT count(*) FROM later")
        return {"posts": posts, "later": later}


def _maybe(bank: Bank, make: Callable[[Any], Any]) -> Any:
    answer = _answer(bank, make, request.get_json())
    if answer == _UNSURE:
        return answer, 504
    return (answer, 409) if "refused" in answer else answer


def _answer(bank: Bank, make: Callable[[Any], Any], wish: Any) -> Any:
    """What comes of a wish; the answer may get lost, before or after it was granted."""
    key = str(wish["key"] if "key" in wish else wish["account_id"])
    nth = bank.store.times_asked(key)
    if bank.faults.hits(bank.faults.lost_before, "before", key, nth):
        return _UNSURE
    try:
        answer = make(wish)
    except RefusedError as error:
        return {"refused": str(error)}
    is_lost = bank.faults.hits(bank.faults.lost_after, "after", key, nth)
    return _UNSURE if is_lost else answer
