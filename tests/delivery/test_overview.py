"""What Studio is told of delivery: edges and figures, who is sent where, where a title lies."""

from collections.abc import Callable
from datetime import timedelta
from importlib.metadata import version
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from matinee.contracts.delivery import Edge
from matinee.contracts.delivery_overview import DeliveryOverview, TitlePlacement, WhatIf
from matinee.delivery import host_list, queries
from matinee.delivery.api import app
from matinee.delivery.models import (
    AgentRecord,
    EdgeRecord,
    HoldingRecord,
    PackageRecord,
    PlacementRecord,
    PortionRecord,
    RegionPlanRecord,
    SiteRecord,
    TrafficRecord,
)
from matinee.kernel import clock, ids, problems
from matinee.kernel.clients import Client
from matinee.kernel.http.flask_edge import access_tokens
from matinee.kernel.tokens import Caller

pytestmark = pytest.mark.django_db(databases=["delivery"])

EdgeOf = Callable[..., EdgeRecord]


@pytest.fixture
def edge() -> EdgeOf:
    """Adds an edge."""

    def add(name: str, **changes: Any) -> EdgeRecord:
        values = {"region": "home", "health": "up", "base_url": f"https://{name}.example.org"}
        return EdgeRecord.objects.create(name=name, **{**values, **changes})

    return add


def as_staff(*roles: str) -> Client:
    token, _ = access_tokens().issue(Caller(ids.uuid7(), ids.uuid7(), None, 18, frozenset(roles)))
    return Client("http://testserver", app=app, token=token)


def served(row: EdgeRecord, minutes_ago: int, **figures: int) -> None:
    minute = (clock.now() - timedelta(minutes=minutes_ago)).replace(second=0, microsecond=0)
    TrafficRecord.objects.create(edge=row, minute=minute, **figures)


def reported(row: EdgeRecord) -> None:
    """Its agent has said how it is."""
    AgentRecord.objects.create(
        edge=row,
        secret_hash="a",
        version="0.0.9",
        reported_at=clock.now(),
        is_serving=True,
        egress_bps=5e6,
        disk_size_bytes=100,
        disk_free_bytes=40,
        disk_used_bytes=55,
        disk_tier="nvme",
        fill_state="filling",
        fill_wanted_bytes=80,
        fill_held_bytes=20,
        throughput_bps_p50=9e6,
        remarks=["the disk is slow"],
    )


def test_each_edge_is_shown_with_what_its_agent_said_and_served(edge: EdgeOf) -> None:
    site = SiteRecord.objects.create(name="paris-1", region="paris", latitude=48.9, longitude=2.3)
    one = edge("one", site=site, capacity_bps=10_000_000)
    two = edge("two", health="down")
    edge("gone", removed=True)
    reported(one)
    AgentRecord.objects.create(edge=two, secret_hash="b")  # has not said anything yet
    served(one, 5, requests=3, held_bytes=70, cached_bytes=10, missed_bytes=20, written_bytes=1)
    served(one, 30, requests=1, held_bytes=5, failed=1)
    served(one, 61, requests=100, missed_bytes=1000)
    served(two, 5, requests=2, missed_bytes=7)
    found = queries.overview()
    assert [row.edge.id for row in found.edges] == ["one", "two"]
    first, second = found.edges
    assert first.figures is not None
    assert first.figures.disk is not None
    assert (first.figures.disk.used_bytes, first.figures.disk.tier) == (55, "nvme")
    assert (first.figures.fill.state, first.figures.fill.held_bytes) == ("filling", 20)
    assert first.figures.links.throughput_bps_p50 == 9e6
    assert first.figures.remarks == ["the disk is slow"]
    assert (first.figures.release, found.release) == ("0.0.9", version("matinee"))
    assert first.hour.model_dump() == {"held": 75, "cached": 10, "missed": 20, "written": 1}
    assert (first.requests, first.failed) == (4, 1)
    assert second.figures is None
    assert found.sites[0].latitude == 48.9
    assert [row.bytes.held for row in found.traffic] == [5, 70]
    assert found.traffic[-1].bytes.missed == 27


