"""The settings of `encoding` (`MATINEE_ENCODING_…`)."""

import os
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.kernel import settings

_GIB = 1024**3


class Settings(BaseSettings):
    """Limits and choices. Each field is the environment variable `MATINEE_ENCODING_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_ENCODING_", frozen=True, extra="ignore")

    work_folder: Path | None = Field(
        default=None,
        description="Folder of encodes under way, the same for every encoder; default: `work` in "
        "the home folder",
    )
    side_pixels_max: int = Field(
        default=8192, ge=16, description="Longest side that a film may have, in pixels"
    )
    area_pixels_max: int = Field(
        default=8192 * 4320, ge=256, description="Largest picture that a film may have, in pixels"
    )
    frame_rate_max: float = Field(
        default=300.0, gt=0, description="Highest frame rate that is taken; it is reduced to 60"
    )
    duration_s_min: float = Field(default=0.5, ge=0, description="Shortest film that is taken")
    duration_s_max: float = Field(
        default=12 * 3600.0, gt=0, description="Longest film that is taken"
    )
    streams_max: int = Field(
        default=100, ge=1, description="How many tracks of all kinds a file may have"
    )
    rung_height_max: int = Field(
        default=2160, ge=144, description="Height of the tallest rendition that is made"
    )
    preset: str = Field(
        default="fast",
        pattern="^(ultrafast|superfast|veryfast|faster|fast|medium|slow|slower)$",
        description="Speed of x264: slower makes smaller files",
    )
    threads_max: int = Field(
        default=min(4, os.cpu_count() or 1), ge=1, description="Threads that one ffmpeg may use"
    )
    memory_bytes_max: int = Field(
        default=12 * _GIB, ge=_GIB, description="Address space that one ffmpeg may use"
    )
    disk_spare_bytes: int = Field(
        default=_GIB, ge=0, description="Disk space that encoding leaves free"
    )
    superseded_kept_h: float = Field(
        default=24.0,
        ge=0,
        description="Hours that a replaced package stays for those who are watching it",
    )

    @property
    def work(self) -> Path:
        """The folder of encodes under way."""
        return self.work_folder or settings.get().home / "work"


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
