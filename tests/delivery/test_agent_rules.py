"""Ranges, the log's digest and quiet hours: what must hold whatever comes in."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.contracts.agents import RANGES
from matinee.delivery.rules import portions, quiet
from matinee.delivery.rules.digest import DEMAND_MAX, Digest, Entry, entry_of, quantile
from matinee.run import checkout

segments = st.integers(1, 999_999)


@given(segments)
def test_nginx_finds_the_range_that_we_find(segment: int) -> None:
    text = (checkout.edge_files() / "requests.conf.template").read_text()
    block = re.search(r"map \$media_path \$media_range \{(.*?)\n\}", text, re.DOTALL)
    assert block is not None
    rules = re.findall(r'"~(\S+)" (\d);', block[1])
    assert len(rules) == RANGES - 1
    path = f"p/v720/{segment}.m4s"
    found = next((int(number) for rule, number in rules if re.search(rule, path)), 0)
    assert portions.place_of(path.removeprefix("p/")) == ("v720", found)


@given(segments, segments)
def test_ranges_follow_the_film(one: int, other: int) -> None:
    low, high = sorted((one, other))
    assert 0 <= portions.range_of(low) <= portions.range_of(high) < RANGES


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("manifest.mpd", ("", 0)),
        ("sprite-12.jpg", ("", 0)),
        ("12.m4s", ("", 0)),
        ("v720/init.mp4", ("v720", 0)),
        ("text-en/30.vtt", ("text-en", 2)),
    ],
)
def test_what_is_no_segment_belongs_to_the_beginning(path: str, place: tuple[str, int]) -> None:
    assert portions.place_of(path) == place


@given(st.sets(st.integers(0, RANGES - 1)))
def test_a_set_of_ranges_is_what_it_was_made_from(numbers: set[int]) -> None:
    assert set(portions.numbers(portions.bits(numbers))) == numbers


entries = st.builds(
    Entry,
    at_s=st.floats(1.7e9, 1.8e9),
    package=st.sampled_from(["", "p", "q"]),
    path=st.builds("v{}/{}.m4s".format, st.integers(1, 30), segments),
    status=st.sampled_from([200, 206, 304, 403, 404, 502]),
    bytes=st.integers(0, 10**9),
    took_s=st.floats(0, 100),
    source=st.sampled_from(["held", "stored", "MISS", "HIT", "STALE", "refused", "absent"]),
    upstream_s=st.none() | st.floats(0, 10),
    session=st.sampled_from(["", "a", "b"]),
    is_viewer=st.booleans(),
    measured_bps=st.none() | st.floats(1, 1e9),
    region=st.just(""),
)


@given(st.lists(entries, max_size=60))
def test_no_byte_is_counted_twice_or_lost(taken: list[Entry]) -> None:
    """Each entry goes into the first digest that has room, as a report after the other does."""
    digests = [Digest()]
    for entry in taken:
        if not digests[-1].take(entry):
            digests.append(Digest())
            assert digests[-1].take(entry)
    viewers = [entry for entry in taken if entry.is_viewer]
    traffic = [row for digest in digests for row in digest.traffic()]
    assert sum(row.requests for row in traffic) == len(viewers)
    served = sum(row.held_bytes + row.cached_bytes + row.missed_bytes for row in traffic)
    assert served == sum(e.bytes for e in viewers if e.source not in {"refused", "absent"})
    demand = [row for digest in digests for row in digest.demand()]
    asked = [e for e in viewers if e.package and e.status in {200, 206, 304}]
    assert sum(row.requests for row in demand) == len(asked)
    assert sum(row.bytes for row in demand) == sum(entry.bytes for entry in asked)
    assert all(len(digest.demand()) <= DEMAND_MAX for digest in digests)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_line_ends_the_agent(line: bytes) -> None:
    entry_of(line)


def test_a_line_is_read_as_nginx_writes_it() -> None:
    line = {
        "t": 1_795_000_000.123,
        "p": "/019-a/v720/12.m4s",
        "s": 200,
        "b": 5,
        "d": 0.01,
        "c": "MISS",
        "u": "0.100, 0.020",
        "v": "x",
        "r": "viewer",
        "mtp": "4200",
    }
    entry = entry_of(json.dumps(line).encode())
    assert entry is not None
    assert (entry.package, entry.path) == ("019-a", "v720/12.m4s")
    assert (entry.upstream_s, entry.measured_bps) == (0.02, 4_200_000)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0, 1))
def test_a_quantile_is_one_of_the_samples(samples: list[float], share: float) -> None:
    found = quantile(samples, share)
    assert found in [round(sample, 3) for sample in samples]


@given(st.integers(0, 23), st.integers(0, 24))
def test_a_day_has_as_many_quiet_hours_as_were_said(start: int, hours: int) -> None:
    day = [datetime(2026, 11, 21, hour, 30, tzinfo=UTC) for hour in range(24)]
    quiet_ones = [now for now in day if quiet.is_quiet(now, start, hours)]
    assert len(quiet_ones) == hours
    assert not hours or day[start] in quiet_ones


def test_a_store_leaves_room_whatever_its_budget() -> None:
    assert quiet.room_bytes(0, size_bytes=1000, free_bytes=500, used_bytes=0) == 450
    assert quiet.room_bytes(10_000, size_bytes=1000, free_bytes=500, used_bytes=0) == 450
    assert quiet.room_bytes(100, size_bytes=1000, free_bytes=500, used_bytes=120) == -20


@pytest.mark.parametrize(
    ("source", "sent", "upstream_s", "waited_ms"),
    [
        ("held", 20_000, None, 300.0),
        ("held", 2_000_000, None, None),  # the viewer's own connection took its part
        ("MISS", 2_000_000, 0.04, 40.0),
        ("HIT", 20_000, None, None),
    ],
)
def test_the_first_byte_is_that_of_the_disk_or_of_whoever_was_asked(
    source: str, sent: int, upstream_s: float | None, waited_ms: float | None
) -> None:
    digest = Digest()
    digest.take(
        Entry(1.7e9, "p", "v1/1.m4s", 200, sent, 0.3, source, upstream_s, "s", True, None, "")
    )
    assert digest.links().first_byte_ms_p50 == waited_ms
