"""Settings of `insights`, read from `MATINEE_INSIGHTS_…`."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints
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
    searches_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=30, description="How many searches one profile may tell of within a minute"
    )
    facts_url: Annotated[str, StringConstraints(pattern=r"^((file:///|s3://).+)?$")] = Field(
        default="",
        description="file:///… or s3://BUCKET/PREFIX of the files that figures are reckoned from; "
        "empty: `insights` in the home folder",
    )
    lines_days: Annotated[int, Field(ge=30, le=3650)] = Field(
        default=800, description="How long it is kept how each play went, of which figures are made"
    )
    waiting_max: Annotated[int, Field(ge=1000)] = Field(
        default=500_000,
        description="How many batches of facts may wait to be filed before players are told to "
        "send theirs later",
    )
    query_threads: Annotated[int, Field(ge=1, le=256)] = Field(
        default=2, description="Cores that a process may use for a figure"
    )
    query_memory_mb: Annotated[int, Field(ge=64)] = Field(
        default=1024, description="Memory that a process may use for figures, in MB"
    )
    cache_mb: Annotated[int, Field(ge=100)] = Field(
        default=4096,
        description="Files of facts that are kept here where they lie in a bucket, in MB",
    )


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