def test_who_is_sent_where_is_read_from_the_plan_in_force(edge: EdgeOf) -> None:
    edge("one")
    edge("two")
    RegionPlanRecord.objects.create(
        region="home",
        orders={"all": [["one", "two"]] * 3 + [["two", "one"]], "rare": [["two"]]},
        demand_bps={"all": 8e6},
        why={
            "pathways": {
                "one": {"out": None, "use": 0.5, "price_ms": 0},
                "two": {"out": "failing", "use": 0.5, "price_ms": 0},
                "three": {"out": None, "use": 0.99, "price_ms": 0},
            },
            "classes": {"rare": {"held": {"two": 1.0, "three": 1.0}}},
        },
        method="lp",
    )
    found = queries.overview()
    hot, rare = found.regions[0].classes
    assert [(way.pathway, way.share) for way in hot.shares] == [("one", 0.75), ("two", 0.25)]
    assert rare.left_out == {"one": "content", "three": "full"}
    assert {row.edge.id: row.planned_bps for row in found.edges} == {"one": 6e6, "two": 2e6}


def test_as_many_queries_for_many_edges_as_for_few(edge: EdgeOf) -> None:
    def count() -> int:
        with CaptureQueriesContext(connections["delivery"]) as captured:
            queries.overview()
        return len(captured)

    edge("first")
    few = count()
    for number in range(20):
        row = edge(f"edge-{number}")
        AgentRecord.objects.create(edge=row, secret_hash=str(number), reported_at=clock.now())
        served(row, 1, requests=1)
    assert count() == few


def test_where_a_title_lies_and_where_it_is_to_come(edge: EdgeOf) -> None:
    one, two = edge("one"), edge("two")
    title_id = ids.uuid7()
    for package, newest in (("old", False), ("new", True)):
        PackageRecord.objects.create(
            package=package,
            key=f"packages/{package}",
            title_id=title_id,
            newest=newest,
            told_at=clock.now(),
            title_class="rare",
        )
        PortionRecord.objects.create(package=package, folder="v", range=0, files=2, bytes=30)
        PortionRecord.objects.create(package=package, folder="v", range=1, files=2, bytes=70)
        HoldingRecord.objects.create(edge=one, package=package, folder="v", ranges=1, bytes=30)
    PlacementRecord.objects.create(edge=one, package="new", folder="v", fill=3, rank=1)
    PlacementRecord.objects.create(edge=two, package="new", folder="v", admit=1, rank=1)
    with as_staff("owner") as client:
        answer = client.send("GET", f"/api/delivery/titles/{title_id}/placement")
    found = TitlePlacement.model_validate_json(answer.content)
    assert (found.package, found.title_class) == ("new", "rare")
    assert [folder.model_dump() for folder in found.folders] == [
        {"folder": "v", "bytes": 100, "held_bytes": {"one": 30}, "planned_edges": ["one"]}
    ]


def test_what_would_be_is_asked_of_known_edges_and_titles(edge: EdgeOf) -> None:
    edge("one")
    edge("two")
    title_id = ids.uuid7()
    PackageRecord.objects.create(
        package="new", key="packages/new", title_id=title_id, told_at=clock.now()
    )
    with as_staff("owner") as client:
        body = {"gone": ["two"], "demand": [{"title_id": str(title_id), "factor": 3}]}
        answer = client.send("POST", "/api/delivery/what-if", json=body)
        found = WhatIf.model_validate_json(answer.content)
        assert {row.pathway: row.then_bps > 0 for row in found.loads} == {"one": True, "two": False}
        with pytest.raises(problems.NotFound, match="no edge named three"):
            client.send("POST", "/api/delivery/what-if", json={"gone": ["three"]})
        body = {"demand": [{"title_id": str(ids.uuid7()), "factor": 3}]}
        with pytest.raises(problems.NotFound, match="no finished encode"):
            client.send("POST", "/api/delivery/what-if", json=body)
    with as_staff("analyst") as client, pytest.raises(problems.Forbidden):
        client.send("POST", "/api/delivery/what-if", json={})


def test_only_owners_are_told(edge: EdgeOf) -> None:
    edge("one")
    with as_staff("owner") as client:
        answer = client.send("GET", "/api/delivery/overview")
        assert DeliveryOverview.model_validate_json(answer.content).edges[0].edge.id == "one"
        with pytest.raises(problems.NotFound, match="no finished encode"):
            client.send("GET", f"/api/delivery/titles/{ids.uuid7()}/placement")
    with as_staff("analyst") as client:
        for path in ("overview", f"titles/{ids.uuid7()}/placement"):
            with pytest.raises(problems.Forbidden):
                client.send("GET", f"/api/delivery/{path}")


def test_pages_may_fetch_from_edges_and_from_nothing_that_an_address_smuggles_in() -> None:
    urls = [
        "https://b.example",
        "",
        "http://a.example:81",
        "https://x; script-src *",
        "https://b.example",
    ]
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
    assert host_list.hosts(edges) == " http://a.example:81 https://b.example"
