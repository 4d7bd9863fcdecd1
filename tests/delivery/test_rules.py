"""The rules of delivery, for whatever values there may be."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.contracts.delivery import Edge
from matinee.delivery.rules import health, steering
from matinee.delivery.rules.health import Condition

bounded = settings(max_examples=100, deadline=None)
answers = st.lists(st.none() | st.floats(0, 2000), max_size=40)
regions = st.sampled_from(["home", "paris", "oslo"])
edges = st.lists(
    st.builds(
        Edge,
        id=st.text("abcdefg-", min_size=1, max_size=4),
        base_url=st.just("https://edge.example.org"),
        region=regions,
        health=st.sampled_from(["up", "down", "unknown"]),
        latency_ms=st.none() | st.floats(0, 1000),
        checked_at=st.none(),
    ),
    unique_by=lambda edge: edge.id,
    max_size=12,
)


@bounded
@given(answers=answers)
def test_health_follows_the_last_checks_in_a_row(answers: list[float | None]) -> None:
    condition, history = Condition(), list[bool]()
    for answer_ms in answers:
        before, condition = condition, health.judged(condition, answer_ms)
        history.append(answer_ms is not None)
        assert condition.health != "unknown"
        if history[-2:] == [False, False]:
            assert condition.health == "down"
        if history[-2:] == [True, True]:
            assert condition.health == "up"
        if before.health not in {condition.health, "unknown"}:
            # It took as many checks as the other way round: one alone never turns it.
            assert history[-1] == history[-2]
        assert condition.failures == 0 or condition.successes == 0


def test_one_lost_answer_is_no_outage_and_one_good_one_no_recovery() -> None:
    condition = health.judged(Condition(), 5.0)
    assert condition.health == "up"
    condition = health.judged(condition, None)
    assert condition.health == "up"
    condition = health.judged(condition, None)
    assert condition.health == "down"
    condition = health.judged(condition, 5.0)
    assert condition.health == "down"
    assert health.judged(condition, 5.0).health == "up"


def test_an_edge_that_never_answered_is_down_at_once() -> None:
    assert health.judged(Condition(), None).health == "down"


@bounded
@given(answers=st.lists(st.floats(0, 2000), min_size=1, max_size=40))
def test_the_smoothed_latency_lies_between_what_was_measured(answers: list[float]) -> None:
    condition = Condition()
    for answer_ms in answers:
        condition = health.judged(condition, answer_ms)
    assert condition.latency_ms is not None
    assert min(answers) - 1e-6 <= condition.latency_ms <= max(answers) + 1e-6


@bounded
@given(answers=answers)
def test_whoever_was_told_knows_enough(answers: list[float | None]) -> None:
    """What was told last is never far from what is known."""
    condition, told = Condition(), Condition()
    for answer_ms in answers:
        after = health.judged(condition, answer_ms)
        if health.worth_telling(condition, after):
            told = after
            after = Condition(
                after.health, after.failures, after.successes, after.latency_ms, after.latency_ms
            )
        condition = after
        assert told.health == condition.health
        if condition.latency_ms is not None:
            assert told.latency_ms is not None
            off_ms = abs(told.latency_ms - condition.latency_ms)
            assert off_ms < max(10, 0.25 * told.latency_ms)


@bounded
@given(edges=edges, region=regions, data=st.data())
def test_ranking_is_a_steady_order_of_all_edges(
    edges: list[Edge], region: str, data: st.DataObject
) -> None:
    order = steering.ranked(edges, region)
    assert sorted(edge.id for edge in order) == sorted(edge.id for edge in edges)
    assert steering.ranked(data.draw(st.permutations(edges)), region) == order
    assert steering.ranked(order, region) == order
    for better, worse in pairwise(order):
        assert not (better.health == "down" and worse.health != "down")
        assert not (better.health == "unknown" and worse.health == "up")
        if better.health == worse.health:
            assert not (better.region != region and worse.region == region)


@bounded
@given(edges=edges, region=regions)
def test_an_edge_that_falls_ill_never_rises(edges: list[Edge], region: str) -> None:
    for edge in edges:
        ill = edge.model_copy(update={"health": "down"})
        after = [ill if other.id == edge.id else other for other in edges]
        place = [one.id for one in steering.ranked(edges, region)].index(edge.id)
        assert [one.id for one in steering.ranked(after, region)].index(edge.id) >= place


@bounded
@given(edges=edges, region=regions)
def test_every_pathway_that_is_told_is_a_clone_of_where_the_manifest_came_from(
    edges: list[Edge], region: str
) -> None:
    order = [edge.id for edge in steering.ranked(edges, region)]
    hosts = steering.hosts(edges, "https://films.example.org:8443")
    manifest = steering.manifest([*order, "gone"], hosts, ttl_s=30)
    told = manifest.model_dump(by_alias=True, exclude_none=True)
    assert told["PATHWAY-PRIORITY"] == [*order, "."]
    clones = told.get("PATHWAY-CLONES", [])
    assert [clone["ID"] for clone in clones] == order
    for clone, id_ in zip(clones, order, strict=True):
        url = next(edge.base_url for edge in edges if edge.id == id_)
        assert clone["BASE-ID"] == "."
        assert clone["URI-REPLACEMENT"]["HOST"] in (url or "https://films.example.org:8443")
