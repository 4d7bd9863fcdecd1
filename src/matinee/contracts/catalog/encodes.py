"""How far a film is on its way to being playable."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.message import Message

EncodeStage = Literal[
    "queued",
    "probing",
    "checking",
    "analysing",
    "encoding",
    "packaging",
    "publishing",
    "done",
    "failed",
    "stopped",
]


class StageProgress(Message):
    """How far one stage of an encode is, by the work that it takes."""

    stage: EncodeStage
    fraction: float = Field(ge=0, le=1)


class EncodeProgress(Message):
    """How far a film is on its way to being playable."""

    encode_id: UUID
    stage: EncodeStage
    fraction: float = Field(ge=0, le=1, description="Of the whole, not of the stage")
    stages: list[StageProgress] = Field(
        default=[], description="Each stage that has work, in order; empty until it is known"
    )
    playable: bool = Field(description="True as soon as a first rendition can be played")
    error: str | None = Field(description="What is wrong with the file, and what to do")
