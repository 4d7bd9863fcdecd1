"""Messages between `delivery` and the agents that stand beside the edges' nginx.

An agent sends an `EdgeReport` every few seconds and gets `EdgeOrders` for it. What it
counts comes as differences with a growing `sequence`, so that a report sent twice counts
once. What it is told comes whole, with a revision, so that orders lost on the way are no
loss. The unit of all of it is the portion: some ranges of one folder of a package. A range
is a stretch of segments by their number; see `delivery.rules.portions`.
"""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from matinee.contracts.delivery import EdgeName, EdgeRole
from matinee.contracts.message import Message, Request

RANGES = 6
EVERY_RANGE = 2**RANGES - 1

PackageName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
# Empty for the files that lie in the package itself: manifests, playlists, pictures.
FolderName = Annotated[str, StringConstraints(pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]{0,99})?$")]
RangeSet = Annotated[int, Field(ge=0, le=EVERY_RANGE, description="A bit per range, lowest first")]
Count = Annotated[int, Field(ge=0, lt=2**62)]
DiskTier = Literal["memory", "nvme", "ssd", "hdd"]
FillState = Literal["idle", "waiting", "filling", "stuck"]
FillSource = Literal["neighbour", "shield", "origin"]


class Portion(Message):
    """Some ranges of one folder of a package."""

    package: PackageName
    folder: FolderName
    ranges: RangeSet = EVERY_RANGE


class HeldPortion(Portion):
    """A portion as it lies on an edge; without ranges nothing of the folder lies there any more."""

    bytes: Count


class FillPortion(Portion):
    """A portion that an edge is to hold; `neighbours` are those of its site that hold it."""

    neighbours: list[EdgeName] = []


class DemandCount(Message):
    """What viewers asked of a range within an hour. `region` is theirs; empty: the edge's."""

    hour: datetime
    package: PackageName
    folder: FolderName
    range: Annotated[int, Field(ge=0, lt=RANGES)]
    region: str = ""
    requests: Count
    bytes: Count


class TrafficCount(Message):
    """What an edge served within a minute, by where the bytes came from.

    `held_bytes` lay in the edge's store, `cached_bytes` in its small cache, `missed_bytes` came
    from the shield or the origin for this viewer; `written_bytes` were put on the disk for it.
    """

    minute: datetime
    requests: Count = 0
    refused: Count = Field(default=0, description="Without a valid token, or too many at once")
    failed: Count = Field(default=0, description="Answered with 5xx")
    held_bytes: Count = 0
    cached_bytes: Count = 0
    missed_bytes: Count = 0
    written_bytes: Count = 0
    filled_bytes: Count = Field(default=0, description="Brought by fill, not asked for by a viewer")
    sessions: Count = Field(default=0, description="Different play sessions seen")


class LinkFigures(Message):
    """How it went for viewers since the last report; None where nobody asked for anything.

    The first byte is that of a server further up for files that were missed, and that of the disk
    for held ones that are small enough to tell. Throughput is what players measured, else that of
    answers long enough to tell.
    """

    first_byte_ms_p50: float | None = None
    first_byte_ms_p95: float | None = None
    throughput_bps_p10: float | None = None
    throughput_bps_p50: float | None = None


class DiskState(Message):
    """The file system that holds an edge's store. `used_bytes` are the store's own."""

    size_bytes: Count
    free_bytes: Count
    used_bytes: Count
    tier: DiskTier = "ssd"


class FillProgress(Message):
    """How far an edge has come with what it is to hold."""

    state: FillState = "idle"
    wanted_bytes: Count = 0
    held_bytes: Count = 0
    failures: Count = Field(default=0, description="Files that came wrong, or not at all")
    by_source: dict[FillSource, Count] = Field(default={}, description="Bytes since the start")
    detail: str = Field(default="", max_length=300, description="Why it is stuck, for a person")


class EdgeReport(Request):
    """What an agent tells. Counts are those since the report before, as `sequence` numbers them.

    `held` are the portions that changed since then; with `held_whole` they are all there are,
    or the first of several reports that list them.
    """

    model_config = ConfigDict(extra="ignore")  # a newer agent may tell more

    sequence: Count
    sent_at: datetime
    agent_version: str = Field(max_length=40)
    placement_revision: Count = 0
    configuration_revision: Count = 0
    takedown_serial: Count = 0
    is_serving: bool
    egress_bps: float = Field(ge=0, description="Sent to viewers, mean since the last report")
    disk: DiskState
    fill: FillProgress = FillProgress()
    links: LinkFigures = LinkFigures()
    traffic: Annotated[list[TrafficCount], Field(max_length=120)] = []
    demand: Annotated[list[DemandCount], Field(max_length=500)] = []
    held: Annotated[list[HeldPortion], Field(max_length=200)] = []
    held_whole: bool = False
    remarks: Annotated[
        list[Annotated[str, StringConstraints(max_length=300)]], Field(max_length=10)
    ] = []


