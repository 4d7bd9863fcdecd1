"""What is foretold, what it makes of a disk, and which edges of a site hold it."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.delivery.rules import admission, forecast, outlook, placement, remembering, spread
from matinee.delivery.rules.forecast import Popularity
from matinee.delivery.rules.listing import Listing, PortionName, folder_sets
from matinee.delivery.rules.outlook import Outlook
from matinee.delivery.rules.placement import Store
from matinee.delivery.rules.shape import Portions
from matinee.delivery.rules.spread import Site

bounded = settings(max_examples=60, deadline=None)
NOW = datetime(2026, 1, 1, 20, tzinfo=UTC)


def listing(n_titles: int) -> Listing:
    """Titles of two renditions, one with files twice as large, of 40 segments each."""
    counts = ((0, 9), (1, 20), (2, 11))
    return Listing.of(
        (PortionName(f"p{title}", folder, number), files, files * size)
        for title in range(n_titles)
        for folder, size in (("v360", 1000), ("v720", 2000))
        for number, files in counts
    )


def foretold(plays: list[list[float]], hours: float = 1.0) -> np.ndarray:
    """Shares after so many plays of each title in each hour."""
    n_titles = len(plays[0])
    expected = np.full(n_titles, 1 / n_titles)
    known = Popularity.nothing(n_titles)
    for each in plays:
        known = forecast.seen(known, np.array(each), hours, expected)
    return forecast.shares(known, expected)


def test_steady_shares_are_foretold_as_they_are() -> None:
    chance = np.random.default_rng(1)
    true = np.array([0.6, 0.3, 0.09, 0.01])
    drawn = [list(chance.multinomial(200, true).astype(float)) for _ in range(200)]
    assert foretold(drawn) == pytest.approx(true, rel=0.15)


def test_hours_with_few_plays_weigh_little() -> None:
    day = [[60.0, 40.0]] * 100
    assert foretold([*day, [1.0, 0.0], [0.0, 0.0]]) == pytest.approx([0.6, 0.4], abs=0.05)


def test_a_surprise_is_believed_within_an_hour_and_forgotten_when_it_is_over() -> None:
    usual = [[70.0, 30.0, 0.0]] * 9 + [[70.0, 29.0, 1.0]]
    before = foretold(usual * 20)[2]
    assert before == pytest.approx(0.001, rel=0.5)
    surprise = [60.0, 25.0, 15.0]
    assert foretold([*usual * 20, surprise])[2] > 10 * before
    assert foretold([*usual * 20, *[surprise] * 8])[2] > 0.1
    later = foretold([*usual * 20, *[surprise] * 8, *usual * 2])
    assert later[2] < 0.02


@bounded
@given(
    st.lists(st.lists(st.floats(0, 1e4), min_size=3, max_size=3), min_size=1, max_size=12),
    st.floats(0.05, 3),
)
def test_shares_are_shares_whatever_is_played(plays: list[list[float]], hours: float) -> None:
    found = foretold(plays, hours)
    assert np.isfinite(found).all()
    assert (found >= 0).all()
    assert found.max() <= 1 + 1e-6


def learnt(known: Listing, by_portion: np.ndarray, hours: int = 60) -> Outlook:
    one = Outlook.nothing(known.portions, len(known.packages))
    ages = np.full(len(known.packages), 100.0)
    for _ in range(hours):
        one = outlook.learnt(one, known.portions, by_portion, 1.0, ages)
    return one


def test_requests_are_foretold_by_portion() -> None:
    known = listing(3)
    # Ten plays an hour of the first title, all at the higher rung, half of them to the end.
    asked = known.values(
        {
            PortionName("p0", "v720", 0): 90.0,
            PortionName("p0", "v720", 1): 100.0,
            PortionName("p0", "v720", 2): 55.0,
        }
    )
    one = learnt(known, asked)
    ages = np.full(3, 100.0)
    found = outlook.requests_an_hour(one, known.portions, ages)
    at = {name: found[place] for name, place in known.place.items()}
    assert at[PortionName("p0", "v720", 0)] == pytest.approx(10, rel=0.1)
    assert at[PortionName("p0", "v720", 1)] == pytest.approx(5, rel=0.1)
    assert at[PortionName("p0", "v360", 0)] < 0.2
    assert at[PortionName("p1", "v720", 0)] < 0.2
    # What was never played falls on rungs like the others.
    assert at[PortionName("p1", "v720", 0)] > 2 * at[PortionName("p1", "v360", 0)]
    assert one.is_settled


def test_a_fresh_title_is_expected_to_be_like_the_fresh_ones_before() -> None:
    known = listing(40)
    ages = np.full(40, 100.0)
    ages[0] = 1.0
    asked = np.where(known.portions.title == 0, 50.0, 1.0)
    one = Outlook.nothing(known.portions, 40)
    for _ in range(300):
        one = outlook.learnt(one, known.portions, asked, 1.0, ages)
    ages[1] = 0.0
    shares = forecast.shares(one.popularity, np.full(40, 1 / 40))
    assert one.fresh == pytest.approx(40 * shares[0], rel=0.4)


def test_an_outlook_survives_being_kept_while_packages_come_and_go() -> None:
    before = listing(3)
    one = learnt(before, np.arange(len(before.names), dtype=float), hours=5)
    ages = np.full(3, 100.0)
    again = remembering.unpacked(remembering.packed(one, before), before)
    assert outlook.requests_an_hour(again, before.portions, ages) == pytest.approx(
        outlook.requests_an_hour(one, before.portions, ages), rel=1e-4
    )
    after = Listing.of(
        (PortionName(name, "v360", 0), 9, 9000) for name in ("a-new-one", "p1", "p2")
    )
    moved = remembering.unpacked(remembering.packed(one, before), after)
    assert moved.popularity.plays[:, 1:] == pytest.approx(one.popularity.plays[:, 1:], rel=1e-5)
    assert not moved.popularity.plays[:, 0].any()
    assert moved.shape.passes[1] == pytest.approx(
        one.shape.passes[before.place[PortionName("p1", "v360", 0)]], rel=1e-5
    )


portions_drawn = st.lists(
    st.tuples(st.integers(1, 50), st.integers(1, 5000), st.floats(0, 100), st.booleans()),
    min_size=1,
    max_size=40,
)


@bounded
@given(portions_drawn, st.integers(0, 500_000), st.floats(0, 10), st.sampled_from([0, 1]))
def test_what_is_wanted_fits_and_the_rest_is_worth_less(
    drawn: list[tuple[int, int, float, bool]], size: int, price: float, fills: int
) -> None:
    files = np.array([one[0] for one in drawn])
    sizes = files * np.array([one[1] for one in drawn])
    asked = np.array([one[2] for one in drawn])
    held = np.array([one[3] for one in drawn])
    zero = np.zeros(len(drawn), dtype=np.int64)
    portions = Portions(zero, zero, np.ones(len(drawn), dtype=np.bool_), files, sizes)
    found = placement.placed(portions, asked, Store(size, held, price, bool(fills)))
    assert sizes[found.wanted].sum() <= size
    assert not (found.fill & ~found.wanted).any()
    assert fills or not found.fill.any()
    assert set(found.order) == set(np.flatnonzero(found.wanted | held))
    # Whatever is not wanted though it would fit into the disk alone is beaten by what is.
    worth = 24 * asked + np.where(held, price, 0.0)
    for one in np.flatnonzero(~found.wanted & (24 * asked > 1)):
        better = worth >= worth[one]
        assert sizes[better].sum() > size


def test_writing_gets_dearer_as_the_budget_is_used_up() -> None:
    prices = [admission.price(written, 1000.0) for written in (0, 4, 6, 8, 10, 20, 1e9)]
    assert prices == sorted(prices)
    assert prices[0] == prices[1] < prices[2]
    assert prices[4] == pytest.approx(4 * prices[0])
    assert admission.price(5.0, 0.0) == prices[0]


def test_what_is_told_is_a_row_a_folder_the_best_first() -> None:
    known = listing(2)
    wanted = np.zeros(len(known.names), dtype=np.bool_)
    names = [
        PortionName("p1", "v720", 0),
        PortionName("p0", "v360", 1),
        PortionName("p1", "v720", 2),
    ]
    spare = [PortionName("p0", "v720", 1), PortionName("p1", "v720", 1)]
    order = np.array([known.place[name] for name in names + spare])
    wanted[order[:3]] = True
    fill = np.zeros_like(wanted)
    fill[order[0]] = True
    assert folder_sets(known, order, fill, wanted) == [
        ("p1", "v720", 0b001, 0b101),
        ("p0", "v360", 0b000, 0b010),
        ("p0", "v720", 0b000, 0b010),  # lies there, wanted no more: the first to go
    ]


def site(n_edges: int, n_titles: int) -> Site:
    names = [f"edge-{number}" for number in range(n_edges)]
    weight = np.full(n_edges, 1 / n_edges)
    return Site(names, weight, np.zeros((n_edges, n_titles), dtype=np.bool_))


@bounded
@given(st.integers(1, 7), st.lists(st.floats(1e-6, 1), min_size=30, max_size=60))
def test_every_title_lies_somewhere_and_no_edge_has_much_more_than_its_part(
    n_edges: int, loads: list[float]
) -> None:
    load = np.array(loads) / sum(loads)
    titles = [f"t{number}" for number in range(len(load))]
    parts = spread.spread(site(n_edges, len(load)), titles, load)
    assert parts.sum(axis=0) == pytest.approx(1)
    burden = (parts * load).sum(axis=1)
    # The last title that an edge takes may lift it above its bound by a quarter of its part.
    assert burden.max() <= (1.15 + 0.26) / n_edges + 1e-9 or n_edges == 1


def test_titles_stay_where_they_are_when_an_edge_comes() -> None:
    titles = [f"t{number}" for number in range(400)]
    load = np.full(400, 1 / 400)
    before = spread.spread(site(4, 400), titles, load) > 0
    more = site(5, 400)
    held = Site(more.names, more.weight, np.vstack([before, np.zeros((1, 400), dtype=np.bool_)]))
    after = spread.spread(held, titles, load) > 0
    moved = (after[:4] != before).any(axis=0).mean()
    assert 0.05 < moved < 0.3  # a fifth is the newcomer's, nothing else has to move
    assert (spread.spread(Site(more.names, more.weight, after), titles, load) > 0).mean() == (
        pytest.approx(after.mean())
    )


def test_a_title_that_everybody_watches_lies_on_several_edges() -> None:
    load = np.array([0.7] + [0.3 / 99] * 99)
    parts = spread.spread(site(5, 100), [f"t{n}" for n in range(100)], load)
    assert (parts[:, 0] > 0).sum() == 5
    assert ((parts > 0).sum(axis=0)[1:] == 1).all()


def test_a_new_site_is_taken_for_a_small_one() -> None:
    assert spread.site_parts([300.0, 100.0, 0.0]) == pytest.approx([0.75, 0.25, 1 / 6])
    assert spread.site_parts([0.0, 0.0]) == [0.5, 0.5]
