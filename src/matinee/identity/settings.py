"""The settings of `identity`; each field is the environment variable `MATINEE_IDENTITY_<FIELD>`."""

from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """How many tries are allowed, and how long a session is remembered."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_IDENTITY_", frozen=True, extra="ignore")

    session_days: int = Field(
        default=60, ge=1, le=400, description="Days without a visit after which a session ends"
    )
    sign_in_tries: int = Field(
        default=10,
        ge=3,
        description="Failed sign-ins to an account from one address in 15 minutes",
    )
    address_tries: int = Field(
        default=300, ge=3, description="Sign-ins from one address in 15 minutes, to any account"
    )
    sign_ups: int = Field(default=100, ge=1, description="Sign-ups from one address in an hour")


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
