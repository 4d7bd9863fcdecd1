"""The settings of `catalog` (`MATINEE_CATALOG_…`)."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.kernel import settings

_GIB = 1024**3


class Settings(BaseSettings):
    """Limits of uploads. Each field is the environment variable `MATINEE_CATALOG_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="MATINEE_CATALOG_", frozen=True, extra="ignore")

    upload_size_bytes_max: int = Field(
        default=200 * _GIB, ge=1, description="Largest film file that is taken"
    )
    upload_idle_h: int = Field(
        default=72, ge=1, description="Hours after its last byte that an unfinished upload is kept"
    )
    uploads_open_max: int = Field(
        default=100, ge=1, description="How many uploads may be unfinished at once"
    )
    uploads_busy_max: int = Field(
        default=4, ge=1, description="How many chunks a web process takes in at once"
    )
    disk_spare_bytes: int = Field(
        default=2 * _GIB, ge=0, description="Disk space that uploads leave free"
    )
    upload_folder: Path | None = Field(
        default=None,
        description="Folder of unfinished uploads, the same for every web and worker process; "
        "default: `uploads` in the home folder",
    )

    @property
    def spool(self) -> Path:
        """The folder of unfinished uploads."""
        return self.upload_folder or settings.get().home / "uploads"


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
