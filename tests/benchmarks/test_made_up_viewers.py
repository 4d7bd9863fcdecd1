"""The made-up viewers are those that were described, and a simulated disk keeps to its size."""

from dataclasses import replace

import numpy as np
import pytest

from bench.delivery import house, workload
from bench.delivery.workload import RUNG_SHARES, SEGMENT_S, Wish

LONG = Wish(seed=7, days=60, warm_days=0)
SMALL = Wish(seed=7, titles=60, days=4, warm_days=2, plays_a_day=300.0)


@pytest.fixture(scope="module")
def played() -> tuple[workload.Catalogue, workload.Plays]:
    titles = workload.catalogue(LONG)
    return titles, workload.plays(LONG, titles)


def test_titles_are_as_long_as_log_normal_ones() -> None:
    titles = workload.catalogue(replace(LONG, titles=20_000))
    length_s = titles.segments * SEGMENT_S
    assert np.median(length_s) == pytest.approx(1200, rel=0.02)
    assert np.log(length_s).std() == pytest.approx(0.45, rel=0.02)
    assert ((titles.released_day > 0) & (titles.released_day < 10)).sum() == pytest.approx(
        25, abs=1
    )


def test_plays_come_when_they_should(
    played: tuple[workload.Catalogue, workload.Plays],
) -> None:
    titles, plays = played
    assert len(plays.at_s) / LONG.days == pytest.approx(2600, rel=0.03)
    assert (np.diff(plays.at_s) >= 0).all()
    by_day = np.bincount((plays.at_s // 86_400).astype(int))
    weekend = np.arange(len(by_day)) % 7 >= 5
    assert by_day[weekend].mean() / by_day[~weekend].mean() == pytest.approx(1.25, rel=0.03)
    by_hour = np.bincount((plays.at_s // 3600).astype(int) % 24) / len(plays.at_s)
    assert by_hour == pytest.approx(workload.hours_shares(), abs=0.004)
    assert np.bincount(plays.rung) / len(plays.rung) == pytest.approx(RUNG_SHARES, abs=0.004)
    assert (titles.released_day[plays.title] * 86_400 <= plays.at_s).mean() > 0.999


def test_people_stop_as_they_do(played: tuple[workload.Catalogue, workload.Plays]) -> None:
    titles, plays = played
    whole = titles.segments[plays.title]
    is_long = whole > 100
    seen = plays.segments[is_long] / whole[is_long]
    assert (seen == 1).mean() == pytest.approx(0.5, abs=0.02)
    assert (seen < 0.12).mean() == pytest.approx(0.3, abs=0.02)
    # 0.3 of them 6%, 0.5 all and 0.2 of them 56% on the mean.
    assert seen.mean() == pytest.approx(0.3 * 0.06 + 0.5 + 0.2 * 0.56, rel=0.02)


def test_popularity_is_a_power_of_the_rank_with_noise_and_a_burst() -> None:
    wish = replace(LONG, noise=(0.7, 0.0), days=30)
    titles = workload.catalogue(wish)
    wanted = workload.popularity(wish, titles)
    old = titles.released_day < -60
    assert wanted[0, old] == pytest.approx(titles.weight[old], rel=1e-3)
    new = int(np.flatnonzero(titles.released_day > 0)[0])
    day = int(titles.released_day[new]) + 1
    age = day + 0.5 - titles.released_day[new]
    assert wanted[day, new] / titles.weight[new] == pytest.approx(1 + 7 * np.exp(-age / 5))
    assert sorted(1 / titles.weight) == pytest.approx(np.arange(1, len(titles.weight) + 1))
    titles = workload.catalogue(LONG)
    old = titles.released_day < -60
    noisy = np.log(workload.popularity(LONG, titles)[:, old])
    change = np.diff(noisy, axis=0)
    # An AR(1) process' differences have the variance 2 s² / (1 + rho).
    assert change.var() == pytest.approx(2 * 0.25**2 / 1.7, rel=0.05)


def test_a_surprise_takes_its_share_of_an_evening() -> None:
    wish = replace(LONG, surprise_share=0.12, days=10)
    titles = workload.catalogue(wish)
    plays = workload.plays(wish, titles)
    late = (plays.at_s % 86_400) / 3600 >= workload.SURPRISE_FROM_H
    tail = titles.weight <= np.median(titles.weight)
    for day in range(wish.days):
        todays = plays.title[late & (plays.at_s // 86_400 == day)]
        most = np.bincount(todays).argmax()
        counts = np.bincount(todays, minlength=len(tail)) * tail
        assert counts.max() / len(todays) == pytest.approx(0.12, abs=0.03)
        assert tail[counts.argmax()], most


def test_requests_are_every_segment_of_every_play() -> None:
    titles = workload.catalogue(SMALL)
    plays = workload.plays(SMALL, titles)
    asked = workload.requests(titles, plays)
    assert len(asked.item) == plays.segments.sum()
    assert asked.size.sum() == (plays.segments * workload.SEGMENT_BYTES[plays.rung]).sum()
    assert (np.diff(asked.at_s) >= 0).all()
    assert asked.item.max() < titles.segments.sum() * len(RUNG_SHARES)


@pytest.mark.parametrize("part", [0.0, 0.05, 1.0])
def test_a_simulated_disk_keeps_to_its_size_and_to_what_can_be(part: float) -> None:
    titles = workload.catalogue(SMALL)
    asked = workload.requests(titles, workload.plays(SMALL, titles))
    size = int(part * titles.bytes_all)
    runs = house.simulated(SMALL, titles, asked, size)
    origin, written = house.shares(house.counted(replace(SMALL, warm_days=0), runs))
    if part == 0.0:
        assert (origin, written) == (1.0, 0.0)
    distinct = np.unique(asked.item, return_index=True)[1]
    compulsory = asked.size[distinct].sum() / asked.size.sum()
    assert origin >= compulsory * 0.999
    assert written <= origin + 1e-9
    if part == 1.0:
        # With room for all nothing is missed twice, but for what no run has placed yet.
        assert origin < compulsory + 0.3
