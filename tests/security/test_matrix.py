"""Every operation of every service, asked by everybody: who is let in, and who is not.

The documents say who may use an operation; that they mean what they say is asked of the edges
here. Which operations are open to more than one profile, and whose things can be asked for by
an id, stands below by name: a new one of these has to be thought about.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from matinee.billing.gateways import chosen
from matinee.billing.simulator.store import Store
from matinee.kernel import ids
from matinee.kernel.problems import MEDIA_TYPE
from matinee.viewing import actions as viewing
from tests.billing.at_the_gateway import open_till
from tests.security import asked
from tests.security.everybody import ROLES, all_things, household, tokens

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.asvs("V8.2.1")]

OPERATIONS = [(method, path, described) for method, path, described in asked.operations()]
SERVICES = sorted({path.split("/")[2] for _, path, _ in OPERATIONS})
# How the edges say that somebody may not, whatever they ask for.
REFUSALS = {"not_staff", "no_profile", "kids_profile"}
PROBES = {f"{service}_{probe}" for service in SERVICES for probe in ("livez", "readyz")}
# Whoever asks: offers, sign-up and sign-in, and what is the same for the whole world.
OPEN = PROBES | {
    *("list_plans", "list_title_offers", "list_ratings", "list_ways"),
    *("sign_up", "forgot_password", "ask_passkey", "visit_provider", "make_device_code"),
    # Nothing is there unless the operator lets the world see what there is to watch.
    *("shared_head", "sitemap", "sitemap_page", "robots", "mrss", "roku_feed", "oembed"),
}
# Whoever is signed in, a child as well, and before it is said who watches.
FOR_CHILDREN = {
    *("get_account", "list_profiles", "step_up", "ask_step_up_passkey"),
    *("title", "title_cards", "person"),
}
# Parts of an address that name nothing of anybody's.
SHARED = {
    *("title_id", "id_or_slug", "person_id", "offer_id", "provider_id", "gateway"),
    *("package", "token"),
}
STUDIO = ("/studio/", "/api/delivery/", "/trainings", "/policies", "/insights/summary")


def ask(method: str, path: str, token: str, body: dict[str, Any] | None = None) -> TestResponse:
    """One request; an id that is not filled in is of nothing that is there."""
    sent = {"Tus-Resumable": "1.0.0"} | ({"Authorization": f"Bearer {token}"} if token else {})
    client = Client(asked.whole(), use_cookies=False)
    return client.open(asked.filled(path), method=method, json=body or {}, headers=sent)


@pytest.fixture(autouse=True)
def _gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A gateway that answers within this process."""
    store = Store(tmp_path / "simulator.sqlite")
    till = open_till(store)
    monkeypatch.setattr(chosen, "_made", lambda: till.gateway)
    yield
    store.close()


def name_nothing() -> None:
    """Let addresses name things that are not there, of kinds that there are."""
    asked.known.clear()
    asked.known.update(version="9", slot="card", kind="poster", gateway="simulator")


def code_of(told: TestResponse) -> str:
    """The code of a problem; empty where there is none."""
    return str((told.json or {})["code"]) if told.mimetype == MEDIA_TYPE else ""


def expected(access: dict[str, Any], who: str) -> int:
    """How somebody is answered: 401, 403, or 0 for being let in."""
    kind = access["who"]
    if kind in {"anyone", "own_proof"}:
        return 0
    if who == "stranger":
        return 401
    let_in = {
        "signed_in": True,
        "profile": who != "unchosen",
        "holder": who not in {"unchosen", "kid"},
        "staff": who in access.get("roles", ()),
    }
    return 0 if let_in[kind] else 403


def is_as(told: TestResponse, status: int) -> bool:
    """Whether an answer is that refusal; or, for 0, none at all."""
    if status == 401:
        return told.status_code == 401
    if status == 403:
        return told.status_code == 403 and code_of(told) in REFUSALS
    return told.status_code != 401 and code_of(told) not in REFUSALS


@pytest.mark.parametrize("service", SERVICES)
def test_each_operation_lets_in_whom_it_says(service: str) -> None:
    name_nothing()
    home = household("ada@example.org")
    wrong = []
    for method, path, described in OPERATIONS:
        access = described["x-access"]
        if path.split("/")[2] != service or access["who"] in {"anyone", "own_proof"}:
            continue
        # New sessions for each, as some of these end the one that asks.
        for who, token in tokens(home).items():
            if who in ROLES[1:] and access["who"] != "staff":
                continue  # as any member: no role opens more than the owner's
            told = ask(method, path, token)
            if not is_as(told, expected(access, who)):
                wrong.append((who, method, path, told.status_code, code_of(told)))
    assert not wrong


