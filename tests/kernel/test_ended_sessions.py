"""Sessions that have ended: every process hears of them, and nobody may do harm in the dark."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import redis

from matinee.kernel import clock, ended_sessions, ids, settings, stores
from matinee.kernel.ended_sessions import EndedSessions
from matinee.kernel.http import callers
from matinee.kernel.problems import Forbidden, NotSignedIn, Unavailable
from matinee.kernel.tokens import Caller, ServiceTokens


class Watch:
    """Stops the clock that waits go by, and turns it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.ahead_s = 0.0
        began_s = clock.monotonic_s()
        monkeypatch.setattr(clock, "monotonic_s", lambda: began_s + self.ahead_s)


@pytest.fixture
def watch(monkeypatch: pytest.MonkeyPatch) -> Watch:
    return Watch(monkeypatch)


def somebody(**more: Any) -> Caller:
    return Caller(ids.uuid7(), ids.uuid7(), **more)


@pytest.mark.asvs("V7.4.1")
def test_a_process_hears_within_seconds(watch: Watch) -> None:
    who, other, known = somebody(), somebody(), EndedSessions()
    assert not known.refuses(who)
    ended_sessions.tell([who.session_id])
    watch.ahead_s = ended_sessions.LOOK_EVERY_S
    assert known.refuses(who)
    assert not known.refuses(other)
    assert EndedSessions().refuses(who)
    assert ended_sessions.LOOK_EVERY_S <= 2


def test_the_list_is_read_no_more_often_and_forgets(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    read = EndedSessions._read

    def counted(self: EndedSessions) -> None:
        asked.append(1)
        read(self)

    monkeypatch.setattr(EndedSessions, "_read", counted)
    known, who = EndedSessions(), somebody()
    for _ in range(100):
        known.refuses(who)
    assert len(asked) == 1
    long_ago_s = clock.unix_s() - timedelta(minutes=20).total_seconds()
    stores.connect().zadd("ended-sessions", {str(who.session_id): long_ago_s})
    watch.ahead_s = 10
    other = EndedSessions()
    assert other.refuses(who)
    ended_sessions.tell([ids.uuid7()])
    watch.ahead_s = 20
    assert not other.refuses(who)
    assert stores.connect().zscore("ended-sessions", str(who.session_id)) is None


@pytest.mark.asvs("V16.5.1")
def test_in_the_dark_viewers_go_on_and_staff_wait(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = EndedSessions()
    viewer, staff = somebody(), somebody(roles=frozenset({"support"}))
    stranger = somebody(client_id="c", scopes=frozenset({"watch"}))
    operator = Caller(UUID(int=0), ids.uuid7(), roles=frozenset({"owner"}))
    for who in (viewer, staff, stranger, operator):
        assert not known.refuses(who)

    def away() -> None:
        raise redis.ConnectionError

    monkeypatch.setattr(stores, "connect", away)
    watch.ahead_s = ended_sessions.LOOK_EVERY_S
    assert not known.refuses(staff)
    watch.ahead_s = ended_sessions.BLIND_AFTER_S + 5
    for who in (viewer, operator):
        assert not known.refuses(who)
    for who in (staff, stranger):
        with pytest.raises(Unavailable, match="sessions_unchecked"):
            known.refuses(who)
    with pytest.raises(Unavailable):
        EndedSessions().refuses(staff)


def test_the_edges_refuse_an_ended_session_everywhere(watch: Watch) -> None:
    who = somebody()
    header = f"Bearer {callers.access_tokens().issue(who)[0]}"
    for service in ("identity", "playback"):
        assert callers.caller_of(header, "GET", f"/api/{service}/anything") == who
    ended_sessions.tell([who.session_id])
    watch.ahead_s = ended_sessions.LOOK_EVERY_S
    for service in ("identity", "billing", "viewing", "playback", "insights"):
        with pytest.raises(NotSignedIn, match="signed_out"):
            callers.caller_of(header, "GET", f"/api/{service}/anything")
    for path in ("/api/nowhere/x", "/x", "/api/"):
        with pytest.raises(NotSignedIn):
            callers.caller_of(header, "GET", path)


@pytest.mark.parametrize(
    ("scopes", "method", "path", "is_open"),
    [
        ("catalogue", "GET", "/api/catalog/titles", True),
        ("catalogue", "POST", "/api/catalog/titles", False),
        ("catalogue", "GET", "/api/catalog/studio/titles", False),
        ("profiles", "GET", "/api/identity/profiles", True),
        ("profiles", "GET", "/api/identity/profiles-of-others", False),
        ("profiles", "DELETE", "/api/identity/profiles/x", False),
        ("history", "DELETE", "/api/viewing/history", True),
        ("watch", "POST", "/api/playback/sessions", True),
        ("watch profiles history catalogue", "GET", "/api/identity/account", False),
        ("watch profiles history catalogue", "POST", "/api/identity/password", False),
        ("watch profiles history catalogue", "GET", "/api/billing/invoices", False),
        ("", "GET", "/api/catalog/titles", False),
        ("everything", "GET", "/api/catalog/titles", False),
    ],
)
def test_a_scope_opens_what_it_says_and_no_more(
    scopes: str, method: str, path: str, *, is_open: bool
) -> None:
    who = somebody(client_id="c", scopes=frozenset(scopes.split()))
    header = f"Bearer {callers.access_tokens().issue(who)[0]}"
    if is_open:
        assert callers.caller_of(header, method, path) == who
    else:
        with pytest.raises(Forbidden, match="insufficient_scope"):
            callers.caller_of(header, method, path)


@pytest.mark.asvs("V12.3.3")
def test_services_ask_with_a_token_for_the_one_that_they_ask() -> None:
    tokens = ServiceTokens(settings.get().secrets)
    asking = tokens.issue("identity", to="viewing")
    assert callers.asking_service(f"Bearer {asking}", to="viewing") == "identity"
    person = callers.access_tokens().issue(somebody(roles=frozenset({"owner"})))[0]
    for header in (None, "", f"Bearer {person}", "Bearer x", f"Basic {asking}"):
        with pytest.raises(NotSignedIn):
            callers.asking_service(header, to="viewing")
    with pytest.raises(NotSignedIn):
        callers.asking_service(f"Bearer {asking}", to="billing")
    with clock.shifted(timedelta(minutes=2)), pytest.raises(NotSignedIn):
        callers.asking_service(f"Bearer {asking}", to="viewing")
