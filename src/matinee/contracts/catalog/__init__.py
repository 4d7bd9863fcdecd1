"""Messages of `catalog`: titles, their artwork and people, uploads and encodes under way."""

from matinee.contracts.catalog.drafts import TitleChange, TitleDraft
from matinee.contracts.catalog.encodes import EncodeProgress, EncodeStage, StageProgress
from matinee.contracts.catalog.programme import EditorialRow, EditorialRowDraft, EditorialRows
from matinee.contracts.catalog.rights import (
    Rights,
    RightsWindow,
    Vantage,
    is_available,
    open_until,
    opens_at,
)
from matinee.contracts.catalog.studio import StudioPage, StudioTitle
from matinee.contracts.catalog.subtitles import SubtitleDraft, TitleSubtitle, TitleSubtitles
from matinee.contracts.catalog.titles import Artwork, Credit, EpisodeCard, Season, Title, TitleCard
from matinee.contracts.catalog.uploads import Upload
from matinee.contracts.catalog.words import Country, CreditRole, Label, Slug, TitleKind, TitleStatus

__all__ = [
    "Artwork",
    "Country",
    "Credit",
    "CreditRole",
    "EditorialRow",
    "EditorialRowDraft",
    "EditorialRows",
    "EncodeProgress",
    "EncodeStage",
    "EpisodeCard",
    "Label",
    "Rights",
    "RightsWindow",
    "Season",
    "Slug",
    "StageProgress",
    "StudioPage",
    "StudioTitle",
    "SubtitleDraft",
    "Title",
    "TitleCard",
    "TitleChange",
    "TitleDraft",
    "TitleKind",
    "TitleStatus",
    "TitleSubtitle",
    "TitleSubtitles",
    "Upload",
    "Vantage",
    "is_available",
    "open_until",
    "opens_at",
]
