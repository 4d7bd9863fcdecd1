"""Pictures and heroes: chosen, logged as chosen, learnt from, judged, and only then let on."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pytest
from werkzeug.test import TestResponse

from matinee.contracts.catalog import Artwork
from matinee.contracts.events import HistoryErased
from matinee.contracts.policies import Policies
from matinee.contracts.recommendations import SearchPage, SimilarPage
from matinee.kernel import clock
from matinee.kernel.http import flask_edge
from matinee.kernel.ids import uuid7
from matinee.kernel.tokens import Caller
from matinee.recommendations import settings
from matinee.recommendations.actions.policies import policies_learn, policy_learn
from matinee.recommendations.api import app
from matinee.recommendations.models import Impression, Policy
from matinee.recommendations.queries.knowledge import held
from matinee.recommendations.rules.bandit import artwork, hero
from matinee.recommendations.rules.impressions import day_of
from tests.recommendations import builders
from tests.recommendations.viewer import Viewer, pictures_of, pictures_on

pytestmark = pytest.mark.django_db(databases=["recommendations"])

Table = npt.NDArray[np.float64]

LOOKS = 3
TITLES = 12


def look(number: int, place: int) -> Artwork:
    return Artwork(poster=f"/artwork/{number}-{place}.jpg", backdrop=f"/artwork/{number}-b.jpg")


@pytest.fixture
def stock() -> None:
    """Twelve films of two genres, with three pictures each."""
    for number in range(TITLES):
        one = builders.title(
            number,
            genres=["Romance", "Adventure"],
            artwork=look(number, 0),
            pictures=[look(number, place) for place in range(1, LOOKS)],
        )
        builders.tell(builders.title_changed(one))


@pytest.fixture
def explore(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Set how much is explored, in a process that starts anew."""

    def set_to(artwork_explored: float, hero_explored: float = 0.1) -> None:
        chosen = {"artwork_explored": artwork_explored, "hero_explored": hero_explored}
        monkeypatch.setattr(settings, "get", lambda: settings.Settings().model_copy(update=chosen))
        held.forget()

    return set_to


def default_share(viewers: int) -> float:
    """How often a title is shown with its own picture, over many new viewers."""
    shown = Counter(
        poster is not None and poster.endswith("-0.jpg")
        for _ in range(viewers)
        for posters in pictures_of(Viewer().page()).values()
        for poster in posters
    )
    return shown[True] / shown.total()


@pytest.mark.usefixtures("stock")
def test_a_title_has_one_picture_all_day() -> None:
    viewer = Viewer()
    first, again = pictures_of(viewer.page()), pictures_of(viewer.page())
    assert first == again
    assert {len(posters) for posters in first.values()} == {1}
    others = [pictures_of(Viewer().page()) for _ in range(5)]
    assert any(other != first for other in others)
    assert any(pictures_on(day, viewer) != first for day in range(1, 31))


@pytest.mark.usefixtures("stock")
def test_pictures_are_the_same_elsewhere() -> None:
    viewer = Viewer()
    own = pictures_of(viewer.page())
    found = SearchPage.model_validate_json(viewer.get("/search?q=film")).cards
    alike = SimilarPage.model_validate_json(
        viewer.get(f"/titles/{builders.title_id(0)}/similar")
    ).cards
    assert len(found) == TITLES
    assert alike
    assert all({card.artwork.poster} == own[card.id] for card in [*found, *alike])


@pytest.mark.usefixtures("stock")
def test_exploration_is_as_bounded_as_the_operator_wants(explore: Callable[..., None]) -> None:
    explore(0.3)
    # The default keeps its even share of what is explored, too.
    assert default_share(40) == pytest.approx(0.7 + 0.3 / LOOKS, abs=0.06)
    explore(0.0, 0.0)
    assert default_share(3) == 1.0
    page = Viewer().page()
    assert page.hero is not None
    assert not page.hero.pick
    assert not any(row.picks for row in page.rows)


