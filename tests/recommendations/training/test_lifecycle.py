"""A training from the plays in the database to what pages are made with, and back."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from matinee.contracts.events import HistoryErased
from matinee.contracts.training import Training
from matinee.kernel import clock
from matinee.kernel.databases import second_connection
from matinee.kernel.ids import uuid7
from matinee.kernel.problems import Conflict, NotFound
from matinee.recommendations.actions import fits as training
from matinee.recommendations.actions.fits import models_fit
from matinee.recommendations.actions.publishing import fits_roll_back, publishing_resume
from matinee.recommendations.models import Fit, ListEntry, Play, Thumb
from matinee.recommendations.queries import fits, plays, trainings
from matinee.recommendations.queries.catalogue import whole
from matinee.recommendations.queries.knowledge import held
from matinee.recommendations.rules.blend import Models
from tests.recommendations import builders

pytestmark = pytest.mark.django_db(databases=["recommendations"])

TITLES, VIEWERS = 40, 60

DAY = timedelta(days=1)
PROFILES = [uuid7() for _ in range(VIEWERS)]


@pytest.fixture(autouse=True)
def _stocked() -> None:
    """Forty titles; the viewers with even numbers like the even ones, the others the odd ones."""
    long_ago = clock.now() - 200 * DAY
    for number in range(TITLES):
        one = builders.title(number, published_at=long_ago, genres=[], moods=[])
        builders.tell(builders.title_changed(one, long_ago))


def watch(first: int, last: int, *, since: datetime, days: float) -> None:
    """Everybody watches their favourites from the first to the last, evenly over some days."""
    rows = []
    for viewer, profile_id in enumerate(PROFILES):
        order = random.Random(viewer).sample(range(TITLES // 2), TITLES // 2)  # noqa: S311
        for place in range(first, last):
            number = 2 * order[place] + viewer % 2
            at = since + days * DAY * (place - first + viewer / VIEWERS) / (last - first)
            rows.append(whole_play(profile_id, number, at))
    Play.objects.bulk_create(rows)


def whole_play(profile_id: UUID, number: int, at: datetime) -> Play:
    return Play(
        profile_id=profile_id,
        title_id=builders.title_id(number),
        position_s=100,
        duration_s=100,
        finished=True,
        finished_at=at,
        watched_at=at,
    )


def trained(**options: bool) -> Training:
    version = models_fit(even_if_fresh=True, **options)
    assert version is not None
    return trainings.training(version)


@pytest.fixture
def later() -> Iterator[Training]:
    """A fit in service, and five days in which everybody went on watching."""
    watch(0, 10, since=clock.now() - 30 * DAY, days=29)
    first = trained()
    with clock.shifted(5 * DAY):
        watch(10, 14, since=clock.now() - 5 * DAY, days=4.9)
        yield first


def test_the_first_training_is_published_and_says_what_it_was_made_from() -> None:
    watch(0, 10, since=clock.now() - 30 * DAY, days=29)
    first = trained()
    assert (first.state, first.in_service) == ("published", True)
    assert first.report.data is not None
    assert (first.report.data.plays, first.report.data.viewers) == (600, VIEWERS)
    assert first.report.data.settings["fit_plays_max"] == 2_000_000
    assert {check.outcome for check in first.report.checks} == {"well"}
    assert first.report.comparison is None
    names = ["reading", "checking", "judging", "fitting", "keeping"]
    assert [stage.stage for stage in first.report.stages] == names[: len(first.report.stages)]
    new, popular = first.report.marks
    assert new.ndcg_10 > 2 * popular.ndcg_10 > 0, "it learnt who likes what"
    assert held.current().numbers.fit == first.version


def test_the_same_plays_have_the_same_digest() -> None:
    watch(0, 3, since=clock.now() - 9 * DAY, days=5)
    digests = [one.report.data.digest for one in (trained(), trained()) if one.report.data]
    assert len(set(digests)) == 1
    Play.objects.filter(profile_id=PROFILES[0]).first().delete()  # type: ignore[union-attr]
    changed = trained().report.data
    assert changed is not None
    assert changed.digest not in digests


def test_a_new_fit_is_compared_with_the_one_that_was_served(later: Training) -> None:
    new = trained()
    assert new.state == "published"
    assert new.report.comparison is not None
    assert new.report.comparison.against == f"training {later.version}"
    assert new.report.comparison.viewers == VIEWERS
    assert new.report.comparison.difference == 0, "the same data until the cut, the same models"
    assert new.report.cut_at == later.started_at
    assert new.report.marks[0].contender == "new"
    assert sum(day.plays for day in new.report.marks[0].days) == 4 * VIEWERS


def test_a_worse_fit_is_held_back(later: Training) -> None:
    for profile_id in PROFILES[1::2]:
        lost = Play.objects.filter(profile_id=profile_id, watched_at__lt=later.started_at)
        lost.exclude(pk__in=lost.values("pk")[:1]).delete()
    new = trained()
    assert new.state == "held_back"
    assert new.report.comparison is not None
    assert new.report.comparison.high < 0
    assert held.current().numbers.fit == later.version
    ordered = trained(even_if_worse=True)
    assert (ordered.state, held.current().numbers.fit) == ("published", ordered.version)


def test_wrong_data_are_refused(later: Training) -> None:
    watch(14, 20, since=clock.now() - 0.1 * DAY, days=0.1)
    whole_data = trained()
    kept = Play.objects.order_by("watched_at").values("pk")[:500]
    Play.objects.exclude(pk__in=kept).delete()
    refused = trained()
    assert refused.state == "refused"
    assert "1,200" in refused.verdict
    assert refused.report.marks == []
    assert held.current().numbers.fit == whole_data.version > later.version


def test_roll_back_and_resume(later: Training) -> None:
    second = trained()
    assert fits_roll_back().version == later.version
    assert held.current().numbers.fit == later.version
    assert trainings.training(second.version).state == "withdrawn"
    paused = trained()
    assert paused.state == "held_back"
    assert "resume" in paused.verdict
    assert held.current().numbers.fit == later.version
    publishing_resume()
    assert trained().in_service


def test_what_cannot_be_rolled_back_to_is_told(later: Training) -> None:
    with pytest.raises(Conflict, match="no earlier fit"):
        fits_roll_back()
    with pytest.raises(NotFound, match="no training 99"):
        fits_roll_back(99)
    with pytest.raises(Conflict, match="in service already"):
        fits_roll_back(later.version)
    newer = trained()
    fits_roll_back(later.version)
    with pytest.raises(Conflict, match=f"Training {newer.version} cannot"):
        fits_roll_back(newer.version)


def test_erased_history_is_out_within_its_days_even_if_that_is_worse(later: Training) -> None:
    newer = trained()
    fits_roll_back(later.version)
    now = clock.now()
    builders.tell(HistoryErased(profile_id=PROFILES[0], title_id=None, until=now, occurred_at=now))
    assert trained().state == "held_back"
    with clock.shifted(9 * DAY):
        forced = trained()
    assert (forced.state, forced.in_service) == ("published", True)
    assert "erased" in forced.verdict
    kept = Fit.objects.filter(body__isnull=False).values_list("version", flat=True)
    assert set(kept) == {forced.version}, f"{later.version} and {newer.version} know it"


def test_what_goes_wrong_stands_in_the_report(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ArithmeticError("no solution")

    monkeypatch.setattr(Models, "fit", fail)
    monkeypatch.setattr(fits, "format_name", lambda: "as ever")
    with pytest.raises(ArithmeticError):
        models_fit()
    monkeypatch.undo()
    (row,) = trainings.newest().trainings
    assert row.state == "failed"
    assert "no solution" in row.verdict
    Fit.objects.update(format=fits.format_name())
    assert models_fit() is None, "it is tried again in a while, not at once"
    with clock.shifted(timedelta(minutes=6)):
        assert models_fit() == row.version + 1


def test_a_training_whose_worker_ended_is_told_as_such() -> None:
    Fit.objects.create(version=7, started_at=clock.now(), catalogue_version=1)
    assert trained().version == 8
    assert trainings.training(7).state == "failed"
    assert "Broken off" in trainings.training(7).verdict


def test_only_one_trains_at_a_time() -> None:
    with second_connection("recommendations") as other:
        other.execute("SELECT pg_advisory_lock(%s)", (training._LOCK,))
        assert models_fit(even_if_fresh=True) is None
    assert models_fit(even_if_fresh=True) is not None


def test_thumbs_and_lists_are_learnt_from() -> None:
    one, two, three = PROFILES[:3]
    now = clock.now()
    Play.objects.bulk_create([whole_play(one, 0, now), whole_play(two, 1, now)])
    Thumb.objects.create(profile_id=one, title_id=builders.title_id(0), value="down", as_of=now)
    Thumb.objects.create(profile_id=two, title_id=builders.title_id(2), value="up", as_of=now)
    ListEntry.objects.create(
        profile_id=three, title_id=builders.title_id(3), listed=True, as_of=now
    )
    found = plays.collected(whole(), now).plays
    weights = dict(zip(found.items.tolist(), found.weights.tolist(), strict=True))
    assert weights == {1: 1.0, 2: 0.5, 3: pytest.approx(0.4)}


def test_a_fit_of_another_release_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    trained()
    monkeypatch.setattr(fits, "format_name", lambda: "another")
    assert fits.in_service() is None
    assert fits.is_stale(clock.now(), 1, 3600), "so it is time for one of this release"


def test_a_missing_extra_is_told_with_its_remedy() -> None:
    with pytest.raises(training.MissingExtraError, match=r"install -r requirements/spark\.txt"):
        training._extra("spark", "pyspark_that_nobody_has")


def test_a_roll_back_while_a_training_goes_on_is_kept(
    later: Training, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained()
    pack = fits.packed

    def packed_meanwhile(*known: Any) -> bytes:
        fits_roll_back()
        return pack(*known)

    monkeypatch.setattr(fits, "packed", packed_meanwhile)
    late = trained()
    assert late.state == "held_back"
    assert "meanwhile" in late.verdict
    assert held.current().numbers.fit == later.version
