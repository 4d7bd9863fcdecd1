"""The subtitle files beside a title's film."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.message import Message, Request


class SubtitleDraft(Request):
    """What is said of a subtitle file that is sent."""

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")]
    label: Annotated[str, StringConstraints(strip_whitespace=True, max_length=60)] = Field(
        default="", description="Left out, it is the language's name"
    )
    forced: bool = Field(default=False, description="Signs and foreign words only")
    file_name: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = (
        "subtitles"
    )
    proposed: bool = Field(
        default=False, description="Viewers get it once somebody has approved it, not at once"
    )


class TitleSubtitle(Message):
    """A subtitle file that lies beside a title's film."""

    id: UUID
    file_name: str
    language: str = Field(description="BCP 47 tag")
    label: str = Field(description="Empty where the language's name says enough")
    forced: bool = Field(description="Shown unasked: signs and foreign words only")
    size_bytes: int
    added_at: datetime


class TitleSubtitles(Message):
    """The subtitle files beside a title's film, by language."""

    files: list[TitleSubtitle]
    encode_again: bool = Field(
        description="They were changed since the film came; encode it again to show them"
    )
