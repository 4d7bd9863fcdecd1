"""Spark in local mode learns what a worker does; needs the extra `spark` and Java 17."""

import random
import shutil
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from matinee.kernel import clock
from matinee.kernel.ids import uuid7
from matinee.recommendations import settings
from matinee.recommendations.actions.fits import models_fit
from matinee.recommendations.models import ListEntry, Play, Thumb, Viewer
from matinee.recommendations.queries import fits, plays, trainings
from matinee.recommendations.queries.catalogue import whole
from matinee.recommendations.rules.candidates.popularity import DAY_S, DecayedPopularity
from tests.recommendations import builders

pytest.importorskip("pyspark", reason="bin/test has no Spark: install requirements/spark.txt")
if shutil.which("java") is None:
    pytest.skip("there is no Java", allow_module_level=True)

from matinee.recommendations.actions.spark import history, learning, session

pytestmark = [
    pytest.mark.django_db(databases=["recommendations"], transaction=True),
    # py4j leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]

TITLES, VIEWERS = 30, 40
PROFILES = sorted(uuid7() for _ in range(VIEWERS))


@pytest.fixture(autouse=True)
def _watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Even viewers like even titles, the others odd ones; small slices and few blocks."""
    monkeypatch.setattr(history, "VIEWERS_A_SLICE", 15)
    monkeypatch.setattr(learning, "BLOCKS", 2)
    now = clock.now()
    for number in range(TITLES):
        builders.tell(builders.title_changed(builders.title(number), now - timedelta(days=90)))
    Viewer.objects.bulk_create(Viewer(profile_id=one, changed_at=now) for one in PROFILES)
    chance = random.Random(1)  # noqa: S311 - an order, not a secret
    Play.objects.bulk_create(
        play(profile_id, 2 * place + viewer % 2, days=1 + chance.random() * 40)
        for viewer, profile_id in enumerate(PROFILES)
        for place in chance.sample(range(TITLES // 2), 8)
    )
    own = {"profile_id": PROFILES[3], "as_of": now}
    Thumb.objects.create(title_id=builders.title_id(28), value="up", **own)
    Thumb.objects.create(title_id=builders.title_id(1), value="down", **own)
    ListEntry.objects.create(title_id=builders.title_id(29), listed=True, **own)
    yield
    settings.get.cache_clear()


def play(profile_id: UUID, number: int, days: float) -> Play:
    at = clock.now() - timedelta(days=days)
    return Play(
        profile_id=profile_id,
        title_id=builders.title_id(number),
        position_s=60,
        duration_s=100,
        finished=False,
        watched_at=at,
    )


def test_spark_reads_and_counts_what_a_worker_does() -> None:
    now, catalogue = clock.now(), whole()
    expected = plays.collected(catalogue, now).plays
    half_life_s = 21 * DAY_S
    with session.opened("local[2]", 512) as spark:
        frame = history.history(spark, catalogue, now.timestamp())
        rows = sorted(
            (row["item"], row["weight"], row["at_s"], row["viewer"]) for row in frame.collect()
        )
        found = learning.learnt(frame, len(catalogue), now.timestamp(), (half_life_s,))
    same = zip(expected.items, expected.weights, expected.watched_at_s, strict=True)
    assert [row[:3] for row in rows] == sorted(
        (int(item), float(weight), float(at_s)) for item, weight, at_s in same
    )
    assert {row[3] for row in rows} == set(range(VIEWERS)), "each profile has a number of its own"
    counted = DecayedPopularity(half_life_s).fit(catalogue, expected).state()["scores"]
    assert found.popularity[half_life_s] == pytest.approx(counted, rel=1e-5)
    summed = np.bincount(expected.items, weights=expected.weights, minlength=TITLES)
    assert found.watched == pytest.approx(summed, rel=1e-5)
    unit = found.factors / np.linalg.norm(found.factors, axis=1, keepdims=True)
    alike = unit @ unit.T
    kinds = np.arange(TITLES) % 2
    same_kind = kinds[:, None] == kinds[None, :]
    assert alike[same_kind].mean() > 0.3
    assert abs(alike[~same_kind].mean()) < 0.1


def test_a_training_takes_what_spark_learnt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_RECOMMENDATIONS_SPARK", "local[2]")
    monkeypatch.setenv("MATINEE_RECOMMENDATIONS_SPARK_MEMORY_MB", "512")
    settings.get.cache_clear()
    version = models_fit()
    assert version is not None
    report = trainings.training(version)
    assert report.in_service, report.verdict
    assert report.report.data is not None
    assert report.report.data.settings["spark"] == "local[2]"
    stored = fits.in_service()
    assert stored is not None
    assert stored.arrays["als.factors"].shape == (TITLES, learning.FACTORS)
    assert np.isfinite(stored.models(whole()).als.factors).all()
