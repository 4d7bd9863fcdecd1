"""Messages of `encoding`: what it measured of a film and chose for it."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from matinee.contracts.message import Message

VideoCodec = Literal["h264", "av1"]
DynamicRange = Literal["sdr", "hdr10", "hlg"]


class SubtitleFile(Message):
    """A subtitle file that lies in the media store beside a film."""

    id: UUID
    source_key: str
    language: str = Field(description="BCP 47 tag")
    label: str
    forced: bool = False


class Trial(Message):
    """A sample of the film encoded at one size and quality."""

    codec: VideoCodec
    lines: int
    crf: float
    bitrate_bps: int
    vmaf: float
    on_hull: bool


class RungReport(Message):
    """A rung as it was made. `vmaf_low` is the mean of the worst 5 % of the measured frames."""

    name: str
    codec: VideoCodec
    dynamic_range: DynamicRange
    width: int
    height: int
    crf: float
    bitrate_bps: int
    vmaf_aim: float | None
    vmaf: float
    vmaf_low: float
    frames_measured: int
    rounds: int = Field(
        description="How often a chunk of it was encoded at most until its quality was as aimed at"
    )


class StageUsage(Message):
    """What a stage took, over all its steps and machines."""

    stage: str
    steps: int
    cpu_s: float
    wall_s: float = Field(description="Summed over steps: longer than the stage if they ran beside")


class EncodeReport(Message):
    """The whole account of an encode."""

    duration_s: float
    trials: list[Trial]
    rungs: list[RungReport]
    saved: dict[VideoCodec, float] = Field(
        description="Share of the bits saved at equal VMAF against the fixed ladder for the title's"
        " size (Bjøntegaard), from this film's own trials; left out where it cannot be said"
    )
    stages: list[StageUsage]
    remarks: list[str] = Field(
        default=[], description="What the operator should know: what was left out or cut away"
    )
