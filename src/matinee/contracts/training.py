"""Messages of `recommendations` for operators: what a training found, decided and learnt from."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from matinee.contracts.message import Message, Request

TrainingState = Literal["running", "published", "held_back", "refused", "failed", "withdrawn"]
"""Held back: worse than what is in service, or publishing is paused; refused: the data are wrong;
withdrawn: was published and rolled back from."""
CheckOutcome = Literal["well", "note", "stop"]


class DataCheck(Message):
    """What one look at the data came to; `stop` keeps a training from going on."""

    name: str
    outcome: CheckOutcome
    sentence: str


class TrainingData(Message):
    """What a fit was made from: enough to tell whether two fits had the same data."""

    digest: str = Field(description="SHA-256 of every play that was learnt from, as hexadecimal")
    viewers: int
    titles: int
    plays: int
    from_at: datetime | None
    until_at: datetime | None
    settings: dict[str, float | int | str | bool]


class CurvePoint(Message):
    """How much of what was watched later stood among the first `length` titles."""

    length: int
    ndcg: float
    recall: float


class DayPoint(Message):
    """Recall among the first 20 of what was watched on the day so many days after the cut."""

    day: int
    plays: int
    recall: float


class Marks(Message):
    """How well one contender foretold what viewers watched after the cut.

    Means over viewers, `ndcg_10_error` the standard error of that mean; `coverage_20` is the share
    of titles that anybody was offered among their first 20, `novelty_bits` the mean of
    -log2(share of viewers who had watched it) of these.
    """

    contender: str
    viewers: int
    ndcg_10: float
    ndcg_10_error: float
    ndcg_100: float
    recall_20: float
    coverage_20: float
    novelty_bits: float
    curve: list[CurvePoint]
    days: list[DayPoint]


class Comparison(Message):
    """The new fit's NDCG@10 less that of the one in service, viewer by viewer; 95 % interval."""

    against: str
    viewers: int
    difference: float
    low: float
    high: float
    is_worse: bool


class StageTime(Message):
    """How long a stage of a training took."""

    stage: str
    wall_s: float
    cpu_s: float


class TrainingReport(Message):
    """What a training found out; the first of `marks` are the new fit's."""

    verdict: str
    data: TrainingData | None
    checks: list[DataCheck]
    cut_at: datetime | None
    marks: list[Marks]
    comparison: Comparison | None
    new_titles: int = Field(description="Plays after the cut of titles that were not there before")
    stages: list[StageTime]


class TrainingRow(Message):
    """One training in a list."""

    version: int
    state: TrainingState
    in_service: bool
    can_return: bool = Field(description="Whether it can be rolled back to")
    started_at: datetime
    duration_s: float
    plays: int
    ndcg_10: float | None
    verdict: str


class Training(TrainingRow):
    """One training with its whole report."""

    published_at: datetime | None
    report: TrainingReport


class Trainings(Message):
    """The newest trainings, newest first; `held_since` is set while publishing is paused."""

    trainings: list[TrainingRow]
    held_since: datetime | None


class TrainingOrder(Request):
    """Train now; `even_if_worse` publishes whatever checks and comparison say."""

    even_if_worse: bool = False


class RollBackOrder(Request):
    """Put an earlier fit in service again: the one before, or the one that is named."""

    version: int | None = Field(default=None, ge=1)
