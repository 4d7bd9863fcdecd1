"""How a title comes to be published: where it stands, what is missing, who did what."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from matinee.contracts.catalog.drafts import TitleChange
from matinee.contracts.catalog.rights import Moment
from matinee.contracts.message import Message, Request

Standing = Literal["draft", "review", "scheduled", "released", "withdrawn"]
"""How far the staff has brought a title; `status` says beside it how far its film is."""
Act = Literal["submit", "return", "approve", "schedule", "publish", "withdraw", "reopen"]
"""What somebody may do to bring a title further, or back."""
Review = Literal["none", "one", "two"]
"""Whether publishing needs nobody's approval, a publisher's, or a second person's."""
Need = Literal[
    "film",
    "episode",
    "members",
    "rights",
    "description",
    "poster",
    "backdrop",
    "genres",
    "year",
    "credits",
]
"""What a title can lack."""
DeedVerb = Literal[
    "made",
    "changed",
    "undone",
    "proposed",
    "amended",
    "discarded",
    "said",
    "artwork",
    "film",
    "subtitles",
    "submitted",
    "returned",
    "approved",
    "scheduled",
    "published",
    "withdrawn",
    "reopened",
]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class Missing(Message):
    """Something that a title lacks."""

    what: Need
    detail: str = Field(description="A sentence that says what to do")
    is_required: bool = Field(description="It cannot be published without; else it had better not")


class Amendment(Message):
    """Changes of a title that viewers see once somebody has approved them.

    Fields have the names of `TitleChange`; `poster` and `backdrop` (of a language: `poster:de`) are
    addresses of pictures, None for one that is cut from the film.
    """

    before: dict[str, Any] = Field(description="The fields that it changes, as they are")
    after: dict[str, Any]
    account_ids: list[UUID] = Field(description="Who proposed it")
    words: str
    updated_at: datetime
    can_be_approved: bool = Field(description="By the caller")
    can_be_discarded: bool = Field(description="By the caller")


class AmendmentDraft(Request):
    """What is proposed to change; it joins what was proposed before."""

    change: TitleChange
    words: Words = Field(default="", description="For whoever approves it")


class Workflow(Message):
    """Where a title stands, and what the caller may do with it."""

    title_id: UUID
    standing: Standing
    publish_at: datetime | None = Field(description="When it is published by itself")
    submitted_by: UUID | None = Field(description="The account of who submitted it for review")
    review: Review
    acts: list[Act] = Field(description="What the caller may do now")
    missing: list[Missing] = Field(description="What is required first")
    amends: bool = Field(
        description="What the caller changes of it is seen only once somebody has approved it"
    )
    amendment: Amendment | None = Field(description="What waits to be approved")


class ActOrder(Request):
    """What is said when a title is brought further, or back."""

    words: Words = Field(default="", description="For those who read its history")
    publish_at: Moment | None = Field(
        default=None, description="With `approve` and `schedule`: when it is to be published"
    )


class Verdict(Request):
    """What is said when proposed changes are approved or discarded."""

    words: Words = Field(default="", description="For those who read its history")


class Remarks(Request):
    """A comment on a title."""

    words: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class Deed(Message):
    """What somebody did with a title, or said of it."""

    id: UUID
    at: datetime
    account_id: UUID | None = Field(
        description="Whose account; None for the machine, or where the account was erased"
    )
    verb: DeedVerb
    before: dict[str, Any] = Field(description="The fields that it changed, as they were")
    after: dict[str, Any]
    words: str
    can_be_undone: bool


class History(Message):
    """What was done with a title, newest first; `next` is passed back for what came before."""

    deeds: list[Deed]
    next: UUID | None