@pytest.mark.parametrize("method", ["POST", "HEAD", "PATCH", "DELETE"])
def test_films_are_uploaded_by_who_makes_the_catalogue(method: str) -> None:
    """Uploads speak tus, which no document describes."""
    path = "/api/catalog/uploads" + ("" if method == "POST" else f"/{ids.uuid7()}")
    for who, token in tokens(household("ada@example.org")).items():
        told = ask(method, path, token)
        lets_in = who in {"owner", "editor", "publisher"}
        refused = 401 if who == "stranger" else 403
        assert (told.status_code != refused) == lets_in, (who, told.status_code)


def test_every_operation_says_who_may_use_it() -> None:
    silent = [path for _, path, described in OPERATIONS if "x-access" not in described]
    assert not silent


def test_what_is_open_is_so_on_purpose() -> None:
    by_who: dict[str, set[str]] = {}
    for _, path, described in OPERATIONS:
        who = described["x-access"]["who"]
        by_who.setdefault(who, set()).add(described["operationId"])
        if who == "staff":
            assert any(part in path for part in STUDIO), f"{path} is not where staff look"
        elif who != "own_proof" and described["operationId"] not in PROBES:
            assert not any(part in path for part in STUDIO), f"{path} is for staff"
    assert by_who["anyone"] <= OPEN
    assert by_who["signed_in"] <= FOR_CHILDREN


def test_what_asks_for_another_proof_takes_no_persons_token() -> None:
    name_nothing()
    token = tokens(household("ada@example.org"))["owner"]
    for method, path, described in OPERATIONS:
        if described["x-access"]["who"] == "own_proof" and "/identity/" not in path:
            told = ask(method, path, token)
            assert told.status_code in {400, 401, 403, 404, 422}, (path, told.status_code)


def owned() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Operations on something of somebody's, by its id."""
    for method, path, described in OPERATIONS:
        parts = {part[1:-1] for part in path.split("/") if part.startswith("{")}
        if parts - SHARED and described["x-access"]["who"] in {"signed_in", "profile", "holder"}:
            yield method, path, described


def test_things_of_others_do_not_exist() -> None:
    things = all_things()
    eve = household("eve@example.org")
    for method, path, described in owned():
        service, name = path.split("/")[2], described["operationId"]
        named = {part[1:-1] for part in path.split("/") if part.startswith("{")} - SHARED
        unknown = {part for part in named if (service, part) not in things.ids}
        assert not unknown, f"{name}: whose is {unknown}? Put one in."
        things.name_all(service)
        told = ask(method, path, tokens(eve)["member"], BODIES.get(name))
        hidden = {404, 410} | ({204} if name in IDEMPOTENT else set())
        assert told.status_code in hidden, (name, told.status_code, code_of(told))
    assert things.are_there()


@pytest.mark.asvs("V8.2.3")
def test_what_one_profile_keeps_another_does_not_see() -> None:
    home = household("ada@example.org")
    title = ids.uuid7()
    viewing.my_list_add(home.grown_up, title)
    viewing.thumb_give(home.grown_up, title, "up")
    theirs = {"other": home.other, "kid": home.kid, "eve": household("eve@example.org").grown_up}
    pages = ("my-list", "thumbs", "history", "dismissals")
    own = asked.token_of(account_id=home.account_id, profile_id=home.grown_up)
    assert any(str(title) in ask("GET", f"/api/viewing/{page}", own).text for page in pages)
    for who, profile_id in theirs.items():
        token = asked.token_of(account_id=home.account_id, profile_id=profile_id)
        for page in pages:
            told = ask("GET", f"/api/viewing/{page}", token)
            assert told.status_code == 200
            assert str(title) not in told.text, (who, page)


# What must be said to be looked at: without it the answer would be about the body.
BODIES: dict[str, dict[str, Any]] = {
    "change_profile": {"name": "Mine"},
    "set_profile_pin": {"pin": "1234"},
    "offer_profile": {"email": "eve2@example.org"},
    "rename_passkey": {"name": "Mine"},
    "playback_session_renew": {"position_s": 1, "state": "playing"},
    "playback_session_stop": {"position_s": 1, "state": "playing"},
}
# Ending what is not there any more is no error.
IDEMPOTENT = {"playback_session_stop"}
