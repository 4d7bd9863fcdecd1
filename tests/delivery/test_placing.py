"""From what viewers asked for to what edges are told, through the tables."""

from datetime import UTC, datetime, timedelta

import pytest

from matinee.delivery import actions, asking
from matinee.delivery.models import (
    AgentRecord,
    DemandRecord,
    EdgeRecord,
    HoldingRecord,
    OutlookRecord,
    PackageRecord,
    PlacementRecord,
    PortionRecord,
    SiteRecord,
    TrafficRecord,
)
from matinee.kernel import asking as kernel_asking
from matinee.kernel import clock, ids
from matinee.kernel.clients import Client

pytestmark = pytest.mark.django_db(databases="__all__")
NOW = datetime(2026, 3, 4, 20, 30, tzinfo=UTC)
SEGMENT_BYTES = 1_000_000


@pytest.fixture(autouse=True)
def _at_eight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def edge(name: str, disk_bytes: int = 10**9, site: SiteRecord | None = None) -> EdgeRecord:
    row = EdgeRecord.objects.create(
        name=name,
        base_url=f"https://{name}.test",
        region="paris",
        health="up",
        site=site,
        disk_bytes=disk_bytes,
    )
    AgentRecord.objects.create(
        edge=row,
        secret_hash=name,
        disk_size_bytes=10**12,
        disk_free_bytes=10**12,
        disk_used_bytes=0,
    )
    return row


def package(name: str, published_at: datetime = NOW - timedelta(days=90)) -> str:
    PackageRecord.objects.create(
        package=name,
        key=f"packages/{name}",
        title_id=ids.uuid7(),
        published=True,
        published_at=published_at,
        told_at=NOW,
        indexed_at=NOW,
    )
    for number, files in enumerate((9, 20, 11)):
        PortionRecord.objects.create(
            package=name, folder="v720", range=number, files=files, bytes=files * SEGMENT_BYTES
        )
    return name


def asked(by: EdgeRecord, name: str, plays: int, hours: int = 30, since: int = 0) -> None:
    """So many plays in each of the hours, half of them to the end."""
    DemandRecord.objects.bulk_create(
        DemandRecord(
            edge=by,
            hour=NOW.replace(minute=0) - timedelta(hours=hour),
            package=name,
            folder="v720",
            range=number,
            region="paris",
            requests=plays * files // (2 if number else 1),
            bytes=1,
        )
        for hour in range(since, since + hours)
        for number, files in enumerate((9, 20, 11))
    )


def told(row: EdgeRecord) -> dict[str, tuple[int, int]]:
    rows = PlacementRecord.objects.filter(edge=row).order_by("rank")
    return {one.package: (one.fill, one.admit) for one in rows}


def test_an_edge_is_to_keep_what_is_asked_for_most() -> None:
    one = edge("paris-1", disk_bytes=50 * SEGMENT_BYTES)
    for name, plays in (("hit", 20), ("rare", 2), ("unseen", 0)):
        package(name)
        asked(one, name, plays, hours=30 if plays else 0)
    assert actions.placements_make() == 1
    # All of the hit fits, and the beginning of the other.
    assert told(one)["hit"][1] == 0b111
    assert told(one)["rare"][1] == 0b001
    assert "unseen" not in told(one)
    assert AgentRecord.objects.get(edge=one).placement_revision == 1
    assert actions.placements_make() == 0  # nothing is new


def test_what_is_about_to_be_shown_is_got_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    one = edge("paris-1", disk_bytes=90 * SEGMENT_BYTES)
    for name in ("hit", "first", "second"):
        package(name)
    asked(one, "hit", 20)
    title_id = PackageRecord.objects.get(package="second").title_id
    monkeypatch.setattr(asking, "shown_next", lambda: {title_id: 0.9})
    actions.placements_make()
    assert list(told(one))[:2] == ["hit", "second"]
    assert told(one)["second"][1] > told(one)["first"][1], "of which nobody asked for either"
    asked(one, "first", 40, hours=20)
    OutlookRecord.objects.all().delete()
    actions.placements_make()
    assert next(iter(told(one))) == "first", "what is asked for says more"


def test_placement_goes_on_while_recommendations_are_away(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kernel_asking._Known, "way", lambda: Client("http://127.0.0.1:1"))
    one = edge("paris-1")
    asked(one, package("hit"), 20)
    assert actions.placements_make() == 1
    assert "about to show" in caplog.text