@pytest.mark.usefixtures("stock")
def test_what_was_chosen_comes_back_with_what_was_seen() -> None:
    viewer = Viewer()
    page = viewer.page()
    viewer.report(page)
    rows = Impression.objects.filter(profile_id=viewer.profile_id, slot="card")
    shown = {title_id: next(iter(posters)) for title_id, posters in pictures_of(page).items()}
    assert rows.count() == len({card.id for row in page.rows for card in row.cards})
    for row in rows:
        number = row.title_id.int - 1
        assert shown[row.title_id] == look(number, row.arm or 0).poster
        # The default has 0.8 and a third of what is explored, the others a third each.
        expected = 0.8 + 0.2 / 3 if row.arm == 0 else 0.2 / 3
        assert row.propensity == pytest.approx(expected, abs=0.005)
        assert (row.policy, row.context) == (0, bytes(3))
    [opening] = Impression.objects.filter(profile_id=viewer.profile_id, slot="hero")
    assert page.hero is not None
    assert opening.title_id == page.hero.card.id
    assert opening.propensity is not None
    assert opening.propensity > 0
    assert len(opening.context or b"") == 8 * hero.FEATURES


@pytest.mark.usefixtures("stock")
def test_anothers_picks_are_not_believed() -> None:
    other = Viewer().page()
    viewer = Viewer()
    page = viewer.page()
    assert other.hero is not None
    viewer.report(page, picks=[row.picks for row in other.rows], hero_pick=other.hero.pick)
    rows = Impression.objects.filter(profile_id=viewer.profile_id)
    assert rows.exists()
    assert not rows.exclude(policy=None).exists()


def lived(chances: Table, people: int = 100, days: int = 4) -> None:
    """Days of people who saw pages and took what they liked, as `chances` (title, arm) say."""
    random = np.random.default_rng(1)
    dresser = held.current().policies.dresser
    told = np.zeros((TITLES, artwork.GENRES), dtype=np.uint8)
    probable = dresser.probabilities(np.arange(TITLES, dtype=np.int32), told)
    shape = (people, days, TITLES)
    points = random.random((*shape, 1))
    arms = (probable.cumsum(axis=1) <= points).sum(axis=-1).clip(max=LOOKS - 1)
    taken = random.random(shape) < chances[np.arange(TITLES), arms]
    profiles = [uuid7() for _ in range(people)]
    start = clock.now() - timedelta(days=days + 1)
    rows = []
    for person, day, item in np.ndindex(*shape):
        at = start + timedelta(days=day, minutes=person)
        row = seen_card(profiles[person], item, at)
        row.arm = int(arms[person, day, item])
        row.propensity = float(probable[item, row.arm])
        row.policy, row.among = dresser.version, int(dresser.pictures.among[item])
        row.context = bytes(artwork.GENRES)
        row.taken_at = at if taken[person, day, item] else None
        rows.append(row)
    Impression.objects.bulk_create(rows)


def seen_card(profile_id: UUID, item: int, at: datetime) -> Impression:
    values: dict[str, Any] = {"slot": "card", "row": "for_you", "line": 0, "place": 0}
    return Impression(
        profile_id=profile_id,
        title_id=builders.title_id(item),
        day=day_of(at),
        first_at=at,
        last_at=at,
        begun=False,
        **values,
    )


def liking(best: int, much: float = 0.3, little: float = 0.05) -> Table:
    chances = np.full((TITLES, 4), little)
    chances[:, best] = much
    return chances


