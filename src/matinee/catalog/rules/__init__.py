"""What a title's status, address and order follow from; no I/O.

What is heard of encodes arrives in any order and more than once, so what counts
is a maximum: whatever the order, the same facts leave the same state.
"""

from matinee.catalog.rules.encodes import ENDED, EncodeStep, PackageRank, is_of_newest_film
from matinee.catalog.rules.naming import (
    FILE_NAME_BYTES_MAX,
    SLUG_LENGTH_MAX,
    is_id,
    made_at_s,
    numbered,
    safe_file_name,
    slug_from,
    unique_labels,
)
from matinee.catalog.rules.order import Place, following, place_order
from matinee.catalog.rules.searching import folded, search_pieces, search_text
from matinee.catalog.rules.status import Facts, status_of

__all__ = [
    "ENDED",
    "FILE_NAME_BYTES_MAX",
    "SLUG_LENGTH_MAX",
    "EncodeStep",
    "Facts",
    "PackageRank",
    "Place",
    "folded",
    "following",
    "is_id",
    "is_of_newest_film",
    "made_at_s",
    "numbered",
    "place_order",
    "safe_file_name",
    "search_pieces",
    "search_text",
    "slug_from",
    "status_of",
    "unique_labels",
]
