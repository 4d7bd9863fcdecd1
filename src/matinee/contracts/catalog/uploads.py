"""Film files on their way in."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from matinee.contracts.message import Message


class Upload(Message):
    """A resumable upload (tus 1.0) bound to the title whose film it brings."""

    id: UUID
    title_id: UUID
    url: str = Field(description="Origin-relative address for HEAD and PATCH")
    size_bytes: int
    offset_bytes: int
    expires_at: datetime
