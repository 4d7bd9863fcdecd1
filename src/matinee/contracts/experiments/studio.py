"""Experiments as the staff plan them, watch them and end them."""

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from matinee.contracts.experiments.variables import Layer, Settings, Variable, check_settings
from matinee.contracts.identity import printable
from matinee.contracts.message import Message, Request

ExperimentState = Literal["draft", "running", "ended"]
OutcomeName = Literal["watched_hours", "plays", "titles", "active_days"]
QualityName = Literal["startup_s", "rebuffer_ratio", "failed_share"]
Reading = Literal["too_few", "open", "more", "less"]

VARIANTS_MAX = 6
_SETTINGS_MAX = 22
_OUTCOME_HOURS_MAX = 14 * 24

_Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=80),
    AfterValidator(printable),
]
# Records can hold any text but that with a NUL in it.
_Text = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=500, pattern=r"^[^\x00]*$")
]


class VariantDraft(Request):
    """What some of the viewers are to be shown; `weight` is their part next to the others'."""

    name: _Name
    weight: Annotated[int, Field(ge=1, le=100)] = 1
    settings: Annotated[Settings, Field(max_length=_SETTINGS_MAX)] = Field(
        default={}, description="By name of variable; what is left out stays as usual"
    )


class Tolerances(Request):
    """How much worse than the first variant another may surely be before it is stopped."""

    startup_s: Annotated[float, Field(ge=0, le=10)] = 0.1
    rebuffer_ratio: Annotated[float, Field(ge=0, le=0.5)] = 0.002
    failed_share: Annotated[float, Field(ge=0, le=0.5)] = 0.005


class _Plan(Request):
    """What holds for an experiment before and after it has begun."""

    name: _Name
    hypothesis: _Text = ""
    layer: Layer
    share: Annotated[float, Field(ge=0.001, le=1)] = Field(
        default=1.0, description="Part of all profiles that takes part"
    )
    outcome: OutcomeName = Field(
        default="watched_hours", description="What decides; the others are shown beside it"
    )
    outcome_hours: Annotated[int, Field(ge=1, le=_OUTCOME_HOURS_MAX)] = Field(
        default=168, description="How long after somebody was first shown it what they do counts"
    )
    alpha: Annotated[float, Field(ge=0.001, le=0.2)] = Field(
        default=0.05, description="How often a difference may be claimed where there is none"
    )
    tolerances: Tolerances = Tolerances()


class ExperimentDraft(_Plan):
    """An experiment to make. The first variant is what the others are compared with."""

    variants: Annotated[list[VariantDraft], Field(min_length=2, max_length=VARIANTS_MAX)]

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        for one in self.variants:
            check_settings(self.layer, one.settings)
        names = [one.name.casefold() for one in self.variants]
        if len(set(names)) < len(names):
            msg = "two variants have the same name; give each its own"
            raise ValueError(msg)
        first, *others = (one.settings for one in self.variants)
        if any(settings == first for settings in others):
            msg = "a variant turns the same as the first; change something in it, or leave it out"
            raise ValueError(msg)
        return self


class Variant(VariantDraft):
    """A variant of an experiment; `key` names it for good. `stopped_why` is a sentence."""

    key: str
    stopped_at: datetime | None = None
    stopped_why: str = ""


class Experiment(_Plan):
    """An experiment as it stands."""

    id: UUID
    state: ExperimentState
    variants: list[Variant]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    ended_why: str


class Experiments(Message):
    """All experiments, the newest first, and how much of each layer is free."""

    experiments: list[Experiment]
    free: dict[Layer, float]
    adopted: Settings


class Estimate(Message):
    """What is known of a variant by one measure, beside the first variant.

    The difference lies within `low` and `high` at every look at once, with the experiment's
    certainty; None until enough profiles were counted. `reading` says what that means.
    """

    measure: str
    variant: str
    profiles: int
    mean: float | None
    difference: float | None
    low: float | None
    high: float | None
    reading: Reading


class Exposures(Message):
    """How many profiles were shown a variant, and of how many it is known what came of it."""

    variant: str
    shown: int
    counted: int


class Look(Message):
    """The estimates of the measure that decides, as they were at a moment."""

    at: datetime
    estimates: list[Estimate]


class ExperimentReport(Message):
    """An experiment and all that is known of it now.

    `lopsided` says that profiles did not fall to the variants as they should have: then
    something is broken, and no estimate means anything.
    """

    experiment: Experiment
    exposures: list[Exposures]
    estimates: list[Estimate]
    looks: list[Look]
    lopsided: bool


class Measure(Message):
    """What is counted of each profile: its definition, and which direction is better."""

    name: str
    label: str
    sentence: str
    unit: str
    is_guard: bool = Field(description="Whether a variant is stopped that is surely worse")
    better: Literal["more", "less"]


class ExperimentTables(Message):
    """What can be varied, and what is measured."""

    variables: list[Variable]
    measures: list[Measure]


class Adoption(Request):
    """Which variant everybody is to be shown from now on."""

    variant: Annotated[str, StringConstraints(pattern=r"^[a-f]$")]
