"""The settings of `encoding` (`MATINEE_ENCODING_…`)."""

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.contracts.encoding import VideoCodec
from matinee.kernel import settings

_GIB = 1024**3
_SYSTEM = "(widevine|playready|fairplay)"
_SYSTEMS = f"^{_SYSTEM}(,{_SYSTEM})*$"
# This machine itself hears nothing that it does not know.
_SAFE_URL = re.compile(r"https://|http://(127\.0\.0\.1|localhost|\[::1\])[:/]")


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
    codecs: str = Field(
        default="h264,av1",
        pattern="^(h264|h264,av1)$",
        description="What renditions are made in: `h264` plays everywhere, `av1` beside it needs "
        "about half the bits where devices can play it",
    )
    preset: str = Field(
        default="veryfast",
        pattern="^(ultrafast|superfast|veryfast|faster|fast|medium|slow|slower)$",
        description="Speed of x264: slower makes smaller files",
    )
    av1_preset: int = Field(
        default=10, ge=0, le=13, description="Speed of SVT-AV1: lower makes smaller files"
    )
    threads_max: int = Field(
        default=min(4, os.cpu_count() or 1), ge=1, description="Threads that one ffmpeg may use"
    )
    memory_bytes_max: int = Field(
        default=12 * _GIB, ge=_GIB, description="Address space that one ffmpeg may use"
    )
    sandbox: Literal["auto", "required", "off"] = Field(
        default="auto",
        description="Whether media tools run inside bubblewrap: `auto` where it can run, "
        "`required` or not at all, `off` never",
    )
    disk_spare_bytes: int = Field(
        default=_GIB, ge=0, description="Disk space that encoding leaves free"
    )
    superseded_kept_h: float = Field(
        default=24.0,
        ge=0,
        description="Hours that a replaced package stays for those who are watching it",
    )
    keys: Literal["own", "speke", "none"] = Field(
        default="own",
        description="Where content keys come from: `own` store, a DRM vendor by `speke`, or `none`:"
        " films are not encrypted",
    )
    keys_url: str = Field(
        default="",
        description="http://HOST:PORT of a web process that gives keys of the own store; needed"
        " where an encoder does not reach the databases",
    )
    speke_url: str = Field(
        default="", description="Address of a DRM vendor's key server (SPEKE API v2.0)"
    )
    speke_credentials_file: Path | None = Field(
        default=None,
        description="File with the value of the `Authorization` header for that server",
    )
    speke_systems: Annotated[str, StringConstraints(pattern=_SYSTEMS)] = Field(
        default="widevine,playready,fairplay",
        description="DRM systems that the vendor is asked for",
    )

    @model_validator(mode="after")
    def _vendor_is_named(self) -> Self:
        if self.keys == "speke" and not _SAFE_URL.match(self.speke_url):
            msg = "MATINEE_ENCODING_SPEKE_URL must be https://…, as keys cross it"
            raise ValueError(msg)
        return self

    @property
    def codec_names(self) -> tuple[VideoCodec, ...]:
        """The codecs of renditions, in the order in which they are made."""
        return ("h264", "av1") if "av1" in self.codecs else ("h264",)

    @property
    def work(self) -> Path:
        """The folder of encodes under way."""
        return self.work_folder or settings.get().home / "work"


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
