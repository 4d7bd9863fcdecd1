"""What an operator may say of how many copies run."""

from functools import lru_cache
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.run import services
from matinee.run.scaling.rules.wanted import Bounds

WEB, WORKER, ENCODER = "web", "worker", "encoder"
ROLES = (WEB, *services.WITH_API, WORKER, ENCODER)


class Settings(BaseSettings):
    """How many copies run. Each field is the environment variable `MATINEE_<FIELD>`."""

    model_config = SettingsConfigDict(
        env_prefix="MATINEE_", frozen=True, extra="ignore", env_ignore_empty=True
    )

    scaling: Literal["auto", "off"] = Field(
        default="auto",
        description="Whether copies of processes come and go with what there is to do; `off`: only "
        "`matinee scale` changes them",
    )
    scaling_bounds: dict[str, tuple[int, int]] = Field(
        default={},
        description='The fewest and the most copies, as `{"worker": [1, 4]}`, of `web` on one '
        "machine or of each service in containers, of `worker` and `encoder`; default: 1, and as "
        "many as there are cores and memory for",
    )
    scaling_presses_per_copy: float = Field(
        default=100.0,
        gt=0,
        description="Presses of play a second that one copy is to answer, whatever its processor "
        "says",
    )
    scaling_core_percent: float = Field(
        default=60.0,
        ge=10,
        le=95,
        description="How much of a core one copy is to use before another one is started",
    )
    scaling_encode_minutes: float = Field(
        default=10.0,
        gt=0,
        description="Within how many minutes what waits to be encoded is to be begun",
    )

    @field_validator("scaling_bounds")
    @classmethod
    def _of_what_there_is(cls, value: dict[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
        for role, (least, most) in value.items():
            if role not in ROLES:
                msg = f"there is no {role!r}; write bounds of {', '.join(ROLES)}"
                raise ValueError(msg)
            Bounds(least, most)
        return value


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
