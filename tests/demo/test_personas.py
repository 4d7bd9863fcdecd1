"""The made-up viewers are the same every time, and behave like people."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.demo import drafts, personas
from matinee.demo.films import FILMS, SERIES

ANCHOR = datetime(2026, 6, 1, 15, 30, tzinfo=UTC)
PEOPLE = personas.population()
SUBJECTS = [drafts.subject_of(film, SERIES) for film in FILMS]
NATURE = personas.Subject("fjord", ("Nature", "Documentary"), ("calm", "ocean"), 0, 30.0)
MYSTERY = personas.Subject("alley", ("Mystery", "Drama"), ("moody", "night"), 16, 30.0)


def test_they_are_the_same_every_time() -> None:
    assert personas.population() == PEOPLE
    assert len({person.profile_id for person in PEOPLE}) == len(PEOPLE)
    before = list(personas.planted(PEOPLE, SUBJECTS[0], ANCHOR))
    list(personas.planted(PEOPLE, SUBJECTS[1], ANCHOR))
    assert list(personas.planted(PEOPLE, SUBJECTS[0], ANCHOR)) == before


def test_ids_are_of_the_kind_that_is_made_by_hashing() -> None:
    assert PEOPLE[0].profile_id.version == 8
    assert PEOPLE[0].profile_id.variant == "specified in RFC 4122"


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda one: one.slug)
def test_every_film_has_some_viewers_and_none_has_all(subject: personas.Subject) -> None:
    seen = {persona.profile_id for persona, _ in personas.planted(PEOPLE, subject, ANCHOR)}
    assert 0.06 * len(PEOPLE) < len(seen) < 0.9 * len(PEOPLE)


def test_people_watch_what_they_like() -> None:
    for subject in (NATURE, MYSTERY):
        seen = {persona.name for persona, _ in personas.planted(PEOPLE, subject, ANCHOR)}
        own = fmean(person.likes(subject) for person in PEOPLE if person.name in seen)
        other = fmean(person.likes(subject) for person in PEOPLE if person.name not in seen)
        assert own > other + 0.1


def test_those_who_like_it_come_to_the_end_more_often() -> None:
    done: dict[bool, list[bool]] = {True: [], False: []}
    for subject in SUBJECTS:
        for persona, visit in personas.planted(PEOPLE, subject, ANCHOR):
            done[persona.likes(subject) > 0.6].append(visit.finished)
    assert fmean(done[True]) > fmean(done[False]) + 0.1
    assert 0.4 < fmean([*done[True], *done[False]]) < 0.95


def test_children_see_nothing_above_their_age() -> None:
    young = [person for person in PEOPLE if person.ceiling < 16]
    assert young
    assert not list(personas.planted(tuple(young), MYSTERY, ANCHOR))


def test_evenings_are_evenings_and_lie_in_the_past() -> None:
    hours = Counter[int]()
    for subject in SUBJECTS:
        for _, visit in personas.planted(PEOPLE, subject, ANCHOR):
            assert ANCHOR - timedelta(days=60) < visit.occurred_at <= ANCHOR
            hours[visit.occurred_at.hour] += 1
    evening = sum(count for hour, count in hours.items() if hour >= 17)
    assert evening > 0.9 * hours.total()


def test_episodes_are_watched_in_order() -> None:
    episodes = sorted(
        (one for one in SUBJECTS if one.series_slug), key=lambda subject: subject.place
    )
    assert len(episodes) == 3
    for person in PEOPLE:
        seen = [bool(personas.visits(person, episode, ANCHOR)) for episode in episodes]
        assert seen == sorted(seen, reverse=True)


def test_opinions_are_few_and_fit() -> None:
    given_out = [
        (person.likes(subject), personas.opinion(person, subject))
        for person in PEOPLE
        for subject in SUBJECTS
    ]
    thumbs = [(liked, one.thumb) for liked, one in given_out if one.thumb]
    assert 0.02 * len(given_out) < len(thumbs) < 0.4 * len(given_out)
    assert all((liked > 0.5) == (thumb == "up") for liked, thumb in thumbs)


@settings(max_examples=60, deadline=None)
@given(
    person=st.sampled_from(PEOPLE),
    slug=st.from_regex(r"[a-z]{1,12}", fullmatch=True),
    duration_s=st.floats(1, 10_000),
    anchor=st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 - made aware
)
def test_any_title_is_watched_plausibly(
    person: personas.Persona, slug: str, duration_s: float, anchor: datetime
) -> None:
    subject = personas.Subject(slug, ("Nature",), ("calm",), 0, duration_s)
    now = anchor.replace(tzinfo=UTC)
    found = personas.visits(person, subject, now)
    assert len(found) <= 2
    assert found == sorted(found, key=lambda visit: visit.occurred_at)
    for visit in found:
        assert 0 < visit.position_s <= duration_s
        assert visit.watched_s <= duration_s
        assert visit.occurred_at <= now


def test_every_film_makes_a_draft_that_the_catalogue_takes() -> None:
    for film in FILMS:
        draft = drafts.of_film(film)
        assert draft.slug == film.slug
        assert (draft.kind == "episode") == (film.series is not None)
        assert (draft.series_slug is None) == (film.series is None)
        assert draft.credits


def test_the_visitors_profile_hides_nothing() -> None:
    someone = PEOPLE[0]
    robin = personas.regular("Robin", someone.account_id, someone.profile_id, 18)
    assert all(personas.opinion(robin, subject).thumb != "down" for subject in SUBJECTS)
    watched = [visit for one in SUBJECTS for visit in personas.visits(robin, one, ANCHOR)]
    assert any(visit.finished for visit in watched)
    assert any(not visit.finished for visit in watched)
