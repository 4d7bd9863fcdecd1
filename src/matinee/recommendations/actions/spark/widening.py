"""Puts what Spark learnt from the whole history in the place of what a worker did from a part."""

import numpy as np

from matinee.recommendations import settings
from matinee.recommendations.actions.spark.history import history
from matinee.recommendations.actions.spark.learning import learnt
from matinee.recommendations.actions.spark.session import opened
from matinee.recommendations.rules.blend import Models
from matinee.recommendations.rules.catalogue import Catalogue


def widened(models: Models, catalogue: Catalogue, until_s: float) -> Models:
    """The models with ALS and popularity from all that was known at a moment."""
    own = settings.get()
    counts = (models.days, models.weeks)
    half_lives_s = tuple(model.half_life_s for model in counts)
    with opened(own.spark, own.spark_memory_mb) as spark:
        found = learnt(history(spark, catalogue, until_s), len(catalogue), until_s, half_lives_s)
    every = np.arange(len(catalogue), dtype=np.int32)
    models.als.settle(catalogue, found.factors, found.watched)
    for model in counts:
        model.restore({"scores": found.popularity[model.half_life_s]}, every)
    return models
