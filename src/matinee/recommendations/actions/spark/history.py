"""The whole history as a Spark frame, read slice by slice where it lies.

Each executor asks the database for the facts of its own range of profiles, so the history passes
through no single machine. A profile is a number in it, given in the order of ids.
"""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections
from django.db.models import QuerySet
from pyspark.sql import DataFrame, SparkSession

from matinee.recommendations.actions.spark.reading import (
    SCHEMA,
    Question,
    Slice,
    Source,
    reader,
)
from matinee.recommendations.models import Viewer
from matinee.recommendations.queries.plays import READ_AT_ONCE, entry_rows, play_rows, thumb_rows
from matinee.recommendations.rules.catalogue import Catalogue

# So many profiles are read at once: some 100,000 plays.
VIEWERS_A_SLICE = 2_000
_DATABASE = "recommendations"


def history(spark: SparkSession, catalogue: Catalogue, until_s: float) -> DataFrame:
    """One row for each pair of viewer and item, as they were known at a moment."""
    slices = _slices(datetime.fromtimestamp(until_s, UTC))
    context = spark.sparkContext
    source = Source(_reach(), context.broadcast(dict(catalogue.index)), until_s)
    numbers = context.parallelize(range(len(slices)), max(len(slices), 1))
    rows = numbers.flatMap(reader(slices, source))
    return spark.createDataFrame(rows, SCHEMA, verifySchema=False)


def _slices(until: datetime) -> list[Slice]:
    """Ranges of profiles, each with its questions."""
    ids = Viewer.objects.order_by("profile_id").values_list("profile_id", flat=True)
    numbered = enumerate(ids.iterator(READ_AT_ONCE))
    lows = [one for number, one in numbered if number % VIEWERS_A_SLICE == 0]
    highs = [*lows[1:], None]
    return [
        Slice(
            plays=_asked(play_rows().filter(watched_at__lte=until), low, high),
            thumbs=_asked(thumb_rows().filter(as_of__lte=until), low, high),
            entries=_asked(entry_rows().filter(as_of__lte=until), low, high),
            profiles=_asked(Viewer.objects.values_list("profile_id"), low, high),
            first=number * VIEWERS_A_SLICE,
        )
        for number, (low, high) in enumerate(zip(lows, highs, strict=True))
    ]


def _asked(rows: QuerySet[Any, Any], low: UUID, high: UUID | None) -> Question:
    """The question for the rows of a range of profiles, by profile."""
    own = rows.filter(profile_id__gte=low).order_by("profile_id")
    if high is not None:
        own = own.filter(profile_id__lt=high)
    text, values = own.query.get_compiler(using=_DATABASE).as_sql()
    return text, tuple(values)


def _reach() -> dict[str, Any]:
    """What psycopg needs to reach the database of recommendations."""
    params = connections[_DATABASE].get_connection_params()
    names = ("dbname", "user", "password", "host", "port", "connect_timeout")
    return {name: params[name] for name in names if name in params}
