"""Agents and the control plane: joining, reports that count once, orders that are obeyed."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from matinee.contracts.agents import Bell, JoinRequest
from matinee.contracts.delivery import InvitationDraft, Site, TakedownDraft
from matinee.contracts.events import TitleRemoved
from matinee.delivery import actions, events, queries, settings
from matinee.delivery.actions import Placed
from matinee.delivery.agent.control import Control
from matinee.delivery.models import (
    AgentRecord,
    DemandRecord,
    HoldingRecord,
    PackageRecord,
    PortionRecord,
    TrafficRecord,
)
from matinee.kernel import clock, ids, problems
from matinee.kernel import settings as shared_settings
from matinee.kernel.events import Event
from matinee.kernel.events.hearing import hear
from matinee.kernel.storage import Storage
from tests.delivery.conftest import Host, Origin
from tests.playback.conftest import title_event

assert events
pytestmark = pytest.mark.django_db(databases=["delivery"])

Join = Callable[..., Host]
ALL = 63
NOW_S = 1_795_000_000


@pytest.fixture
def from_origin(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> Iterator[Origin]:
    monkeypatch.setenv("MATINEE_DELIVERY_ORIGIN_URL", origin.url)
    settings.get.cache_clear()
    yield origin
    settings.get.cache_clear()


def tell(event: Event) -> None:
    assert hear("delivery", event.type, event.model_dump(mode="json"))


def published(package: str, store: Storage) -> UUID:
    event = title_event(package=f"packages/{package}", status="published", duration_s=72.0)
    tell(event)
    assert actions.packages_index(store) == 1
    return event.title.id


def place(host: Host, *placed: Placed) -> None:
    actions.placements_put({host.row.pk: placed})


def line(package: str, file: str, **changes: object) -> str:
    values = {"t": NOW_S, "s": 200, "b": 1000, "d": 0.1, "c": "held", "v": "a", "r": "viewer"}
    return json.dumps(values | {"p": f"/{package}/{file}"} | changes)


# --- joining


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


# --- what is reported


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
    assert agent.first_byte_ms_p95 == 40
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


# --- what is ordered


def test_a_package_is_read_and_cut_into_ranges(package: str, store: Storage) -> None:
    title_id = published(package, store)
    sizes = PortionRecord.objects.filter(package=package).order_by("folder", "range")
    assert list(sizes.values_list("folder", "range", "files")) == [
        ("", 0, 1),
        ("v360", 0, 10),
        ("v360", 1, 3),
        ("v720", 0, 10),
        ("v720", 1, 3),
    ]
    row = PackageRecord.objects.get()
    assert (row.title_id, row.newest, row.published) == (title_id, True, True)
    assert row.bytes == sum(sizes.values_list("bytes", flat=True))
    assert len(queries.index_of(package).files) == 27
    assert actions.packages_index(store) == 0


def test_fill_brings_what_is_ordered_and_says_so(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=0b01, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    held = host.folder.packages / package / "v720"
    assert sorted(path.name for path in held.iterdir()) == sorted(
        ["init.mp4", *(f"{n}.m4s" for n in range(1, 10))]
    )
    host.agent.turn()
    row = HoldingRecord.objects.get()
    assert (row.folder, row.ranges) == ("v720", 0b01)
    assert row.bytes == sum(path.stat().st_size for path in held.iterdir())
    agent = AgentRecord.objects.get()
    assert agent.fill_held_bytes == agent.fill_wanted_bytes == row.bytes
    assert len(from_origin.asked) == 10
    assert not list(host.folder.drafts.iterdir())


def test_what_came_wrong_is_not_kept(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    from_origin.broken.add(f"/fill/{package}/v720/3.m4s")
    host = join()
    place(host, Placed(package, "v720", fill=0b01, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    assert not host.folder.file(package, "v720/3.m4s").exists()
    host.agent.turn()
    agent = AgentRecord.objects.get()
    assert (agent.fill_state, agent.fill_failures) == ("stuck", 1)
    assert "v720/3.m4s: origin: sent something else than was encoded" in agent.fill_detail
    assert HoldingRecord.objects.get().ranges == 0  # a range with a hole is not held


def test_a_neighbour_is_asked_before_the_origin(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    actions.site_put(Site(id="paris", region="fr"))
    first = join("paris-1", from_origin.url, site="paris")
    second = join("paris-2", site="paris")
    assert second.row.region == "fr"
    one = Placed(package, "v360", fill=ALL, admit=0, remove=0)
    place(first, one)
    place(second, one)
    first.agent.turn()
    first.fill()
    first.agent.turn()
    actions.checks_record({"paris-1": (from_origin.url, 1.0)})
    place(second, one, Placed(package, "", fill=ALL, admit=0, remove=0))
    second.agent.turn()
    second.fill()
    assert second.agent.filler.progress().by_source.keys() == {"neighbour", "origin"}
    second.agent.turn()
    assert HoldingRecord.objects.filter(edge=second.row).count() == 2


def test_removal_and_admission_are_obeyed(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=ALL, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    place(
        host,
        Placed(package, "v720", fill=0b01, admit=0, remove=0b10),
        Placed(package, "", fill=0, admit=0b01, remove=0),
    )
    host.agent.turn()
    assert not host.folder.file(package, "v720/10.m4s").exists()
    assert host.folder.file(package, "v720/9.m4s").exists()
    marks = {str(p.relative_to(host.folder.admitted)) for p in host.folder.admitted.rglob("[0-5]")}
    assert marks == {f"{package}/v720/0", f"{package}/-/0"}
    host.agent.turn()
    assert HoldingRecord.objects.get().ranges == 0b01


def test_what_nginx_stored_wrong_is_removed(join: Join, package: str, store: Storage) -> None:
    published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=0, admit=ALL, remove=0))
    host.agent.turn()
    for name, body in (("1.m4s", b"not this"), ("2.m4s", b"v720 2 " * 100)):
        path = host.folder.file(package, f"v720/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        host.logs(line(package, f"v720/{name}", c="stored"))
    for _ in range(3):
        host.agent.turn()
    assert not host.folder.file(package, "v720/1.m4s").exists()
    assert HoldingRecord.objects.get().bytes == 700


def test_a_full_disk_ends_admission_and_drops_what_is_worth_least(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    published(package, store)
    host = join()
    sizes = {
        row.folder: row.bytes for row in PortionRecord.objects.filter(package=package, range=0)
    }
    place(
        host,
        Placed(package, "v720", fill=0b01, admit=0, remove=0),
        Placed(package, "v360", fill=0b01, admit=0, remove=0),
    )
    host.agent.turn()
    host.fill()
    draft = queries.draft_of(host.row)
    actions.edge_put(draft.model_copy(update={"disk_bytes": sizes["v720"] + 10}))
    host.agent.turn()
    assert host.folder.file(package, "v720/1.m4s").exists()
    assert not host.folder.file(package, "v360/1.m4s").exists()
    host.fill()
    assert host.agent.filler.progress().state == "stuck"
    assert "disk is full" in host.agent.filler.progress().detail


def test_fill_waits_for_its_quiet_hours(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    published(package, store)
    host = join()
    hour = (clock.now() + timedelta(hours=3)).hour
    quiet = {"quiet_from_hour": hour, "quiet_hours": 2}
    actions.edge_put(queries.draft_of(host.row).model_copy(update=quiet))
    place(host, Placed(package, "v720", fill=ALL, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    assert (host.agent.filler.progress().state, from_origin.asked) == ("waiting", [])
    with clock.shifted(timedelta(hours=3)):
        host.fill()
    assert host.agent.filler.progress().state == "idle"
    assert from_origin.asked


# --- takedowns


def test_a_title_is_taken_down_and_given_back(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    title_id = published(package, store)
    host = join()
    place(host, Placed(package, "v720", fill=ALL, admit=0, remove=0))
    host.agent.turn()
    host.fill()
    told = actions.takedown_order(TakedownDraft(title_id=title_id, reason="A court said so."))
    assert (told.packages, told.edges, told.obeyed) == ([package], 1, 0)
    marker = shared_settings.get().home / "refused" / package
    assert marker.exists()
    assert json.loads((shared_settings.get().home / "agents" / "bell.json").read_text())
    host.agent.turn()
    assert not (host.folder.packages / package).exists()
    assert not list(host.folder.drafts.iterdir())
    assert host.folder.is_refused(package)
    host.fill()
    assert not (host.folder.packages / package).exists()
    (told,) = queries.takedowns_newest()
    assert (told.obeyed, told.last_obeyed_at is not None) == (1, True)
    assert not HoldingRecord.objects.exists()
    actions.takedown_order(TakedownDraft(title_id=title_id, lifted=True))
    assert not marker.exists()
    host.agent.turn()
    assert not host.folder.is_refused(package)
    host.agent.filler.want(host.agent.filler.wanted)  # type: ignore[arg-type]
    host.fill()
    assert host.folder.file(package, "v720/1.m4s").exists()


def test_the_bell_alone_takes_a_title_down(
    join: Join, package: str, store: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    title_id = published(package, store)
    host = join()
    host.agent.turn()
    actions.takedown_order(TakedownDraft(title_id=title_id))
    rung = Bell.model_validate_json(
        (shared_settings.get().home / "agents" / "bell.json").read_text()
    )
    monkeypatch.setattr(Control, "bell", lambda _: rung)
    assert host.agent.is_rung()
    assert host.folder.is_refused(package)
    assert not host.agent.is_rung()
    host.start()
    host.agent.turn()
    assert AgentRecord.objects.get().takedown_serial == rung.takedowns[-1].serial


def test_a_bell_that_tells_too_little_sends_the_agent_asking(
    join: Join, package: str, store: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    title_id = published(package, store)
    host = join()
    for lifted in (False, True, False):
        actions.takedown_order(TakedownDraft(title_id=title_id, lifted=lifted))
    monkeypatch.setattr("matinee.delivery.queries.orders.TAKEDOWNS_RUNG", 1)
    after, newest = queries.takedowns_rung()
    assert (len(newest), newest[0].serial > after > 0) == (1, True)
    rung = Bell(serial=1, takedowns_after=after, takedowns=newest)
    monkeypatch.setattr(Control, "bell", lambda _: rung)
    assert host.agent.is_rung()
    assert not host.folder.is_refused(package)
    host.agent.turn()
    assert host.folder.is_refused(package)


def test_a_title_that_is_removed_is_refused_everywhere(
    join: Join, package: str, store: Storage
) -> None:
    title_id = published(package, store)
    host = join()
    tell(TitleRemoved(title_id=title_id))
    assert actions.markers_write()
    host.agent.turn()
    assert host.folder.is_refused(package)
    with pytest.raises(problems.NotFound, match="unknown_title"):
        actions.takedown_order(TakedownDraft(title_id=ids.uuid7()))


def test_holdings_are_told_whole_after_a_restart(
    join: Join, package: str, store: Storage, from_origin: Origin
) -> None:
    assert from_origin
    published(package, store)
    host = join()
    place(
        host,
        Placed(package, "v720", fill=ALL, admit=0, remove=0),
        Placed(package, "v360", fill=ALL, admit=0, remove=0),
    )
    host.agent.turn()
    host.fill()
    host.agent.turn()
    assert HoldingRecord.objects.count() == 2
    for path in (host.folder.packages / package / "v360").iterdir():
        path.unlink()
    (host.folder.drafts / "left").write_bytes(b"half a file")
    host.start()
    host.agent.turn()
    assert [row.folder for row in HoldingRecord.objects.all()] == ["v720"]
    assert not list(host.folder.drafts.iterdir())