@pytest.mark.usefixtures("stock")
def test_a_picture_that_is_taken_more_is_shown_more_once_it_was_judged() -> None:
    assert policy_learn("card") is None
    lived(liking(best=2))
    made = policy_learn("card")
    assert made is not None
    assert made.state == "served", made.report
    estimates = made.report["estimates"]
    assert estimates["gain"]["low"] > 0
    shown = Counter(
        poster
        for _ in range(10)
        for posters in pictures_of(Viewer().page()).values()
        for poster in posters
    )
    best = sum(count for poster, count in shown.items() if str(poster).endswith("-2.jpg"))
    assert best / shown.total() > 0.75
    viewer = Viewer()
    viewer.report(viewer.page())
    rows = Impression.objects.filter(profile_id=viewer.profile_id, slot="card")
    assert set(rows.values_list("policy", flat=True)) == {made.version}


@pytest.mark.usefixtures("stock")
def test_pictures_that_make_no_difference_change_nothing() -> None:
    lived(np.full((TITLES, 4), 0.1))
    made = policy_learn("card")
    assert made is not None
    assert (made.state, made.body) == ("held_back", None)
    assert default_share(20) == pytest.approx(0.8 + 0.2 / LOOKS, abs=0.06)


@pytest.mark.usefixtures("stock")
def test_a_policy_that_turns_out_bad_is_withdrawn() -> None:
    lived(liking(best=2))
    policies_learn()
    held.forget()
    Impression.objects.all().delete()
    lived(liking(best=0))
    made = policy_learn("card")
    assert made is not None
    assert made.report["verdict"] == "withdraw"
    assert not Policy.objects.filter(state="served").exists()
    assert list(Policy.objects.filter(state="withdrawn").values_list("body", flat=True)) == [None]
    assert default_share(20) == pytest.approx(0.8 + 0.2 / LOOKS, abs=0.06)


@pytest.mark.usefixtures("stock")
def test_heroes_are_learnt_from_what_was_logged() -> None:
    for _ in range(3):
        viewer = Viewer()
        viewer.report(viewer.page())
    Impression.objects.update(last_at=clock.now() - timedelta(days=1))
    made = policy_learn("hero")
    assert made is not None
    assert made.report["decisions"] == 3
    assert (made.state, "too few" in made.report["why"]) == ("held_back", True)


@pytest.mark.usefixtures("stock")
def test_what_was_learnt_from_erased_history_does_not_stay() -> None:
    lived(liking(best=2))
    policies_learn()
    Impression.objects.all().delete()
    days = timedelta(days=settings.get().forget_within_days)
    with clock.shifted(days + timedelta(days=1)):
        policies_learn()
        assert Policy.objects.filter(state="served").exists(), "nobody wanted anything forgotten"
        builders.tell(HistoryErased(profile_id=uuid7(), title_id=None, until=clock.now()))
        policies_learn()
    assert not Policy.objects.filter(state="served").exists()


def staff(method: str, path: str, *roles: str) -> TestResponse:
    token, _ = flask_edge.access_tokens().issue(
        Caller(uuid7(), uuid7(), None, 18, frozenset(roles))
    )
    headers = {"Authorization": f"Bearer {token}"}
    address = f"/api/recommendations{path}"
    return app.test_client().open(address, method=method, headers=headers)


@pytest.mark.usefixtures("stock")
def test_operators_see_what_was_learnt_and_can_withdraw_it() -> None:
    lived(liking(best=2))
    policies_learn()
    assert staff("GET", "/policies", "support").status_code == 403
    [row] = Policies.model_validate_json(staff("GET", "/policies", "analyst").data).policies
    assert (row.slot, row.state, row.beside, row.decisions) == ("card", "served", 0, 4_800)
    assert row.estimates["gain"].low > 0
    assert staff("DELETE", "/policies/card", "analyst").status_code == 403
    assert staff("DELETE", "/policies/wall", "owner").status_code == 422
    assert staff("DELETE", "/policies/card", "owner").status_code == 204
    assert default_share(10) == pytest.approx(0.8 + 0.2 / LOOKS, abs=0.08)
    again = staff("DELETE", "/policies/card", "owner")
    assert (again.status_code, again.get_json()["code"]) == (404, "default_served")
