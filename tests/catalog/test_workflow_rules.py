"""Who may bring a title from where to where, and what it lacks, whatever comes in."""

from datetime import timedelta
from typing import Any, get_args
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from matinee.catalog.rules import readiness
from matinee.catalog.rules.workflow import (
    ALL_ACTS,
    PUBLISHING,
    Member,
    Stand,
    acts_open,
    changers,
    refusal,
    standing_after,
)
from matinee.contracts.catalog import Artwork, Title
from matinee.contracts.catalog.workflow import Act, DeedVerb, Review, Standing
from matinee.kernel import clock, ids
from matinee.kernel.problems import Unprocessable

PEOPLE = [ids.uuid7() for _ in range(3)]
members = st.builds(Member, st.none() | st.sampled_from(PEOPLE), st.booleans())
stands = st.builds(
    Stand,
    st.sampled_from(get_args(Standing)),
    st.none() | st.sampled_from(PEOPLE),
    st.frozensets(st.sampled_from(PEOPLE)),
)
acts = st.sampled_from(ALL_ACTS)


@given(stands, members, acts, st.sampled_from(get_args(Review)))
def test_nobody_publishes_alone_where_two_are_needed(
    stand: Stand, member: Member, act: Act, review: Review
) -> None:
    may = refusal(act, stand, member, review) is None
    if act in PUBLISHING and review != "none" and may:
        assert member.publishes
        assert stand.standing != "draft"
    if act in PUBLISHING and review == "two" and may and stand.standing != "scheduled":
        assert member.account_id not in stand.changed_by
    assert may == (act in acts_open(stand, member, review))


@given(stands, members, st.sampled_from(get_args(Review)))
def test_there_is_always_a_way_on_for_a_publisher(
    stand: Stand, member: Member, review: Review
) -> None:
    fresh = Member(ids.uuid7(), publishes=True)
    assert acts_open(stand, fresh, review)
    assert set(acts_open(stand, replace_publishes(member), review)) <= set(
        acts_open(stand, fresh, review)
    ) | {"return"}


def replace_publishes(member: Member) -> Member:
    return Member(member.account_id, publishes=False)


@given(acts, st.none() | st.integers(-5, 5))
def test_only_what_is_scheduled_has_a_moment_to_come(act: Act, hours: int | None) -> None:
    now = clock.now()
    moment = None if hours is None else now + timedelta(hours=hours)
    try:
        standing = standing_after(act, moment, now)
    except Unprocessable:
        return
    assert (standing == "scheduled") == (moment is not None and moment > now)


@given(st.lists(st.tuples(st.sampled_from(get_args(DeedVerb)), st.sampled_from(PEOPLE))))
def test_what_was_approved_before_does_not_count(told: list[tuple[DeedVerb, UUID]]) -> None:
    found = changers(told)
    assert changers([("approved", PEOPLE[0]), *told]) == frozenset()
    assert changers([("changed", PEOPLE[1]), *told]) == found | {PEOPLE[1]}
    assert changers([("said", PEOPLE[2]), *told]) == found


@given(
    st.sampled_from(["film", "series", "episode", "trailer", "collection"]),
    st.booleans(),
    st.frozensets(st.sampled_from(["description", "poster", "genres", "year"])),
)
def test_what_is_required_comes_first_and_once(
    kind: str,
    plays: bool,  # noqa: FBT001 - hypothesis draws it
    wanted: set[Any],
) -> None:
    nothing: dict[str, Any] = dict.fromkeys(Title.model_fields)
    bare = Title.model_construct(**nothing | {"kind": kind, "rights": [], "artwork": Artwork()})
    found = readiness.missing(bare, plays=plays, wanted=wanted, now=clock.now())
    flags = [one.is_required for one in found]
    assert flags == sorted(flags, reverse=True)
    assert len({one.what for one in found}) == len(found)
    assert any(one.what in readiness.SUBSTANCE for one in found) == (not plays)
