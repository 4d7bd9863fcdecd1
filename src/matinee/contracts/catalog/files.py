"""Film files on their way to becoming titles: what their names say, and what a person says."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.message import Message, Request

FileKind = Literal["film", "episode", "trailer", "extra", "subtitles", "other"]
ArrivalState = Literal["settling", "asking", "waiting", "taking", "taken", "refused"]
FilePath = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
FILES_MAX = 200
_Name = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class FileNames(Request):
    """Files by their paths, as somebody chose or dropped them."""

    paths: Annotated[list[FilePath], Field(min_length=1, max_length=FILES_MAX)]


class FileGuess(Message):
    """What a file is by its name and its folders."""

    path: str
    kind: FileKind
    name: str = Field(description="Of the film or the episode; may be empty for an episode")
    year: int | None
    series: str
    season: int | None
    episode: int | None
    language: str = Field(description="Of subtitles, as a BCP 47 tag; empty where unknown")
    forced: bool
    beside: str = Field(description="Of subtitles: the path of their film, without its ending")
    doubt: str = Field(description="Why somebody should look; empty where it is clear")
    belongs_to: str = Field(
        description="Of trailers and extras: the film or series on whose page they stand"
    )
    belongs_to_id: UUID | None = Field(description="The same, where the catalogue has it")
    title_id: UUID | None = Field(
        description="The title in the catalogue that it seems to be; its film would be replaced"
    )


class FileGuesses(Message):
    """The guesses, in the order in which the files were named."""

    files: list[FileGuess]


class FileDraft(Request):
    """What a person says that a file is: a film, an episode of a series, or beside a title."""

    path: FilePath
    kind: Literal["film", "episode", "trailer", "extra"]
    name: _Name = Field(default="", description="May be empty for an episode")
    year: Annotated[int, Field(ge=1870, le=2200)] | None = None
    series: _Name = Field(default="", description="The series by name; made if there is none")
    season: Annotated[int, Field(ge=0, le=1000)] | None = None
    episode: Annotated[int, Field(ge=0, le=10000)] | None = None
    belongs_to: _Name = Field(
        default="",
        description="Of trailers and extras: the film or series on whose page they stand, by name; "
        "`year` is its year, where several have that name",
    )
    title_id: UUID | None = Field(
        default=None, description="A title that is there, whose film this replaces"
    )


class FileDrafts(Request):
    """Files that are to become titles, all of them or none."""

    files: Annotated[list[FileDraft], Field(min_length=1, max_length=FILES_MAX)]


class FileTitle(Message):
    """The title that a file's film is to be uploaded for."""

    path: str
    title_id: UUID
    slug: str
    name: str
    is_new: bool = Field(description="False where the catalogue had it: its film is replaced")


class FileTitles(Message):
    """The titles of some files, in the order in which the files were named."""

    titles: list[FileTitle]


class Arrival(Message):
    """A file in a watched place: what it is taken for, and what became of it."""

    id: UUID
    place: str
    path: str
    size_bytes: int
    state: ArrivalState
    note: str = Field(description="Why it waits or was refused, and what to do")
    guess: FileGuess
    title_id: UUID | None = Field(description="What it has become")
    fraction: float | None = Field(description="How much of it is copied, while it is being taken")
    seen_at: datetime
    taken_at: datetime | None


class WatchedPlace(Message):
    """A folder or bucket that is looked into."""

    url: str
    problem: str = Field(description="Why it could not be looked into last; empty where it could")
    looked_at: datetime | None


class Arrivals(Message):
    """What lies in watched places: newest first, at most so many; all are counted by state."""

    places: list[WatchedPlace]
    arrivals: list[Arrival]
    counts: dict[ArrivalState, int]


class BucketImport(Request):
    """A prefix of a bucket whose films are to be taken in once."""

    url: Annotated[
        str,
        StringConstraints(
            pattern=r"^s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^\x00-\x1f]*)?$", max_length=500
        ),
    ]


class OpenUpload(Message):
    """An upload that somebody began and nobody has finished."""

    id: UUID
    title_id: UUID
    name: str = Field(description="Of the title")
    file_name: str
    url: str = Field(description="Origin-relative address for HEAD and PATCH")
    size_bytes: int
    offset_bytes: int
    fingerprint: str = Field(description="What its client calls the file, to know it again")
    expires_at: datetime


class OpenUploads(Message):
    """Unfinished uploads, newest first, and how new ones are to be sent."""

    uploads: list[OpenUpload]
    chunk_bytes: int = Field(description="Size of the pieces that a film is sent in")
