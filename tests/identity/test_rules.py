"""The rules of accounts and profiles hold for any input."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from matinee.contracts.identity import MATURITY_AGE_MAX, MaturityAge
from matinee.identity import rules
from matinee.kernel.problems import Conflict, Unprocessable

AGES = st.integers(0, MATURITY_AGE_MAX)


@given(st.text())
def test_an_address_is_normal_once_normalised(text: str) -> None:
    once = rules.normal_email(text)
    assert rules.normal_email(once) == once


@given(st.text(alphabet="abcXYZ019.+-", min_size=1))
def test_letter_case_and_space_around_do_not_matter(text: str) -> None:
    assert rules.normal_email(f" {text.upper()}@EXAMPLE.org ") == rules.normal_email(
        f"{text.lower()}@example.ORG"
    )


@given(st.sets(st.integers(1, rules.PROFILES_MAX)))
def test_a_free_slot_is_free_and_in_bounds(taken: set[int]) -> None:
    if len(taken) == rules.PROFILES_MAX:
        with pytest.raises(Conflict):
            rules.free_slot(taken)
    else:
        slot = rules.free_slot(taken)
        assert slot not in taken
        assert 1 <= slot <= rules.PROFILES_MAX


@given(st.none() | AGES, st.booleans(), AGES)
def test_a_kids_profile_never_shows_more_than_it_may(
    asked: MaturityAge | None,
    is_kids: bool,  # noqa: FBT001 - drawn by hypothesis
    before: MaturityAge,
) -> None:
    try:
        ceiling = rules.ceiling(asked, is_kids=is_kids, before=before)
    except Unprocessable:
        assert is_kids
        assert asked is not None
        assert asked > rules.KIDS_MATURITY_AGE_MAX
    else:
        assert ceiling.is_kids == is_kids
        assert 0 <= ceiling.maturity_age <= MATURITY_AGE_MAX
        assert not is_kids or ceiling.maturity_age <= rules.KIDS_MATURITY_AGE_MAX
        assert asked is None or ceiling.maturity_age == asked


@given(st.from_regex(r"[a-z0-9.@:\-]{1,30}", fullmatch=True))
@example("films.example@evil.example")
@example("evil.example@films.example")
@example("films.example.evil.example")
@example("films.example:80")
def test_an_origin_is_ours_only_with_our_very_host(host: str) -> None:
    assert rules.is_foreign(f"https://{host}", {"films.example", ""}) == (host != "films.example")


@pytest.mark.parametrize("origin", ["", "null", "films.example", "https://", "http://["])
def test_what_is_no_origin_is_foreign(origin: str) -> None:
    assert rules.is_foreign(origin, {"films.example", ""})


def test_what_is_no_browser_says_no_origin() -> None:
    assert not rules.is_foreign(None, {"films.example"})


@given(st.ip_addresses(v=4))
def test_each_ipv4_address_counts_alone(address: object) -> None:
    assert rules.network(str(address)) == str(address)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_an_ipv6_subscriber_counts_as_one(one: int, other: int) -> None:
    prefix = 0x2001_0DB8_0000_0001 << 64
    both = {rules.network(_ipv6(prefix + host)) for host in (one, other)}
    assert both == {"2001:db8:0:1::"}


@pytest.mark.parametrize("address", ["", "unix:", "10.0.0.1, 10.0.0.2", "x" * 500])
def test_what_is_no_address_counts_together(address: str) -> None:
    assert rules.network(address) == "unknown"


def _ipv6(number: int) -> str:
    return ":".join(f"{number:032x}"[i : i + 4] for i in range(0, 32, 4))