def test_nothing_is_brought_before_demand_is_known_for_days() -> None:
    one = edge("paris-1")
    package("hit")
    asked(one, "hit", 20, hours=10)
    actions.placements_make()
    assert told(one)["hit"] == (0, 0b111)
    asked(one, "hit", 20, hours=60, since=10)
    OutlookRecord.objects.all().delete()
    actions.placements_make()
    assert told(one)["hit"] == (0b111, 0b111)


def test_a_surprise_counts_before_its_hour_is_over_and_only_once() -> None:
    one = edge("paris-1", disk_bytes=45 * SEGMENT_BYTES)
    for name in ("hit", "tail"):
        package(name)
    asked(one, "hit", 20, since=1)
    actions.placements_make()
    assert "tail" not in told(one)
    kept = OutlookRecord.objects.get(region="paris")
    asked(one, "tail", 200, hours=1)
    actions.placements_make()
    assert next(iter(told(one))) == "tail"
    again = OutlookRecord.objects.get(region="paris")
    assert again.learnt_until == kept.learnt_until == NOW.replace(minute=0)
    assert bytes(again.body) == bytes(kept.body)


def test_a_site_shares_its_titles_out() -> None:
    site = SiteRecord.objects.create(name="paris", region="paris")
    edges = [edge(f"paris-{number}", site=site) for number in (1, 2, 3)]
    names = [package(f"film-{number}") for number in range(24)]
    for name in names:
        asked(edges[0], name, 4, hours=5, since=1)
    actions.placements_make()
    places = {name: {one.name for one in edges if told(one).get(name, (0, 0))[1]} for name in names}
    assert all(places.values())
    assert sum(len(at) for at in places.values()) <= 30
    assert all(sum(one.name in at for at in places.values()) >= 4 for one in edges)
    # What lies on an edge stays there.
    for one in edges:
        for name in names:
            if one.name in places[name]:
                HoldingRecord.objects.create(
                    edge=one, package=name, folder="v720", ranges=0b111, bytes=40 * SEGMENT_BYTES
                )
    actions.placements_make()
    for name in names:
        assert {one.name for one in edges if told(one).get(name, (0, 0))[1]} == places[name]


def test_an_edge_in_a_new_region_is_to_keep_what_others_watch() -> None:
    one, new = edge("paris-1", disk_bytes=50 * SEGMENT_BYTES), edge("oslo-1")
    EdgeRecord.objects.filter(pk=new.pk).update(region="oslo", disk_bytes=50 * SEGMENT_BYTES)
    for name, plays in (("hit", 20), ("rare", 2)):
        package(name)
        asked(one, name, plays, hours=60)
    actions.placements_make()
    assert {name: admit for name, (_, admit) in told(new).items()} == {
        name: admit for name, (_, admit) in told(one).items()
    }
    assert next(iter(told(new))) == "hit"


def test_a_title_that_comes_out_tomorrow_is_placed_like_those_that_came_out() -> None:
    one = edge("paris-1")
    package("old")
    PackageRecord.objects.filter(package=package("soon")).update(
        published=False, published_at=NOW + timedelta(days=1)
    )
    PackageRecord.objects.filter(package=package("draft")).update(published=False)
    asked(one, "old", 20)
    actions.placements_make()
    assert told(one)["soon"][1] == 0b111
    assert "draft" not in told(one)


def test_an_edge_that_wrote_much_keeps_what_it_has() -> None:
    one = edge("paris-1", disk_bytes=40 * SEGMENT_BYTES)
    for name, lately in (("here", 2), ("better", 3)):
        package(name)
        asked(one, name, lately, hours=4)
        asked(one, name, 2, since=4)
    HoldingRecord.objects.create(
        edge=one, package="here", folder="v720", ranges=0b111, bytes=40 * SEGMENT_BYTES
    )
    actions.placements_make()
    assert next(iter(told(one))) == "better"
    TrafficRecord.objects.create(edge=one, minute=NOW, held_bytes=1000, written_bytes=100)
    actions.placements_make()
    assert next(iter(told(one))) == "here"


def test_edges_without_an_agent_or_without_demand_are_told_nothing() -> None:
    EdgeRecord.objects.create(name="by-hand", base_url="https://x.test", region="r", health="up")
    package("film")
    assert actions.placements_make() == 0
    one = edge("paris-1")
    assert actions.placements_make() == 0
    assert told(one) == {}
