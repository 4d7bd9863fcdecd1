"""Agents join and report: each line counts once, whatever is killed and whoever is away."""

from datetime import timedelta

import pytest

from matinee.contracts.agents import JoinRequest
from matinee.contracts.delivery import InvitationDraft
from matinee.delivery import actions, queries
from matinee.delivery.models import (
    AgentRecord,
    DemandRecord,
    TrafficRecord,
)
from matinee.kernel import clock, problems
from tests.delivery.conftest import NOW_S, Join, line

pytestmark = pytest.mark.django_db(databases=["delivery"])


def test_an_invitation_lets_one_host_in_once(join: Join) -> None:
    host = join("paris-1", "https://paris.example.org")
    assert (host.row.base_url, host.row.role) == ("https://paris.example.org", "edge")
    assert host.row.health == "unknown"
    host.agent.turn()
    agent = AgentRecord.objects.get()
    assert agent.reported_at is not None
    assert agent.is_serving
    assert agent.disk_size_bytes
    (told,) = host.nginx.configurations
    assert told.edge == "paris-1"
    assert told.media_keys[0].key
    assert agent.reported_configuration == 0
    host.agent.turn()
    assert AgentRecord.objects.get().reported_configuration == told.revision


@pytest.mark.parametrize("how", ["wrong", "used", "late"])
def test_a_token_that_counts_no_more_is_refused(how: str) -> None:
    token = actions.invitation_make(InvitationDraft(id="oslo-1")).token
    request = JoinRequest(token=token, base_url="http://oslo.test", agent_version="1")
    if how == "used":
        actions.edge_join(request)
    if how == "wrong":
        request = request.model_copy(update={"token": token[:-1] + "~"})
    late = timedelta(hours=2 if how == "late" else 0)
    with clock.shifted(late), pytest.raises(problems.Forbidden, match="edge invite"):
        actions.edge_join(request)


def test_joining_again_ends_the_old_secret(join: Join) -> None:
    old = join("paris-1")
    new = join("paris-1")
    new.agent.turn()
    old.agent.turn()
    assert AgentRecord.objects.get().sequence == 1
    assert old.folder.recall().sequence == 0


def test_a_removed_edge_is_told_so_and_serves_on(join: Join) -> None:
    host = join()
    host.agent.turn()
    actions.edge_remove("paris-1")
    host.agent.turn()
    with pytest.raises(problems.Gone, match="invite it again"):
        queries.agent_of(AgentRecord.objects.get().secret_hash)
    assert host.folder.recall().configuration is not None


def test_what_was_served_is_counted_by_hour_range_and_minute(join: Join, package: str) -> None:
    host = join()
    host.logs(
        line(package, "v720/1.m4s", b=600_000, d=0.5),
        line(package, "v720/9.m4s", v="b"),
        line(package, "v720/10.m4s", c="MISS", u="0.040"),
        line(package, "manifest.mpd", c="HIT"),
        line(package, "v720/2.m4s", s=403, c="refused", b=10),
        line(package, "v720/3.m4s", r="fill", b=5000),
        line("../etc", "passwd", s=404, b=1, c="absent"),
        "no JSON",
        line(package, "v720/1.m4s", t=NOW_S + 3600),
    )
    host.agent.turn()
    rows = DemandRecord.objects.order_by("hour", "folder", "range")
    assert list(rows.values_list("folder", "range", "requests", "bytes", "region")) == [
        ("", 0, 1, 1000, "home"),
        ("v720", 0, 2, 601_000, "home"),
        ("v720", 1, 1, 1000, "home"),
        ("v720", 0, 1, 1000, "home"),
    ]
    first, second = TrafficRecord.objects.order_by("minute")
    assert (first.requests, first.refused, first.sessions) == (6, 1, 2)
    assert (first.held_bytes, first.cached_bytes, first.missed_bytes) == (601_000, 1000, 1000)
    assert first.written_bytes == 1000
    assert second.requests == 1
    agent = AgentRecord.objects.get()
    assert agent.first_byte_ms_p95 == 100  # of a small file from the disk
    assert agent.throughput_bps_p50 == 600_000 * 8 / 0.5


def test_a_line_counts_once_whenever_the_agent_is_killed(join: Join, package: str) -> None:
    host = join()
    host.agent.turn()
    host.logs(line(package, "v720/1.m4s"))
    # Killed when the control plane has counted the report, before the agent knows.
    memory = host.folder.recall()
    report = host.agent.reporter.due(memory, host.agent.filler.progress(), is_serving=True)
    actions.report_take(AgentRecord.objects.get().secret_hash, report)
    host.start()
    host.logs(line(package, "v720/1.m4s"))
    host.agent.turn()
    host.agent.turn()
    assert DemandRecord.objects.get().requests == 2
    assert TrafficRecord.objects.get().requests == 2


def test_reports_wait_for_a_control_plane_that_is_away(
    join: Join, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = join()
    host.agent.turn()
    with monkeypatch.context() as patched:
        patched.setattr(actions, "report_take", _away)
        for _ in range(3):
            host.logs(line(package, "v720/1.m4s"))
            host.agent.turn()
    assert not DemandRecord.objects.exists()
    assert len(host.nginx.configurations) == 1  # nothing was taken from nginx
    host.agent.turn()
    host.agent.turn()
    assert DemandRecord.objects.get().requests == 3


def _away(*_: object) -> None:
    raise problems.Unavailable("down", "The database rests.")


def test_a_log_is_read_on_across_rotations(
    join: Join, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matinee.delivery.agent.request_log.ROTATE_BYTES", 1)
    host = join()
    for number in range(3):
        host.logs(line(package, "v720/1.m4s"), line(package, "v720/2.m4s")[:20])
        with host.folder.log.open("a") as log:
            log.write(line(package, "v720/2.m4s")[20:] + "\n")
        host.agent.turn()
        assert host.nginx.reopened == number + 1
    host.agent.turn()
    assert DemandRecord.objects.get().requests == 3


def test_an_edge_that_does_not_serve_is_out_by_its_second_report(join: Join) -> None:
    host = join()
    actions.checks_record({"paris-1": (host.row.base_url, 3.0)})
    assert host.row.health == "up"
    host.nginx.serves = False
    host.agent.turn()
    host.agent.turn()
    assert host.row.health == "down"
