"""The facts that services tell each other.

An event is written to its service's outbox in the transaction that made it true, reaches every
subscriber at least once and in no certain order. Those that describe a thing carry the whole of
it, so that a reader keeps the newest by `occurred_at` and needs no question.
"""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from matinee.contracts.billing import Entitlement
from matinee.contracts.catalog import EditorialRow, EncodeStage, StageProgress, Title
from matinee.contracts.delivery import Edge
from matinee.contracts.encoding import DynamicRange, EncodeReport, SubtitleFile, VideoCodec
from matinee.contracts.identity import MaturityAge
from matinee.contracts.message import Message
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.contracts.viewing import ThumbValue
from matinee.kernel.events import Event


class AccountCreated(Event):
    """identity: somebody signed up."""

    type: ClassVar[str] = "account.created"
    account_id: UUID


class ProfileTraits(Message):
    """What others need of a profile; its name stays where it is."""

    id: UUID
    maturity_age: MaturityAge
    is_kids: bool
    language: str


class ProfileChanged(Event):
    """identity: a profile was made or changed."""

    type: ClassVar[str] = "profile.changed"
    account_id: UUID
    profile: ProfileTraits


class ProfileRemoved(Event):
    """identity: a profile and all that is known of it must go."""

    type: ClassVar[str] = "profile.removed"
    account_id: UUID
    profile_id: UUID


class EntitlementChanged(Event):
    """billing: what an account may watch has changed."""

    type: ClassVar[str] = "entitlement.changed"
    entitlement: Entitlement


class TitleGranted(Event):
    """billing: an account may watch a title beside its plan, until then (None: for good)."""

    type: ClassVar[str] = "title.granted"
    account_id: UUID
    title_id: UUID
    ends_at: datetime | None


class UploadCompleted(Event):
    """catalog: a film file lies in the media store, whole."""

    type: ClassVar[str] = "upload.completed"
    upload_id: UUID
    title_id: UUID
    source_key: str
    file_name: str


class EncodeCancelled(Event):
    """catalog: the title or its upload is gone; stop and clean up."""

    type: ClassVar[str] = "encode.cancelled"
    title_id: UUID


class EncodeRequested(Event):
    """catalog: the operator wants a title's newest film encoded again, as if it came now."""

    type: ClassVar[str] = "encode.requested"
    upload_id: UUID
    title_id: UUID
    source_key: str
    file_name: str


class EncodeStopped(Event):
    """catalog: the operator wants a title's encode to end; what can be played stays."""

    type: ClassVar[str] = "encode.stopped"
    title_id: UUID


class SubtitlesChanged(Event):
    """catalog: all subtitle files that lie beside a title's film, for its next encode."""

    type: ClassVar[str] = "subtitles.changed"
    title_id: UUID
    files: list[SubtitleFile]


class EncodeReported(Event):
    """encoding: what an encode chose, what it reached and what it took."""

    type: ClassVar[str] = "encode.reported"
    encode_id: UUID
    title_id: UUID
    report: EncodeReport


class EncodeProgressed(Event):
    """encoding: a step further. `revision` grows with every step of one encode."""

    type: ClassVar[str] = "encode.progressed"
    encode_id: UUID
    title_id: UUID
    revision: int
    stage: EncodeStage
    fraction: float
    stages: list[StageProgress] = []
    error: str | None = None


class RenditionInfo(Message):
    """One rung of the ladder as it was made."""

    codec: VideoCodec
    dynamic_range: DynamicRange = "sdr"
    width: int
    height: int
    frame_rate: float
    bitrate_bps: int


class RenditionReady(Event):
    """encoding: a package can be played. A later one with `complete` replaces a quick first one.

    `package` names an immutable folder with `manifest.mpd` and `master.m3u8`, which lies below
    `packages/` in the media store; the storyboard's address is relative to it. `stills` are
    the keys of frames of the film among the artwork, best first. `key_id` names the content key
    of an encrypted package; the key itself is told to nobody but `playback`.
    """

    type: ClassVar[str] = "rendition.ready"
    encode_id: UUID
    title_id: UUID
    package: str
    complete: bool
    duration_s: float
    renditions: list[RenditionInfo]
    audio: list[TrackInfo]
    subtitles: list[TrackInfo]
    storyboard: Storyboard | None
    stills: list[str]
    key_id: UUID | None = None


class TitleChanged(Event):
    """catalog: a title as it is now; only `published` ones may be shown or played.

    `package` and `key_id` are those of `RenditionReady`.
    """

    type: ClassVar[str] = "title.changed"
    title: Title
    package: str | None
    audio: list[TrackInfo]
    subtitles: list[TrackInfo]
    storyboard: Storyboard | None
    key_id: UUID | None = None


class TitleRemoved(Event):
    """catalog: a title is gone for good."""

    type: ClassVar[str] = "title.removed"
    title_id: UUID


class EditorialRowsChanged(Event):
    """catalog: all rows that the operator has put on home pages."""

    type: ClassVar[str] = "editorial_rows.changed"
    rows: list[EditorialRow]


class EdgeChanged(Event):
    """delivery: an edge appeared, or its health turned."""

    type: ClassVar[str] = "edge.changed"
    edge: Edge


class EdgeRemoved(Event):
    """delivery: an edge serves no more; it may come back under the same name later."""

    type: ClassVar[str] = "edge.removed"
    edge_id: str


class RegionSteered(Event):
    """delivery: the plan for a region's viewers has changed.

    `orders` has, by title class, one order of pathways for each lane, best first; a
    lane is a part of the viewers, so that each pathway gets its share of them.
    """

    type: ClassVar[str] = "region.steered"
    region: str
    orders: dict[str, list[list[str]]]


class PackagesClassed(Event):
    """delivery: the title class of some packages is another than before.

    Titles of a class lie on the same edges and are steered alike.
    """

    type: ClassVar[str] = "packages.classed"
    classes: dict[str, str]


class PlaybackStarted(Event):
    """playback: somebody may watch, and the manifest was handed out.

    `country` is where (ISO 3166-1 alpha-2), or empty where nobody knows.
    """

    type: ClassVar[str] = "playback.started"
    session_id: UUID
    account_id: UUID
    profile_id: UUID
    title_id: UUID
    country: str = ""


class PlaybackProgressed(Event):
    """playback: where a viewer is; `watched_s` counts from the session's start.

    `maturity_age` is the title's.
    """

    type: ClassVar[str] = "playback.progressed"
    session_id: UUID
    account_id: UUID
    profile_id: UUID
    title_id: UUID
    position_s: float
    duration_s: float
    watched_s: float
    finished: bool
    maturity_age: MaturityAge


class ThumbChanged(Event):
    """viewing: a thumb was given or taken back."""

    type: ClassVar[str] = "thumb.changed"
    profile_id: UUID
    title_id: UUID
    value: ThumbValue | None


class MyListChanged(Event):
    """viewing: a title was put aside or taken off."""

    type: ClassVar[str] = "my_list.changed"
    profile_id: UUID
    title_id: UUID
    listed: bool


class DismissalChanged(Event):
    """viewing: a title was taken out of a row (None: the whole row off the page), or put back."""

    type: ClassVar[str] = "dismissal.changed"
    profile_id: UUID
    row: str
    title_id: UUID | None
    dismissed: bool


class HistoryErased(Event):
    """viewing: a profile wants a title (None: everything) forgotten that was watched until then."""

    type: ClassVar[str] = "history.erased"
    profile_id: UUID
    title_id: UUID | None
    until: datetime
