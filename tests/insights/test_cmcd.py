"""The CMCD collector: what a player tells is kept with its play, and counts once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.events import ProfileRemoved
from matinee.insights import queries, tasks
from matinee.insights.api import app
from matinee.insights.models import Measured
from matinee.kernel import clock, ids, settings, stores
from matinee.kernel.tokens import CMCD_LIFETIME, CmcdTokens
from tests.insights.test_insights import report, started, tell

pytestmark = pytest.mark.django_db(databases=["insights"])


def address_of(session_id: UUID) -> str:
    token = CmcdTokens(settings.get().secrets).issue(session_id, UUID(int=1))
    return f"/api/insights/cmcd/{token}"


def send(session_id: UUID, *lines: str, **options: Any) -> tuple[int, dict[str, Any]]:
    answer = app.test_client().post(
        options.pop("address", address_of(session_id)),
        data="".join(f"{line}\n" for line in lines),
        **{"content_type": "application/cmcd", **options},
    )
    return answer.status_code, answer.get_json(silent=True, force=True) or {}


WENT = (
    'e=ps,sta=s,ts=1000,sn=0,v=2,sid="x"',
    "e=ps,sta=p,ts=1400,sn=1,msd=400,br=(2000;v 128;a)",
    "e=ps,sta=r,ts=11400,sn=2",
    "e=ps,sta=p,ts=12400,sn=3",
    "e=t,sta=p,ts=22400,sn=4",
)


def test_what_a_player_tells_is_kept_with_its_play() -> None:
    session_id = ids.uuid7()
    assert send(session_id, *WENT[:3]) == (204, {})
    assert send(session_id, *WENT[2:]) == (204, {}), "sent again, since its answer was lost"
    row = Measured.objects.get(id=session_id)
    assert (row.startup_s, row.played_s, row.stalled_s, row.stalls) == (0.4, 20, 1, 1)
    assert (row.bitrate_bps, row.errors, row.has_failed) == (2_128_000, 0, False)


@pytest.mark.parametrize("carrier", ["query", "headers"])
def test_reports_may_come_beside_the_body(carrier: str) -> None:
    session_id = ids.uuid7()
    if carrier == "query":
        answer = send(session_id, query_string={"CMCD": WENT[1]})
    else:
        parts = {"CMCD-Session": 'sid="x"', "CMCD-Request": "ts=5", "CMCD-Status": "e=ps,sta=p"}
        answer = send(session_id, headers=parts)
    assert answer == (204, {})
    assert Measured.objects.get(id=session_id).experience["state"] == "p"


def test_an_address_of_another_making_is_refused() -> None:
    good = address_of(ids.uuid7())
    for address in (good[:-2] + "AA", good.replace("cmcd/0", "cmcd/1"), "/api/insights/cmcd/x"):
        status, problem = send(ids.uuid7(), *WENT, address=address)
        assert (status, problem["code"]) == (403, "cmcd_token_wrong")
    with clock.shifted(CMCD_LIFETIME + timedelta(minutes=1)):
        status, problem = send(ids.uuid7(), *WENT, address=good)
    assert (status, problem["code"]) == (403, "cmcd_token_expired")
    assert not Measured.objects.exists()


def test_nonsense_and_floods_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = ids.uuid7()
    status, problem = send(session_id, WENT[0], "e=ps,ts=soon")
    assert (status, problem["code"]) == (422, "wrong_report")
    assert problem["detail"] == "Line 2: `ts` must be a number."
    assert not Measured.objects.exists(), "a batch counts whole or not at all"
    status, problem = send(session_id, "x" * 70_000)
    assert (status, problem["code"]) == (413, "too_large")
    for _ in range(58):
        assert send(session_id, WENT[0])[0] == 204
    assert send(session_id, WENT[0])[0] == 429
    assert send(ids.uuid7(), WENT[0])[0] == 204, "another play is not held back"
    monkeypatch.setattr(stores, "connect", lambda: stores.open_store("redis://127.0.0.1:1"))
    assert send(session_id, WENT[0])[0] == 204, "without a count there is no limit"


def test_a_play_counts_once_whoever_tells_of_it() -> None:
    session_id, profile_id, now = ids.uuid7(), ids.uuid7(), clock.now()
    tell(started(session_id, profile_id, UUID(int=1), now))
    report(profile_id, session_id, played_s=5, stalled_s=5, startup_s=9, error_code="3016")
    assert queries.times_told(clock.now()) == (5, 5)
    assert queries.failed_plays(clock.now()) == 1
    send(session_id, *WENT)
    report(profile_id, session_id, played_s=6, stalled_s=6, startup_s=9, error_code="3016")
    assert queries.times_told(clock.now()) == (20, 1)
    assert queries.startup_median_s(clock.now()) == 0.4
    assert queries.bitrate_mean_bps(clock.now()) == pytest.approx(2_128_000)
    assert queries.failed_plays(clock.now()) == 0
    send(session_id, 'e=e,sta=f,ts=30000,sn=5,ec=("1001")')
    assert queries.failed_plays(clock.now()) == 1


def test_sessions_that_nobody_plays_move_no_figure() -> None:
    send(ids.uuid7(), *WENT)
    assert queries.times_told(clock.now()) == (0, 0)
    assert queries.startup_median_s(clock.now()) is None


def test_a_removed_profile_leaves_no_measurement() -> None:
    kept, gone, profile_id = ids.uuid7(), ids.uuid7(), ids.uuid7()
    tell(started(gone, profile_id, UUID(int=1), clock.now()))
    tell(started(kept, ids.uuid7(), UUID(int=1), clock.now()))
    send(gone, *WENT)
    send(kept, *WENT)
    tell(ProfileRemoved(account_id=UUID(int=7), profile_id=profile_id))
    assert set(Measured.objects.values_list("id", flat=True)) == {kept}
    send(gone, *WENT)
    with clock.shifted(timedelta(hours=25)):
        tasks.forget_old_rows()
    assert set(Measured.objects.values_list("id", flat=True)) == {kept}, "late news go, too"


def test_old_measurements_go() -> None:
    session_id = ids.uuid7()
    with clock.shifted(timedelta(days=-91)):
        send(session_id, *WENT)
        tell(started(session_id, ids.uuid7(), UUID(int=1), clock.now()))
    tasks.forget_old_rows()
    assert not Measured.objects.exists()
