"""The tables of `catalog`."""

from matinee.catalog.models.encodes import Encode, EncodeAccount, Package
from matinee.catalog.models.labels import LabelText
from matinee.catalog.models.people import Credit, Person
from matinee.catalog.models.programme import EditorialRow, Programme
from matinee.catalog.models.rights import AccountPlan, OfferedTitle, OwnTitle, TitleWindow
from matinee.catalog.models.sheets import SheetImport
from matinee.catalog.models.subtitles import SubtitleFile
from matinee.catalog.models.telling import DeadLetter, Inbox, Outbox
from matinee.catalog.models.titles import BELONGING, EPISODE, HOLDING, CollectionEntry, Title
from matinee.catalog.models.uploads import Upload
from matinee.catalog.models.webhooks import WebhookDelivery, WebhookEndpoint, WebhookMessage
from matinee.catalog.models.workflow import Amendment, Deed

__all__ = [
    "BELONGING",
    "EPISODE",
    "HOLDING",
    "AccountPlan",
    "Amendment",
    "CollectionEntry",
    "Credit",
    "DeadLetter",
    "Deed",
    "EditorialRow",
    "Encode",
    "EncodeAccount",
    "Inbox",
    "LabelText",
    "OfferedTitle",
    "Outbox",
    "OwnTitle",
    "Package",
    "Person",
    "Programme",
    "SheetImport",
    "SubtitleFile",
    "Title",
    "TitleWindow",
    "Upload",
    "WebhookDelivery",
    "WebhookEndpoint",
    "WebhookMessage",
]
