"""Settings of `playback`, read from `MATINEE_PLAYBACK_…`."""

import re
from functools import lru_cache
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_COUNTRY = re.compile(r"[A-Z]{2}")
_REGION = re.compile(r"[a-z0-9-]{1,40}")
_HTTPS = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/|$)")


class Settings(BaseSettings):
    """How play sessions behave."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_PLAYBACK_", frozen=True, extra="ignore")

    heartbeat_interval_s: Annotated[float, Field(ge=2, le=60)] = Field(
        default=10, description="How often a player tells where it is"
    )
    slot_s: Annotated[float, Field(ge=10, le=600)] = Field(
        default=60, description="How long a stream counts after its last heartbeat"
    )
    session_s: Annotated[float, Field(ge=600, le=86_400)] = Field(
        default=6 * 3600, description="How long a paused player may stay silent and still go on"
    )
    starts_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=60, description="How often one account may press play within a minute"
    )

    warms_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=120, description="How often one account may prepare a play within a minute"
    )
    licences_per_minute: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=120, description="How often one account may ask for content keys within a minute"
    )
    regions: dict[str, str] = Field(
        default={},
        description="Which region of edges serves the viewers of a country, as JSON:"
        ' {"FR": "paris"}; viewers of other countries are those of the region home',
    )
    licence_servers: dict[str, str] = Field(
        default={},
        description="Licence servers of a DRM vendor whose keys films are encrypted with, as JSON:"
        ' {"com.widevine.alpha": "https://…"}',
    )

    @field_validator("licence_servers")
    @classmethod
    def _https(cls, value: dict[str, str]) -> dict[str, str]:
        if not all(_HTTPS.match(url) for url in value.values()):
            msg = "every licence server's address must be https://HOST/…"
            raise ValueError(msg)
        return value

    @field_validator("regions")
    @classmethod
    def _countries(cls, value: dict[str, str]) -> dict[str, str]:
        wrong = [
            f"{country}: {region}"
            for country, region in value.items()
            if not _COUNTRY.fullmatch(country) or not _REGION.fullmatch(region)
        ]
        if wrong:
            msg = (
                f"{', '.join(wrong)} is no country (two capital letters, ISO 3166-1) with the name"
                " of a region (small letters, digits, hyphens)"
            )
            raise ValueError(msg)
        return value

    @model_validator(mode="after")
    def _slot_outlives_a_lost_heartbeat(self) -> Self:
        if self.slot_s < 2 * self.heartbeat_interval_s:
            msg = "MATINEE_PLAYBACK_SLOT_S must be at least twice ..._HEARTBEAT_INTERVAL_S"
            raise ValueError(msg)
        return self


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
