"""Titles: made and changed by staff, read by viewers, each in a fixed number of queries."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections

from matinee.contracts.catalog import Credit, StudioPage, Title
from matinee.kernel import ids
from tests.catalog.conftest import Asker, announced, code_of, ready, tell

pytestmark = pytest.mark.django_db(databases=["catalog"])
CountQueries = Callable[..., Any]


def season_of(owner: Asker, count: int, name: str = "Harbour") -> tuple[Title, list[Title]]:
    """A series with published episodes."""
    series = owner.make(name, kind="series")
    episodes = [
        owner.make(f"Part {n}", kind="episode", series_slug=series.slug, credits=people(3))
        for n in range(count)
    ]
    tell(*(ready(episode.id) for episode in episodes))
    return series, episodes


def people(count: int) -> list[Credit]:
    return [Credit(name=f"Person {n}", role="cast") for n in range(count)]


def test_a_title_is_made_as_drafted(owner: Asker) -> None:
    title = owner.make(
        "The Lantern",
        tagline="It burns.",
        year=2024,
        maturity_age=12,
        language="de",
        genres=["Drama", "drama", "Night"],
        moods=["Quiet"],
        credits=[Credit(name="Ada", role="director"), Credit(name="Bo", role="cast")] * 2,
    )
    assert (title.slug, title.status, title.kind) == ("the-lantern", "draft", "film")
    assert (title.year, title.maturity_age, title.language) == (2024, 12, "de")
    assert title.genres == ["Drama", "Night"]
    assert [(c.name, c.role) for c in title.credits] == [("Ada", "director"), ("Bo", "cast")]
    assert title.play_title_id is None
    assert not announced("title.changed"), "a draft is nobody else's business"


def test_a_draft_with_an_id_may_come_again(owner: Asker) -> None:
    named = {"id": str(ids.uuid7()), "name": "Twice"}
    first, again = (owner.ask("POST", "studio/titles", named) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert json.loads(first.content)["id"] == named["id"]
    other = owner.ask("POST", "studio/titles", {**named, "name": "Another"})
    assert (other.status_code, code_of(other)) == (409, "id_taken")


def test_equal_names_get_addresses_of_their_own(owner: Asker) -> None:
    assert [owner.make("Storm").slug for _ in range(3)] == ["storm", "storm-2", "storm-3"]
    for _ in range(100):
        last = owner.make("Storm")
    assert last.slug == "storm-103"
    taken = owner.ask("POST", "studio/titles", {"name": "Other", "slug": "storm"})
    assert (taken.status_code, code_of(taken)) == (409, "slug_taken")
    like_an_id = {"name": "Other", "slug": str(ids.uuid7())}
    assert code_of(owner.ask("POST", "studio/titles", like_an_id)) == "slug_is_an_id"


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        ({"kind": "episode"}, "unknown_series"),
        ({"kind": "episode", "series_slug": "nowhere"}, "unknown_series"),
        ({"kind": "episode", "series_slug": "a-film"}, "unknown_series"),
        ({"kind": "film", "season": 1}, "not_an_episode"),
        ({"kind": "series", "series_slug": "a-film"}, "not_an_episode"),
        ({"year": 12}, "invalid"),
        ({"colour": "red"}, "invalid"),
        ({"credits": [{"name": "A", "role": "king"}]}, "invalid"),
    ],
)
def test_a_wrong_draft_is_refused(owner: Asker, draft: dict[str, Any], code: str) -> None:
    owner.make("A Film")
    answer = owner.ask("POST", "studio/titles", {"name": "X", **draft})
    assert (answer.status_code, code_of(answer)) == (422, code)


def test_episodes_continue_their_series(owner: Asker) -> None:
    series = owner.make("Harbour", kind="series")
    first, second = (
        owner.make(f"Part {n}", kind="episode", series_slug=series.slug) for n in (1, 2)
    )
    assert [(e.season, e.episode, e.series_id) for e in (first, second)] == [
        (1, 1, series.id),
        (1, 2, series.id),
    ]
    again = {"name": "X", "kind": "episode", "series_slug": series.slug, "episode": 2}
    answer = owner.ask("POST", "studio/titles", again)
    assert (answer.status_code, code_of(answer)) == (409, "episode_taken")


def test_only_what_is_named_changes(owner: Asker) -> None:
    title = owner.make("Before", year=2000, genres=["Drama"], credits=people(2))
    path = f"studio/titles/{title.id}"
    owner.ask("PATCH", path, {"name": "After", "tagline": None, "credits": []})
    after = owner.title(title.id)
    assert (after.name, after.year, after.genres, after.credits) == ("After", 2000, ["Drama"], [])
    assert after.slug == "before", "an address that was handed out stays"
    owner.ask("PATCH", path, {"year": None})
    assert owner.title(title.id).year is None
    assert owner.ask("PATCH", path, {"slug": "x"}).status_code == 422


def test_viewers_see_what_is_published_and_within_their_ceiling(
    owner: Asker, viewer: Asker
) -> None:
    draft = owner.make("Draft")
    grim = owner.make("Grim", maturity_age=16)
    tell(ready(grim.id))
    child = Asker(maturity_age=12)
    assert viewer.ask("GET", f"titles/{draft.id}").status_code == 404
    assert viewer.title("grim").id == grim.id
    for path in ("titles/grim", f"titles/{grim.id}"):
        answer = child.ask("GET", path)
        assert (answer.status_code, code_of(answer)) == (404, "unknown_title")
    editor = Asker(roles=("editor",), maturity_age=0)
    assert editor.title(draft.id).status == "draft"
    assert editor.title(grim.id).status == "published"


def test_cards_come_in_the_order_asked_for(owner: Asker, viewer: Asker) -> None:
    made = [owner.make(f"Film {n}", maturity_age=16 if n == 1 else 0) for n in range(4)]
    tell(*(ready(title.id) for title in made[:3]))
    asked = [made[2].id, made[1].id, made[0].id, made[3].id, ids.uuid7(), made[2].id]
    path = f"titles?ids={','.join(map(str, asked))}"
    cards = json.loads(viewer.ask("GET", path).content)
    assert [card["id"] for card in cards] == [str(made[n].id) for n in (2, 1, 0)]
    cards = json.loads(Asker(maturity_age=12).ask("GET", path).content)
    assert [card["id"] for card in cards] == [str(made[n].id) for n in (2, 0)]
    assert code_of(viewer.ask("GET", "titles?ids=1,2")) == "bad_id"
    many = ",".join(str(ids.uuid7()) for _ in range(101))
    assert code_of(viewer.ask("GET", f"titles?ids={many}")) == "too_many_ids"
    assert json.loads(viewer.ask("GET", "titles?ids=").content) == []


def test_a_series_is_published_with_its_first_episode(owner: Asker, viewer: Asker) -> None:
    series = owner.make("Harbour", kind="series")
    late = owner.make("Late", kind="episode", series_slug=series.slug, season=1, episode=3)
    early = owner.make("Early", kind="episode", series_slug=series.slug, season=1, episode=1)
    special = owner.make("Special", kind="episode", series_slug=series.slug, season=0)
    assert owner.title(series.id).status == "draft"
    tell(ready(special.id))
    assert viewer.title(series.id).play_title_id == special.id
    tell(ready(late.id))
    assert viewer.title(series.id).play_title_id == late.id
    assert viewer.title(late.id).next_episode_id == special.id
    tell(ready(early.id))
    shown = viewer.title(series.id)
    assert shown.play_title_id == early.id
    assert [season.number for season in shown.seasons] == [1, 0]
    assert [card.id for card in shown.seasons[0].episodes] == [early.id, late.id]
    assert (shown.duration_s, shown.height, shown.audio_languages) == (None, 720, ["en"])
    assert viewer.title(early.id).next_episode_id == late.id


def test_the_episode_before_is_announced_anew_when_its_next_appears(owner: Asker) -> None:
    series = owner.make("Harbour", kind="series")
    first, second = (
        owner.make(f"Part {n}", kind="episode", series_slug=series.slug) for n in (1, 2)
    )
    tell(ready(first.id))
    before = len(announced("title.changed"))
    tell(ready(second.id))
    told = {body["title"]["id"]: body["title"] for body in announced("title.changed")[before:]}
    assert set(told) == {str(series.id), str(first.id), str(second.id)}
    assert told[str(first.id)]["next_episode_id"] == str(second.id)


def test_episodes_above_the_ceiling_are_left_out(owner: Asker) -> None:
    series = owner.make("Harbour", kind="series")
    grim, mild = (
        owner.make(f"Age {age}", kind="episode", series_slug=series.slug, maturity_age=age)
        for age in (16, 6)
    )
    tell(ready(grim.id), ready(mild.id))
    shown = Asker(maturity_age=12).title(series.id)
    assert [card.id for season in shown.seasons for card in season.episodes] == [mild.id]
    assert shown.play_title_id == mild.id


def test_withdrawing_a_series_takes_its_episodes_along(owner: Asker, viewer: Asker) -> None:
    series, episodes = season_of(owner, 2)
    assert owner.ask("POST", f"studio/titles/{series.id}/withdraw").status_code == 200
    for one in (series, *episodes):
        assert viewer.ask("GET", f"titles/{one.id}").status_code == 404
        assert announced_status(one.id) == "withdrawn"
    answer = owner.ask("POST", f"studio/titles/{episodes[0].id}/publish")
    assert code_of(answer) == "series_withdrawn"
    owner.ask("POST", f"studio/titles/{series.id}/publish")
    for one in (series, *episodes):
        assert viewer.title(one.id).status == "published"
        assert announced_status(one.id) == "published"


def announced_status(title_id: UUID) -> str:
    last = [b for b in announced("title.changed") if b["title"]["id"] == str(title_id)][-1]
    return str(last["title"]["status"])


def test_withdrawing_the_only_episode_empties_the_series(owner: Asker, viewer: Asker) -> None:
    series, (episode,) = season_of(owner, 1)
    owner.ask("POST", f"studio/titles/{episode.id}/withdraw")
    assert viewer.ask("GET", f"titles/{series.id}").status_code == 404
    assert announced_status(series.id) == "draft"
    first_shown = owner.title(series.id).published_at
    owner.ask("POST", f"studio/titles/{episode.id}/publish")
    assert viewer.title(series.id).published_at == first_shown


def test_what_cannot_be_published_says_why(owner: Asker) -> None:
    film, series = owner.make("Film"), owner.make("Series", kind="series")
    for title in (film, series):
        answer = owner.ask("POST", f"studio/titles/{title.id}/publish")
        assert (answer.status_code, code_of(answer)) == (409, "not_playable_yet")


def test_a_title_is_removed_for_good(owner: Asker) -> None:
    title = owner.make("Gone")
    tell(ready(title.id))
    assert owner.ask("DELETE", f"studio/titles/{title.id}").status_code == 204
    assert owner.ask("GET", f"titles/{title.id}").status_code == 404
    assert [body["title_id"] for body in announced("title.removed")] == [str(title.id)]
    assert [body["title_id"] for body in announced("encode.cancelled")] == [str(title.id)]
    assert (
        announced("title.removed")[0]["occurred_at"] > announced("title.changed")[-1]["occurred_at"]
    )
    tell(ready(title.id))
    assert owner.ask("DELETE", f"studio/titles/{title.id}").status_code == 404


def test_a_series_goes_after_its_episodes(owner: Asker) -> None:
    series, (episode,) = season_of(owner, 1)
    answer = owner.ask("DELETE", f"studio/titles/{series.id}")
    assert (answer.status_code, code_of(answer)) == (409, "series_has_episodes")
    owner.ask("DELETE", f"studio/titles/{episode.id}")
    assert announced_status(series.id) == "draft"
    assert owner.ask("DELETE", f"studio/titles/{series.id}").status_code == 204


def test_the_list_is_paged_and_searched(owner: Asker) -> None:
    made = [owner.make(f"Film {n}") for n in range(53)]
    first = StudioPage.model_validate_json(owner.ask("GET", "studio/titles").content)
    assert [row.title.id for row in first.titles] == [t.id for t in reversed(made)][:50]
    rest = StudioPage.model_validate_json(
        owner.ask("GET", f"studio/titles?cursor={first.next}").content
    )
    assert [row.title.id for row in rest.titles] == [t.id for t in reversed(made)][50:]
    assert rest.next is None
    found = StudioPage.model_validate_json(owner.ask("GET", "studio/titles?q=FILM%2052").content)
    assert [row.title.name for row in found.titles] == ["Film 52"]
    assert owner.ask("GET", "studio/titles?cursor=x").status_code == 422


@pytest.mark.parametrize("count", [1, 12])
def test_the_number_of_queries_does_not_grow(
    owner: Asker, django_assert_num_queries: CountQueries, count: int
) -> None:
    database = connections["catalog"]
    series, episodes = season_of(owner, count)
    film = owner.make("Film", credits=people(count))
    tell(ready(film.id))
    cards = ",".join(str(title.id) for title in episodes)
    expected = {
        f"titles/{film.slug}": 4,
        f"titles/{series.slug}": 5,
        f"titles/{episodes[0].id}": 5,
        f"titles?ids={cards}": 1,
        "studio/titles": 1,
        "studio/titles?q=fil&kind=film&status=published": 1,
        f"studio/titles/{series.id}": 5,
    }
    for path, queries in expected.items():
        with django_assert_num_queries(queries, connection=database, info=path):
            assert owner.ask("GET", path).status_code == 200


@pytest.mark.parametrize("count", [2, 12])
def test_hearing_of_a_package_takes_as_many_queries_in_a_long_series(
    owner: Asker, django_assert_max_num_queries: CountQueries, count: int
) -> None:
    series, _ = season_of(owner, count)
    late = owner.make("Late", kind="episode", series_slug=series.slug)
    with django_assert_max_num_queries(26, connection=connections["catalog"]):
        tell(ready(late.id))
