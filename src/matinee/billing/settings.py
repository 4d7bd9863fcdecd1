"""The settings of `billing`; each field is the environment variable `MATINEE_BILLING_<FIELD>`."""

from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What a new account starts with."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_BILLING_", frozen=True, extra="ignore")

    default_plan: str = Field(
        default="standard",
        description="Code of the plan that a new account starts on; empty: they choose one",
    )


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
