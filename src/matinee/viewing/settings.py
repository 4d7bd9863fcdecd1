"""The settings of `viewing`; each field is the environment variable `MATINEE_VIEWING_<FIELD>`."""

from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How much is kept for a profile."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_VIEWING_", frozen=True, extra="ignore")

    my_list_titles: int = Field(
        default=500, ge=1, le=10_000, description="Titles that a profile can put aside"
    )
    thumbs: int = Field(
        default=5_000, ge=1, le=100_000, description="Titles that a profile can give a thumb"
    )
    dismissals: int = Field(
        default=5_000,
        ge=1,
        le=100_000,
        description="Titles and rows that a profile can take out of its pages",
    )


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
