"""Which edge a viewer starts on, and the steering that goes on from it."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.contracts.delivery import Edge
from matinee.contracts.events import EdgeRemoved, PackagesClassed, RegionSteered
from matinee.kernel import clock
from matinee.kernel import settings as shared_settings
from matinee.playback import settings as own_settings
from matinee.playback.rules import pathways
from matinee.playback.rules.pathways import Plan
from tests.playback.conftest import Tell, Viewer, edge_event, title_event

pytestmark = pytest.mark.django_db(databases=["playback"])

names = st.sampled_from("abcdef")
edges = st.lists(
    st.builds(
        Edge,
        id=names,
        base_url=st.just("https://edge.example.org"),
        region=st.sampled_from(["home", "away"]),
        health=st.sampled_from(["up", "down", "unknown"]),
        latency_ms=st.none() | st.floats(0, 1000),
        checked_at=st.none(),
        role=st.sampled_from(["edge", "commercial", "shield"]),
    ),
    unique_by=lambda edge: edge.id,
)
orders = st.lists(names, unique=True, max_size=6)
bounded = settings(max_examples=100, deadline=None)


@bounded
@given(edges=edges, data=st.data())
def test_pathways_are_healthy_first_whatever_the_order_of_hearing(
    edges: list[Edge], data: st.DataObject
) -> None:
    ways = pathways.ranked(edges, "home", "http://own")
    assert ways == pathways.ranked(data.draw(st.permutations(edges)), "home", "http://own")
    assert ways
    assert all(way.base_url.endswith("/") for way in ways)
    health = {edge.id: edge.health for edge in edges}
    order = [health.get(way.id, "up") for way in ways]
    assert order == sorted(order, key=["up", "unknown", "down"].index)
    if any(edge.health != "down" and edge.role != "shield" for edge in edges):
        assert "down" not in order


@bounded
@given(edges=edges, order=orders)
def test_a_planned_order_is_kept_but_for_edges_that_went_down(
    edges: list[Edge], order: list[str]
) -> None:
    ways = [way.id for way in pathways.ranked(edges, "home", "http://own", order)]
    known = {edge.id: edge for edge in edges if edge.role != "shield"}
    serving = [name for name in order if name in known and known[name].health != "down"]
    if serving:
        assert ways == serving
    else:
        assert ways == [w.id for w in pathways.ranked(edges, "home", "http://own")]
    assert not {edge.id for edge in edges if edge.role == "shield"} & set(ways)


@bounded
@given(viewer=st.integers(0, 2**128), lanes=st.lists(orders, min_size=1, max_size=8))
def test_a_viewer_stays_in_one_lane(viewer: int, lanes: list[list[str]]) -> None:
    plan = Plan("home", "hot", lanes, None)
    first = pathways.route([], plan, viewer, "http://own")
    assert first == pathways.route([], plan, viewer, "http://own")
    assert first.steering == f"home/hot-{viewer % len(lanes)}"


def test_browsers_are_told_of_one_mix_and_others_of_all() -> None:
    asked = {
        name: pathways.Route([], "home", name).hls_query for name in ("", "browser", "tv", "app")
    }
    stereo, all_of_them = "?steering=home&mix=stereo", "?steering=home"
    assert asked == {"": stereo, "browser": stereo, "tv": all_of_them, "app": all_of_them}


def test_edges_of_the_viewers_region_come_before_nearer_ones_elsewhere() -> None:
    there = edge_event("there", region="paris", latency_ms=80).edge
    here = edge_event("here", latency_ms=1).edge
    ways = pathways.ranked([here, there], "paris", "http://own")
    assert [way.id for way in ways] == ["there", "here"]


def test_a_title_is_played_from_where_its_class_is_planned(
    viewer: Viewer, tell: Tell, film: UUID
) -> None:
    viewer.entitle(streams_at_once=9)
    for name in ("one", "two", "three"):
        tell(edge_event(name))
    session = viewer.play(film)
    assert session["steering_url"] == "http://testserver/steering/home.json"
    tell(RegionSteered(region="home", orders={"all": [["two", "one"]], "rare": [["three"]]}))
    session = viewer.play(film)
    assert [way["id"] for way in session["pathways"]] == ["two", "one"]
    assert session["steering_url"] == "http://testserver/steering/home/all-0.json"
    tell(PackagesClassed(classes={"f1lm-2": "rare"}))
    session = viewer.play(film)
    assert [way["id"] for way in session["pathways"]] == ["three"]
    assert session["dash_url"].endswith("/f1lm-2/manifest.mpd?steering=home.rare-0")
    assert session["hls_url"].endswith("/f1lm-2/master.m3u8?steering=home.rare-0&mix=stereo")
    assert session["dash_url"].startswith("https://three.example.org/media/")


def test_an_edge_that_died_since_the_plan_was_made_is_not_begun_on(
    viewer: Viewer, tell: Tell, film: UUID
) -> None:
    for name in ("one", "two", "three"):
        tell(edge_event(name))
    tell(RegionSteered(region="home", orders={"all": [["two", "one", "three"]]}))
    tell(edge_event("two", health="down"))
    tell(EdgeRemoved(edge_id="one"))
    assert [way["id"] for way in viewer.play(film)["pathways"]] == ["three"]


def test_viewers_of_a_country_are_steered_as_their_region(
    viewer: Viewer, tell: Tell, film: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer.entitle(streams_at_once=9)
    tell(edge_event("one"))
    tell(edge_event("two"))
    tell(RegionSteered(region="home", orders={"all": [["one", "two"]]}))
    tell(RegionSteered(region="paris", orders={"all": [["two", "one"]]}))
    regions = own_settings.Settings(regions={"FR": "paris", "DE": "berlin"})
    monkeypatch.setattr(own_settings, "get", lambda: regions)
    for country, best in (("FR", "two"), ("DE", "one"), ("", "one")):
        here = shared_settings.Settings(country=country)
        monkeypatch.setattr(shared_settings, "get", lambda here=here: here)
        assert viewer.play(film)["pathways"][0]["id"] == best, country
    tell(RegionSteered(region="paris", orders={}))
    there = shared_settings.Settings(country="FR")
    monkeypatch.setattr(shared_settings, "get", lambda: there)
    assert viewer.play(film)["pathways"][0]["id"] == "one", "of a region that is no more"


def test_an_older_plan_does_not_replace_a_newer_one(viewer: Viewer, tell: Tell, film: UUID) -> None:
    tell(edge_event("one"))
    tell(edge_event("two"))
    before = clock.now() - timedelta(seconds=5)
    tell(RegionSteered(region="home", orders={"all": [["one", "two"]]}))
    tell(RegionSteered(region="home", orders={"all": [["two", "one"]]}, occurred_at=before))
    tell(PackagesClassed(classes={"f1lm-2": "all"}))
    tell(PackagesClassed(classes={"f1lm-2": "rare"}, occurred_at=before))
    assert viewer.play(film)["pathways"][0]["id"] == "one"


def test_a_later_encode_is_steered_by_its_own_package(viewer: Viewer, tell: Tell) -> None:
    tell(edge_event("one"))
    tell(RegionSteered(region="home", orders={"all": [["one"]], "rare": [["one"]]}))
    tell(PackagesClassed(classes={"f1lm-3": "rare"}))
    event = title_event(package="packages/f1lm-3")
    tell(event)
    steering = viewer.play(event.title.id)["steering_url"]
    assert steering == "http://testserver/steering/home/rare-0.json"
