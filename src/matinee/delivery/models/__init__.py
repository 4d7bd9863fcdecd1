"""Tables of `delivery`: edges, what they hold and served, and what they are told."""

from matinee.delivery.models.agents import AgentRecord, InvitationRecord
from matinee.delivery.models.edges import EdgeRecord, SiteRecord
from matinee.delivery.models.figures import DemandRecord, TrafficRecord
from matinee.delivery.models.media import (
    HoldingRecord,
    PackageRecord,
    PlacementRecord,
    PortionRecord,
    TakedownDoneRecord,
    TakedownRecord,
)
from matinee.delivery.models.outlooks import OutlookRecord
from matinee.delivery.models.steering import DemandSeenRecord, RegionPlanRecord
from matinee.kernel.events.tables import DeadLetterTable, InboxTable, OutboxTable

__all__ = [
    "AgentRecord",
    "DeadLetter",
    "DemandRecord",
    "DemandSeenRecord",
    "EdgeRecord",
    "HoldingRecord",
    "Inbox",
    "InvitationRecord",
    "Outbox",
    "OutlookRecord",
    "PackageRecord",
    "PlacementRecord",
    "PortionRecord",
    "RegionPlanRecord",
    "SiteRecord",
    "TakedownDoneRecord",
    "TakedownRecord",
    "TrafficRecord",
]


class Outbox(OutboxTable):
    """See `OutboxTable`."""


class Inbox(InboxTable):
    """See `InboxTable`."""


class DeadLetter(DeadLetterTable):
    """See `DeadLetterTable`."""
