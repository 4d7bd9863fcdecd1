"""Settings of `delivery`, read from `MATINEE_DELIVERY_…`."""

from functools import lru_cache
from typing import Annotated

from pydantic import Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.contracts.delivery import EdgeDraft


class Settings(BaseSettings):
    """Which edges there are from the start, and how they are watched."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_DELIVERY_", frozen=True, extra="ignore")

    edges: list[EdgeDraft] = Field(
        default=[EdgeDraft(id="local", base_url="")],
        description='Edges to add when they are not known yet, as JSON: [{"id": "paris-1", '
        '"base_url": "https://paris-1.example.org", "region": "paris"}]',
    )
    own_edge_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$")] = Field(
        default="",
        description="Where the workers reach the service's own edge, if not at its public address",
    )
    check_interval_s: Annotated[float, Field(ge=2, le=600)] = Field(
        default=10, description="How often every edge is asked how it is"
    )
    check_timeout_s: Annotated[float, Field(ge=0.2, le=10)] = Field(
        default=2, description="How long an edge may take to answer that"
    )
    origin_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$")] = Field(
        default="",
        description="Where edges elsewhere fetch what they have not, if not at the public address",
    )
    report_interval_s: Annotated[float, Field(ge=1, le=60)] = Field(
        default=10, description="How often the agent of every edge reports"
    )
    plan_interval_s: Annotated[float, Field(ge=2, le=600)] = Field(
        default=10, description="How often it is planned which edges players take"
    )
    placement_interval_s: Annotated[float, Field(ge=60, le=86_400)] = Field(
        default=600, description="How often it is decided which titles lie on which edges"
    )
    steering_ttl_s: Annotated[int, Field(ge=5, le=3600)] = Field(
        default=30, description="How long a player keeps to a steering manifest"
    )


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
