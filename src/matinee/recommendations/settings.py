"""What an operator may turn in recommendations (`MATINEE_RECOMMENDATIONS_…`)."""

from functools import lru_cache

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Bounds of what is kept in memory and of how often models are fitted anew."""

    model_config = SettingsConfigDict(
        env_prefix="MATINEE_RECOMMENDATIONS_", frozen=True, extra="ignore"
    )

    fit_check_s: float = Field(
        default=10.0, ge=1, le=3600, description="How often to look whether models are stale"
    )
    fit_plays_max: int = Field(
        default=2_000_000,
        ge=1000,
        description="Newest plays that a fit learns from (60 bytes each)",
    )
    judged_days: int = Field(
        default=7, ge=1, le=60, description="A new fit is judged on so many of the last days"
    )
    judged_viewers_max: int = Field(
        default=1_000, ge=50, le=50_000, description="On so many viewers a new fit is judged"
    )
    spark: str = Field(
        default="",
        description="Spark master that learns from the whole history, such as spark://host:7077 or"
        " local[4] (needs the extra spark and Java 17); empty: the newest plays, in a worker",
    )
    spark_memory_mb: int = Field(
        default=2048, ge=512, description="What Spark's driver may take beside the worker"
    )
    deep: bool = Field(
        default=False,
        description="Also train a deep model (needs the extra deep), which is used only where it is"
        " clearly better on the last days",
    )
    fits_kept: int = Field(
        default=5, ge=2, le=50, description="How many published fits can be rolled back to"
    )
    forget_within_days: int = Field(
        default=7,
        ge=1,
        le=30,
        description="No fit knows plays for longer that were erased since; none that is older is"
        " kept for a roll back",
    )
    history_max: int = Field(
        default=500, ge=20, le=5000, description="Newest plays of a profile that count for its page"
    )
    impressions_max: int = Field(
        default=2_000, ge=100, le=50_000, description="Titles seen that are kept of a profile"
    )
    impression_days: int = Field(
        default=60, ge=1, le=400, description="How long it is kept what was seen"
    )
    impressions_per_minute: int = Field(
        default=60, ge=1, description="How many reports of what was seen a profile may send"
    )
    searches_per_minute: int = Field(
        default=300, ge=1, description="How many searches a profile may make, a letter typed each"
    )
    artwork_explored: float = Field(
        default=0.2,
        ge=0,
        le=0.5,
        description="How often a title's picture may be another than the one thought best;"
        " 0 tries nothing and logs nothing",
    )
    hero_explored: float = Field(
        default=0.1,
        ge=0,
        le=0.5,
        description="How often the title that opens a page may be another than the one thought"
        " best; 0 tries nothing and logs nothing",
    )
    decisions_max: int = Field(
        default=200_000,
        ge=1_000,
        description="Newest choices of pictures or heroes that are learnt from (1 KB each)",
    )
    pages_kept_mb: int = Field(
        default=64,
        ge=0,
        le=4096,
        description="So much of home pages a web process keeps as it wrote them (about 30 KB each),"
        " for visits that find nothing changed",
    )
    foretold_viewers: int = Field(
        default=50,
        ge=0,
        le=1_000,
        description="Of so many profiles that were active last the next pages say what edges should"
        " get ready; 0: none",
    )


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
