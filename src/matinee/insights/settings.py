"""Settings of `insights`, read from `MATINEE_INSIGHTS_…`."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What is kept, and how much is taken."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_INSIGHTS_", frozen=True, extra="ignore")

    kept_days: Annotated[int, Field(ge=2, le=3650)] = Field(
        default=90, description="How long plays and reports are kept"
    )
    reports_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=60, description="How many reports one profile may send within a minute"
    )
    cmcd_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=60, description="How many batches of events one play may send within a minute"
    )


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
