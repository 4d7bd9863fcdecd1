"""The plan in force: made from what the records say, told to the others, written for players."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from matinee.contracts.delivery import Edge
from matinee.delivery import actions, settings
from matinee.delivery.models import (
    AgentRecord,
    DemandRecord,
    EdgeRecord,
    HoldingRecord,
    Outbox,
    PackageRecord,
    PortionRecord,
    RegionPlanRecord,
)
from matinee.delivery.rules import steering as steering_rules
from matinee.delivery.rules.lanes import LANES
from matinee.kernel import clock, ids
from matinee.kernel import settings as shared_settings

pytestmark = pytest.mark.django_db(databases=["delivery"])
FILM, OTHER = "film-1", "film-2"


@pytest.fixture(autouse=True)
def _no_edges_of_settings(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("MATINEE_DELIVERY_EDGES", "[]")
    settings.get.cache_clear()
    yield
    settings.get.cache_clear()


@pytest.fixture
def steering() -> Path:
    return shared_settings.get().home / "steering"


def edge(name: str, region: str = "paris", **more: Any) -> EdgeRecord:
    values = {"base_url": f"https://{name}.example.org", "health": "up", "capacity_bps": 10**9}
    row = EdgeRecord.objects.create(name=name, region=region, **(values | more))
    AgentRecord.objects.create(
        edge=row, secret_hash=ids.uuid7().hex, reported_at=clock.now(), is_serving=True
    )
    return row


def package(name: str, *held_by: EdgeRecord) -> None:
    PackageRecord.objects.create(
        package=name, key=f"packages/{name}", title_id=ids.uuid7(), told_at=clock.now()
    )
    PortionRecord.objects.create(package=name, folder="v720", range=0, files=10, bytes=10**7)
    for row in held_by:
        HoldingRecord.objects.create(edge=row, package=name, folder="v720", ranges=1, bytes=10**7)


def asked(name: str, region: str, row: EdgeRecord, amount: int) -> None:
    """Bytes that viewers of a region asked for, as reports add them up within the hour."""
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    counter, _ = DemandRecord.objects.get_or_create(
        edge=row,
        hour=hour,
        package=name,
        folder="v720",
        range=0,
        region=region,
        defaults={"requests": 1, "bytes": 0},
    )
    counter.bytes += amount
    counter.save()


def rounds(count: int) -> None:
    """So many plans, ten seconds from each other."""
    for _ in range(count):
        for plan in RegionPlanRecord.objects.all():
            plan.planned_at = clock.now() - timedelta(seconds=10)
            plan.save()
        actions.plan_make()


def told(event_type: str) -> list[dict[str, Any]]:
    return list(
        Outbox.objects.filter(type=event_type).order_by("id").values_list("body", flat=True)
    )


def class_of(name: str) -> str:
    return PackageRecord.objects.get(package=name).title_class


def test_viewers_go_to_the_edge_that_has_the_film(steering: Path) -> None:
    first, second = edge("paris-1"), edge("paris-2")
    edge("oslo-1", "oslo")
    package(FILM, first)
    package(OTHER, second)
    actions.plan_make()
    assert len({class_of(FILM), class_of(OTHER), "all"}) == 3
    for name, best in ((FILM, "paris-1"), (OTHER, "paris-2")):
        manifests = [
            json.loads((steering / "paris" / f"{class_of(name)}-{lane}.json").read_text())
            for lane in range(LANES)
        ]
        for manifest in manifests:
            assert manifest["PATHWAY-PRIORITY"][0] == best
            assert sorted(manifest["PATHWAY-PRIORITY"]) == [".", "oslo-1", "paris-1", "paris-2"]
            hosts = {c["ID"]: c["URI-REPLACEMENT"]["HOST"] for c in manifest["PATHWAY-CLONES"]}
            assert hosts[best] == f"{best}.example.org"
    assert {event["region"] for event in told("region.steered")} == {"home", "paris", "oslo"}
    assert told("packages.classed")[0]["classes"] == {
        FILM: class_of(FILM),
        OTHER: class_of(OTHER),
    }
    actions.plan_make()
    assert len(told("region.steered")) == 3
    assert len(told("packages.classed")) == 1


def test_what_an_edge_cannot_serve_goes_to_the_next() -> None:
    first = edge("paris-1", capacity_bps=10**8)
    second = edge("paris-2", capacity_bps=10**9)
    package(FILM, first, second)
    rounds(1)
    for _ in range(12):
        # 160 Mb/s for ten seconds, of which the first edge can serve a good half.
        asked(FILM, "paris", first, 200_000_000)
        rounds(1)
    plan = RegionPlanRecord.objects.get(region="paris")
    assert plan.method == "lp"
    (name,) = (c for c in plan.demand_bps if c != "all")
    assert plan.demand_bps[name] == pytest.approx(160e6, rel=0.05)
    firsts = [lane[0] for lane in plan.orders[name]]
    assert len(firsts) == LANES
    assert firsts.count("paris-1") * 160e6 / LANES <= 10**8
    assert plan.why["pathways"]["paris-1"]["use"] <= 1


def test_an_edge_that_is_out_is_out_for_all_and_comes_back_little_by_little(
    steering: Path,
) -> None:
    first, second = edge("paris-1"), edge("paris-2")
    package(FILM, first, second)
    rounds(1)
    EdgeRecord.objects.filter(name="paris-1").update(health="down")
    # Players hear of it before the next plan.
    actions.steering_publish()
    for file in (steering / "paris").glob("*.json"):
        assert json.loads(file.read_text())["PATHWAY-PRIORITY"][:2] == ["paris-2", "paris-1"]
    rounds(2)
    plan = RegionPlanRecord.objects.get(region="paris")
    assert plan.why["pathways"]["paris-1"]["out"] == "down"
    assert {lane[0] for lanes in plan.orders.values() for lane in lanes} == {"paris-2"}
    EdgeRecord.objects.filter(name="paris-1").update(health="up")
    parts = []
    for _ in range(20):
        rounds(1)
        parts.append(EdgeRecord.objects.get(name="paris-1").load_shed)
    assert parts == sorted(parts)
    assert parts[0] <= 0.1
    assert parts[-1] == 1


def test_with_no_edge_up_all_are_still_named(steering: Path) -> None:
    edge("paris-1", health="down")
    edge("paris-2", health="down")
    actions.plan_make()
    assert RegionPlanRecord.objects.get(region="paris").method == "order"
    manifest = json.loads((steering / "paris.json").read_text())
    assert sorted(manifest["PATHWAY-PRIORITY"]) == [".", "paris-1", "paris-2"]


def test_a_player_of_a_class_that_is_no_more_is_told_the_usual_order(steering: Path) -> None:
    first, second = edge("paris-1"), edge("paris-2")
    package(FILM, first)
    actions.plan_make()
    file = steering / "paris" / f"{class_of(FILM)}-7.json"
    assert file.is_file()
    HoldingRecord.objects.filter(package=FILM).update(edge=second)
    rounds(1)
    assert class_of(FILM) != file.stem.partition("-")[0]
    usual = json.loads((steering / "paris" / "all-7.json").read_text())
    assert json.loads(file.read_text()) == usual


def test_a_region_without_edges_is_told_of_no_more(steering: Path) -> None:
    edge("paris-1")
    oslo = edge("oslo-1", "oslo")
    actions.plan_make()
    oslo.removed = True
    oslo.save()
    actions.plan_make()
    assert told("region.steered")[-1] | {"orders": {}} == told("region.steered")[-1]
    assert not (steering / "oslo").exists()
    assert not (steering / "oslo.json").exists()


def test_hosts_are_told_without_a_port_where_all_share_it() -> None:
    def hosts(*urls: str) -> list[str]:
        edges = [
            Edge(
                id=f"e{number}",
                base_url=url,
                region="home",
                health="up",
                latency_ms=None,
                checked_at=None,
            )
            for number, url in enumerate(urls)
        ]
        return list(steering_rules.hosts(edges, "http://own.example:81").values())

    assert hosts("", "http://[::1]:81", "http://b.example:81") == [
        "own.example",
        "[::1]",
        "b.example",
    ]
    assert hosts("", "http://b.example:82") == ["own.example:81", "b.example:82"]
