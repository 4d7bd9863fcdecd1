"""Messages of `catalog`: titles, their artwork and people, uploads and encodes under way."""

from matinee.contracts.catalog.artwork import ArtworkCut, ArtworkLanguage, ArtworkWish, Still
from matinee.contracts.catalog.drafts import TitleChange, TitleDraft
from matinee.contracts.catalog.encodes import EncodeProgress, EncodeStage, StageProgress
from matinee.contracts.catalog.external_ids import ExternalIds
from matinee.contracts.catalog.people import Person, PersonPart, PersonTitle
from matinee.contracts.catalog.programme import (
    Audience,
    EditorialOrder,
    EditorialRow,
    EditorialRowDraft,
    EditorialRows,
    Hours,
)
from matinee.contracts.catalog.rights import (
    Rights,
    RightsWindow,
    Vantage,
    is_available,
    open_until,
    opens_at,
)
from matinee.contracts.catalog.studio import StudioCard, StudioPage, StudioRow, StudioTitle
from matinee.contracts.catalog.subtitles import SubtitleDraft, TitleSubtitle, TitleSubtitles
from matinee.contracts.catalog.texts import LocalArtwork, TitleText, Words, lookup, words_in
from matinee.contracts.catalog.titles import (
    Artwork,
    CollectionLink,
    Credit,
    EpisodeCard,
    Season,
    Title,
    TitleCard,
)
from matinee.contracts.catalog.uploads import Upload
from matinee.contracts.catalog.words import Country, CreditRole, Label, Slug, TitleKind, TitleStatus

__all__ = [
    "Artwork",
    "ArtworkCut",
    "ArtworkLanguage",
    "ArtworkWish",
    "Audience",
    "CollectionLink",
    "Country",
    "Credit",
    "CreditRole",
    "EditorialOrder",
    "EditorialRow",
    "EditorialRowDraft",
    "EditorialRows",
    "EncodeProgress",
    "EncodeStage",
    "EpisodeCard",
    "ExternalIds",
    "Hours",
    "Label",
    "LocalArtwork",
    "Person",
    "PersonPart",
    "PersonTitle",
    "Rights",
    "RightsWindow",
    "Season",
    "Slug",
    "StageProgress",
    "Still",
    "StudioCard",
    "StudioPage",
    "StudioRow",
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
    "TitleText",
    "Upload",
    "Vantage",
    "Words",
    "is_available",
    "lookup",
    "open_until",
    "opens_at",
    "words_in",
]
