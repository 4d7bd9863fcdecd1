"""Rules of the catalogue: addresses, file names, statuses and orders, whatever the input."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog import film_kinds, rules, tus
from matinee.contracts.catalog import TitleStatus
from matinee.contracts.catalog.workflow import Standing
from matinee.kernel.problems import BadRequest

SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")


@given(st.text(max_size=200), st.integers(1, 999))
def test_any_name_gives_an_address(name: str, number: int) -> None:
    slug = rules.numbered(rules.slug_from(name), number)
    assert SLUG.match(slug)
    assert len(slug) <= rules.SLUG_LENGTH_MAX
    assert not rules.is_id(slug)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Big Buck Bunny", "big-buck-bunny"),
        ("Amélie à Paris", "amelie-a-paris"),
        ("Straße!", "strasse"),
        ("千と千尋", "title"),
        ("  --  ", "title"),
        ("0192d3c4-0000-7000-8000-000000000000", "title-0192d3c4-0000-7000-8000-000000000000"),
    ],
)
def test_addresses_read_like_names(name: str, slug: str) -> None:
    assert rules.slug_from(name) == slug


def test_a_number_tells_equal_names_apart() -> None:
    assert rules.numbered("storm", 1) == "storm"
    assert rules.numbered("storm", 2) == "storm-2"
    assert len(rules.numbered("s" * 80, 12)) == 80


@given(st.text(max_size=300))
def test_any_file_name_becomes_safe(name: str) -> None:
    safe = rules.safe_file_name(name)
    assert safe not in {"", ".", ".."}
    assert not set(safe) & set('/\\\0"*?<>|:')
    assert not safe.startswith(".")
    assert len(safe.encode()) <= rules.FILE_NAME_BYTES_MAX
    assert rules.safe_file_name(safe) == safe


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("My Film (2024).mkv", "My Film (2024).mkv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\films\\a.mp4", "a.mp4"),
        (".hidden", "hidden"),
        ("Überfahrt.mov", "Überfahrt.mov"),
        ("///", "film"),
    ],
)
def test_file_names_stay_recognisable(name: str, safe: str) -> None:
    assert rules.safe_file_name(name) == safe


@given(st.builds(rules.Facts, kind=st.sampled_from(["film", "series", "episode"])))
def test_a_withdrawn_title_is_never_shown(facts: rules.Facts) -> None:
    status = rules.status_of(facts)
    assert (status == "withdrawn") == ("withdrawn" in {facts.standing, facts.series_standing})
    if status == "published":
        assert facts.standing == facts.series_standing == "released"
        assert (
            facts.has_published_part if facts.kind in {"series", "collection"} else facts.playable
        )
    if facts.playable and facts.may_be_seen and facts.kind != "series":
        assert status == "published"


def test_every_status_of_a_film_follows_from_facts() -> None:
    found = {
        rules.status_of(rules.Facts("film", standing, plays, has_film, failed, stopped))
        for standing in get_args(Standing)
        for plays, has_film, failed, stopped in product((False, True), repeat=4)
    }
    assert found == set(get_args(TitleStatus))


MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
RANKS = st.builds(
    rules.PackageRank,
    encode_id=st.uuids(),
    complete=st.booleans(),
    occurred_at=st.integers(0, 5).map(lambda n: MOMENT + timedelta(seconds=n)),
    package=st.sampled_from("abc"),
)


@given(RANKS, RANKS)
def test_the_complete_package_wins_within_an_encode_and_the_newer_encode_between(
    one: rules.PackageRank, other: rules.PackageRank
) -> None:
    assert (one < other) + (other < one) + (one == other) == 1
    if one.encode_id == other.encode_id and one.complete and not other.complete:
        assert one > other
    if one.encode_id > other.encode_id:
        assert one > other


def test_specials_are_watched_last() -> None:
    places = [rules.Place(0, 1), rules.Place(2, 1), rules.Place(1, 2), rules.Place(1, 1)]
    ordered = sorted(places, key=rules.place_order)
    assert [(p.season, p.episode) for p in ordered] == [(1, 1), (1, 2), (2, 1), (0, 1)]
    assert rules.following(ordered, rules.Place(1, 2)) == rules.Place(2, 1)
    assert rules.following(ordered, rules.Place(0, 1)) is None
    assert rules.following(ordered, rules.Place(9, 9)) is None


def test_labels_are_kept_once() -> None:
    assert rules.unique_labels(["Drama", "drama", "Sci-Fi", "DRAMA"]) == ["Drama", "Sci-Fi"]


FILMS = {
    "mp4": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
    "mov": b"\x00\x00\x00\x08wide\x00\x00\x00\x00mdat",
    "mkv": b"\x1a\x45\xdf\xa3\x01\x00\x00\x00\x00\x00\x00\x23\x42\x86",
    "avi": b"RIFF\x00\x00\x10\x00AVI LIST",
    "mpeg-ts": b"\x47\x40\x11\x10\x00\x42\xf0\x25",
    "mpeg-ps": b"\x00\x00\x01\xba\x44\x00\x04\x00",
    "flv": b"FLV\x01\x05\x00\x00\x00\x09",
    "ogg": b"OggS\x00\x02\x00\x00",
    "wmv": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    "mxf": b"\x06\x0e\x2b\x34\x02\x05\x01\x01",
    "y4m": b"YUV4MPEG2 W640 H360 F24:1 Ip A1:1 C420jpeg\n",
}


@pytest.mark.parametrize("start", FILMS.values(), ids=FILMS)
def test_no_film_is_turned_away(start: bytes) -> None:
    assert film_kinds.not_a_film(start + bytes(range(256)) * 4) is None


@pytest.mark.parametrize(
    ("start", "kind"),
    [
        (b"%PDF-1.7\n", "PDF"),
        (b"PK\x03\x04\x14\x00", "ZIP"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0", "JPEG"),
        (b"RIFF\x00\x00\x10\x00WEBP", "WebP"),
        (b"\x7fELF\x02\x01\x01", "program"),
        (b"#EXTM3U\n#EXTINF:10\nfile:///etc/passwd\n" + b"\n" * 600, "text"),
        ("ffconcat version 1.0\nfile '/etc/passwd'\n# ü\n".encode() * 30, "text"),
    ],
)
def test_what_cannot_be_a_film_is_named(start: bytes, kind: str) -> None:
    content = start if kind == "text" else start + bytes(range(256)) * 4
    assert kind in str(film_kinds.not_a_film(content[: film_kinds.SNIFFED_BYTES]))


@given(st.binary(max_size=63))
def test_nothing_is_said_of_too_little(start: bytes) -> None:
    assert film_kinds.not_a_film(start) is None


@given(st.binary(max_size=2000))
def test_any_start_is_looked_at_without_failing(start: bytes) -> None:
    film_kinds.not_a_film(start)


def test_metadata_is_read() -> None:
    assert tus.metadata("filename ZmlsbS5ta3Y=,title_id YWJj, empty") == {
        "filename": "film.mkv",
        "title_id": "abc",
        "empty": "",
    }
    assert tus.metadata(None) == {}


@pytest.mark.parametrize("value", ["filename %%%", "filename /w==", "a" * 3000])
def test_unreadable_metadata_is_refused(value: str) -> None:
    with pytest.raises(BadRequest):
        tus.metadata(value)


@given(st.text(max_size=60))
def test_any_checksum_header_is_read_or_refused(value: str) -> None:
    try:
        found = tus.checksum(value)
    except BadRequest:
        return
    assert found is not None
    assert found.algorithm in tus.CHECKSUMS


@pytest.mark.parametrize("value", [None, "", "-1", "1.5", "٣", "1e3", "9" * 16])
def test_what_is_no_number_of_bytes_is_refused(value: str | None) -> None:
    with pytest.raises(BadRequest):
        tus.whole_number("Upload-Length", value)
