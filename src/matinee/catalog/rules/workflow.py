"""Who may bring a title from where to where; no I/O.

With no review, whoever edits also publishes. With `one`, publishers and owners do. With `two`,
nobody publishes what they submitted or changed themselves since it was approved last.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from matinee.contracts.catalog.workflow import Act, DeedVerb, Review, Standing
from matinee.kernel.problems import Conflict, Forbidden, Problem, Unprocessable
from matinee.kernel.tokens import Caller

ALL_ACTS: tuple[Act, ...] = (
    *("submit", "return", "approve", "schedule", "publish", "withdraw", "reopen"),
)
VERBS: dict[Act, DeedVerb] = {
    "submit": "submitted",
    "return": "returned",
    "approve": "approved",
    "schedule": "scheduled",
    "publish": "published",
    "withdraw": "withdrawn",
    "reopen": "reopened",
}
# What may be taken back; a film only where it replaced another.
_UNDOABLE: frozenset[DeedVerb] = frozenset(
    {"changed", "undone", "amended", "artwork", "film", "subtitles"}
)
# What does not make somebody one of those who worked on what is to be published: words, and what
# somebody else has to approve or has approved.
_ASIDE: frozenset[DeedVerb] = frozenset({"said", "proposed", "amended", "discarded"})
# What viewers see, or are about to.
_SHOWN: frozenset[Standing] = frozenset({"scheduled", "released"})
# What lets a title be seen, now or later.
PUBLISHING: frozenset[Act] = frozenset({"approve", "schedule", "publish"})
_FROM: dict[Act, frozenset[Standing]] = {
    "submit": frozenset({"draft"}),
    "return": frozenset({"review", "scheduled"}),
    "approve": frozenset({"review"}),
    "schedule": frozenset({"draft", "scheduled", "withdrawn"}),
    "publish": frozenset({"draft", "scheduled", "withdrawn"}),
    "withdraw": frozenset({"draft", "review", "scheduled", "released"}),
    "reopen": frozenset({"withdrawn"}),
}
_TO: dict[Act, Standing] = {
    "submit": "review",
    "return": "draft",
    "withdraw": "withdrawn",
    "reopen": "draft",
    "schedule": "scheduled",
}
_PROPOSE = "Viewers see this title: somebody else has to approve changes of it. Propose them."
_READS: dict[Standing, str] = {
    "draft": "a draft",
    "review": "in review",
    "scheduled": "scheduled",
    "released": "published",
    "withdrawn": "withdrawn",
}


class Member(NamedTuple):
    """Somebody of the staff; `publishes` for publishers and owners."""

    account_id: UUID | None
    publishes: bool


# The command line, imports and what runs by itself.
MACHINE = Member(None, publishes=True)


def staff_member(who: Caller) -> Member:
    """The member of the staff who calls; the command line calls as the machine."""
    if who.is_operator:
        return MACHINE
    return Member(who.account_id, publishes=bool(who.roles & {"owner", "publisher"}))


@dataclass(frozen=True)
class Stand:
    """Where a title stands; `changed_by` are those who changed it since it was approved last."""

    standing: Standing
    submitted_by: UUID | None = None
    changed_by: frozenset[UUID] = frozenset()


def first_standing(review: Review) -> Standing:
    """Where a title begins: without a review it is shown as soon as it can be played."""
    return "released" if review == "none" else "draft"


def acts_open(stand: Stand, member: Member, review: Review) -> list[Act]:
    """What a member may do with a title that stands there."""
    return [act for act in ALL_ACTS if refusal(act, stand, member, review) is None]


def refusal(act: Act, stand: Stand, member: Member, review: Review) -> Problem | None:
    """Why a member may not; None if they may."""
    if stand.standing not in _FROM[act]:
        detail = f"It is {_READS[stand.standing]}: {act} is not for that. Load the page anew."
        return Conflict("wrong_standing", detail)
    if review == "none":
        return None
    if act in PUBLISHING and stand.standing == "draft":
        return Conflict("needs_review", "Submit it for review first; then it can be approved.")
    if act == "return" and stand.submitted_by == member.account_id is not None:
        return None
    if act in PUBLISHING or act == "return":
        return _not_a_publisher(member) or _not_a_second_person(act, stand, member, review)
    return None


def change_refusal(standing: Standing, member: Member, review: Review) -> Problem | None:
    """Why what a member changes of a title waits for somebody's approval; None if it does not."""
    if review == "none" or standing not in _SHOWN or member == MACHINE:
        return None
    return Forbidden("needs_approval", _PROPOSE) if review == "two" else _not_a_publisher(member)


def approval_refusal(
    standing: Standing, member: Member, review: Review, proposed_by: Collection[UUID | None]
) -> Problem | None:
    """Why a member may not approve changes of a title; None if they may."""
    if review == "none" or standing not in _SHOWN or member == MACHINE:
        return None
    if review == "two" and member.account_id in proposed_by:
        return Forbidden("needs_second_person", "You proposed this yourself. Ask somebody else.")
    return _not_a_publisher(member)


def may_discard(member: Member, proposed_by: Collection[UUID | None]) -> bool:
    """Whether a member may have proposed changes forgotten."""
    return member.publishes or member.account_id in proposed_by


def is_undoable(verb: DeedVerb, before: Mapping[str, object]) -> bool:
    """Whether what was done can be taken back: there is something that it was before."""
    return verb in _UNDOABLE and before.get("film", verb) is not None


def standing_after(act: Act, publish_at: datetime | None, now: datetime) -> Standing:
    """Where it stands then; Unprocessable for a moment that is missing or has passed."""
    if act == "schedule" and publish_at is None:
        raise Unprocessable("no_moment", "Say when it is to be published: send publish_at.")
    if publish_at is not None and publish_at <= now:
        detail = "That moment has passed. Choose a later one, or publish now."
        raise Unprocessable("moment_passed", detail)
    if publish_at is not None and act not in {"approve", "schedule"}:
        raise Unprocessable("needless_moment", f"To {act} needs no publish_at. Leave it out.")
    return _TO.get(act) or ("released" if publish_at is None else "scheduled")


def changers(deeds: Iterable[tuple[DeedVerb, UUID | None]]) -> frozenset[UUID]:
    """Who changed a title since it was approved or published last; `deeds` come newest first."""
    found = set()
    for verb, account_id in deeds:
        if verb in {"approved", "published", "scheduled"}:
            break
        if verb not in _ASIDE and account_id is not None:
            found.add(account_id)
    return frozenset(found)


def _not_a_publisher(member: Member) -> Problem | None:
    if member.publishes:
        return None
    return Forbidden("needs_publisher", "This needs the role publisher or owner. Ask one of them.")


def _not_a_second_person(act: Act, stand: Stand, member: Member, review: Review) -> Problem | None:
    if review != "two" or act == "return" or stand.standing == "scheduled":
        return None
    if member.account_id is None or member.account_id not in stand.changed_by:
        return None
    detail = "You worked on this title yourself. Somebody else has to publish it."
    return Forbidden("needs_second_person", detail)
