"""The settings of `catalog` (`MATINEE_CATALOG_…`)."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from matinee.contracts.catalog.workflow import Need, Review
from matinee.kernel import settings

_MIB = 1024**2
_PLACE_LENGTH_MAX = 500
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
    upload_chunk_bytes: int = Field(
        default=8 * _MIB,
        ge=256 * 1024,
        le=100 * _MIB,
        description="Size of the pieces that Studio and `matinee add` send films in; less where a "
        "proxy takes only small requests",
    )
    review: Review = Field(
        default="none",
        description="Who publishes titles: `none`: whoever edits them, and new ones by themselves; "
        "`one`: a publisher or owner; `two`: one who did not work on the title",
    )
    publish_needs: tuple[Need, ...] = Field(
        default=("description", "poster", "genres"),
        description="What a title must have, beside a film, before it is submitted, approved or "
        "scheduled, as JSON: any of description, poster, backdrop, genres, year, credits",
    )
    look_for_faces: bool = Field(
        default=True,
        description="Whether faces and lettering are looked for where a picture is cut by itself",
    )
    undo_days: int = Field(
        default=14,
        ge=0,
        le=3650,
        description="Days that a film or subtitle file which was replaced or removed is kept, so "
        "that this can be undone",
    )
    disk_spare_bytes: int = Field(
        default=2 * _GIB, ge=0, description="Disk space that uploads leave free"
    )
    public: bool = Field(
        default=False,
        description="Whether the world may see what there is to watch: titles' pages say it to "
        "search engines and to those whom a link is sent, and there are a sitemap and feeds",
    )
    site_name: str = Field(
        default="Matinee", max_length=60, description="What this service is called there"
    )
    sheet_size_bytes_max: int = Field(
        default=2 * _GIB,
        ge=1,
        description="Largest sheet of titles that is taken, with the pictures that come with it",
    )
    upload_folder: Path | None = Field(
        default=None,
        description="Folder of unfinished uploads, the same for every web and worker process; "
        "default: `uploads` in the home folder",
    )
    watched: tuple[str, ...] = Field(
        default=(),
        description="Folders and buckets whose films are taken in as they arrive, as "
        '`["file:///srv/incoming", "s3://incoming/films"]`; the worker must be able to read them',
    )
    watch_settle_s: int = Field(
        default=60,
        ge=1,
        description="Seconds that a file in a watched folder must lie unchanged before it is taken",
    )
    watch_asks: bool = Field(
        default=False,
        description="Whether a person says yes to every file of a watched place; otherwise only to "
        "those whose names leave a doubt",
    )

    @field_validator("watched")
    @classmethod
    def _places(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for url in value:
            if not url.startswith(("file:///", "s3://")):
                msg = f"{url!r} must start with file:/// or s3://"
                raise ValueError(msg)
            if len(url) > _PLACE_LENGTH_MAX:
                msg = f"{url!r} has more than {_PLACE_LENGTH_MAX} characters"
                raise ValueError(msg)
        return value

    @property
    def spool(self) -> Path:
        """The folder of unfinished uploads."""
        return self.upload_folder or settings.get().home / "uploads"


@lru_cache(maxsize=1)
def get() -> Settings:
    """The settings of this process."""
    return Settings()