class MediaKey(Message):
    """A key that media tokens are signed with; the token says which by `kid`."""

    model_config = ConfigDict(hide_input_in_errors=True)

    kid: str
    key: str = Field(repr=False)


class PlacementOrders(Message):
    """What an edge is to hold, most worth first, and what it may keep when it is asked for it.

    What lies there and is in neither list may go when room is needed; `remove` goes at once.
    """

    revision: Count
    fill: list[FillPortion]
    admit: list[Portion]
    remove: list[Portion] = []


class Upstream(Message):
    """Where an edge gets what it has not, without a trailing slash."""

    edge: EdgeName
    base_url: str


class EdgeConfiguration(Message):
    """What an agent writes nginx's configuration from; it is loaded anew when this changes."""

    revision: Count
    edge: EdgeName
    role: EdgeRole
    base_url: str
    origin_url: str = Field(description="The service's own address")
    shields: list[Upstream] = []
    neighbours: list[Upstream] = []
    app_origins: list[str] = Field(description="Origins of the pages that play from here (CORS)")
    disk_bytes: Count = Field(description="What the store may take; 0: nine tenths of the disk")
    fill_bps: Count = Field(description="Most that fill may take of the link; 0: no bound")
    quiet_from_hour: Annotated[int, Field(ge=0, le=23)] = 0
    quiet_hours: Annotated[int, Field(ge=0, le=24)] = 24
    report_interval_s: float = 10.0
    bell_interval_s: float = 1.0
    fill_keys: list[MediaKey] = Field(
        description="What edges' own requests to each other are signed with; the first signs"
    )
    media_keys: list[MediaKey] = Field(description="The first signs, all are accepted")


class TakedownOrder(Message):
    """A package that must not be served any more, or with `lifted` may be again.

    Serials grow; an agent obeys them in order.
    """

    serial: Count
    package: PackageName
    lifted: bool = False


class EdgeOrders(Message):
    """What an agent is told. None where its revision is the newest.

    `wants_held` asks for a whole list of what it holds. `takedowns` are those behind the serial
    that it reported, at most a thousand at once.
    """

    sequence: Count = Field(description="Of the last report that was counted")
    configuration: EdgeConfiguration | None = None
    placement: PlacementOrders | None = None
    takedowns: list[TakedownOrder] = []
    wants_held: bool = False


class Bell(Message):
    """A file that nginx serves to every agent: a number that grows when there are new orders.

    It carries the newest takedowns itself, so that they need nothing but nginx: all of those
    behind the serial `takedowns_after`.
    """

    serial: Count
    takedowns_after: Count = 0
    takedowns: list[TakedownOrder] = []


class PackageFile(Message):
    """A file of a package, by its path below the package's folder."""

    path: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)?$")]
    bytes: Count
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class PackageIndex(Message):
    """Every file of a package, with what its content must come to."""

    package: PackageName
    files: list[PackageFile]


class JoinRequest(Request):
    """A host wants to be an edge: the invitation's token, and where viewers will reach it.

    Without an address it is that of the invitation, which `InvitationSeen` tells.
    """

    token: Annotated[str, StringConstraints(min_length=20, max_length=200)]
    base_url: Annotated[
        str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$", max_length=200)
    ] = ""
    certificate_request: str = Field(
        default="", max_length=4000, description="PKCS #10, PEM; empty: no certificate is wanted"
    )
    agent_version: str = Field(max_length=40)


class JoinQuestion(Request):
    """Asks what an invitation says."""

    token: Annotated[str, StringConstraints(min_length=20, max_length=200)]


class InvitationSeen(Message):
    """An invitation that was not used yet."""

    name: EdgeName
    role: EdgeRole
    base_url: str


class JoinAnswer(Message):
    """What makes a host an edge. The secret is told once and shown with every report."""

    model_config = ConfigDict(hide_input_in_errors=True)

    edge_id: UUID
    secret: str = Field(repr=False)
    certificate: str = Field(description="Chain, PEM; empty where none was asked for")
    authority: str = Field(description="The certificate of this service's own authority, PEM")
    configuration: EdgeConfiguration


class CertificateRequest(Request):
    """The certificate of an edge will soon have run out."""

    certificate_request: str = Field(max_length=4000, description="PKCS #10, PEM")


class CertificateAnswer(Message):
    """A new certificate of the service's own authority."""

    certificate: str
    ends_at: datetime
