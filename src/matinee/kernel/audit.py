"""Notes for the audit log: who did what to whom, from where; without anything personal.

A note leaves by the outbox of the service that makes it, in the transaction that made it
true; `identity` hears it and adds it to the chain. An account is named by its id only. What a
member of the staff writes as a reason is sealed with the data key of the account that it is
about, so that erasing that account makes it unreadable and leaves the chain whole.
"""

import base64
import ipaddress
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar
from uuid import UUID

from django.db import DatabaseError
from pydantic import Field, StringConstraints, TypeAdapter

from matinee.kernel import sealing, stores
from matinee.kernel.databases import Step, transaction_of
from matinee.kernel.events.event import Event, announce, telling
from matinee.kernel.problems import Forbidden, TooMany, Unavailable
from matinee.kernel.tokens import Caller

log = logging.getLogger(__name__)

REASON = sealing.Column("audit", "reason")
REASON_LENGTH_MAX = 500
_FACTS_MAX = 12
_REFUSALS_A_MINUTE = 20
_MINUTE_S = 60
# What leads on to a question instead of ending there.
_STEPS = frozenset({"step_up_needed", "pin_needed", "no_profile"})

Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:/+-]{0,80}$")]
Action = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]+(\.[a-z0-9_]+)+$", max_length=60)]
Fact = bool | int | Word
_FACTS = TypeAdapter(Annotated[dict[Word, Fact], Field(max_length=_FACTS_MAX)])
# A word of letters and digits has no room for a path's other characters.
_UNWORDLY = re.compile(r"[^A-Za-z0-9_.:/+-]")


@dataclass(frozen=True)
class Doer:
    """Who did it: an account in a session, or a part of Matinee; and from which network.

    `place` is what `place` makes of an address. `reason` is what a person gave as one.
    """

    account_id: UUID | None = None
    session_id: UUID | None = None
    part: Word = ""
    place: str = ""
    reason: str = ""

    @classmethod
    def of(cls, caller: Caller, address: str = "", reason: str = "") -> "Doer":
        """The caller of a request that came from `address`."""
        return cls(caller.account_id, caller.session_id, "", place(address), reason)


COMMAND_LINE = Doer(part="command_line")


class AuditNoted(Event):
    """Something that the audit log keeps; `sealed_reason` is base64 of what only `about` opens."""

    type: ClassVar[str] = "audit.noted"
    service: Word
    action: Action
    account_id: UUID | None = None
    session_id: UUID | None = None
    part: Word = ""
    place: Word = ""
    about: UUID | None = None
    facts: dict[str, Fact] = {}
    sealed_reason: str = ""


def note(
    service: str,
    action: str,
    *,
    by: Doer,
    about: UUID | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> None:
    """Have the audit log keep it, if and only if the service's open transaction commits.

    `about` is the account that it was done to. ValueError for facts that are not short words
    or numbers: an address or a name is no fact.
    """
    announce(service, _noted(service, action, by, about, facts))


def noting(
    service: str,
    action: str,
    *,
    by: Doer,
    about: UUID | None = None,
    facts: Mapping[str, Fact] | None = None,
) -> Step:
    """What has the audit log keep it, to go with other steps of one transaction; see `telling`."""
    return telling(service, _noted(service, action, by, about, facts))


def _noted(
    service: str,
    action: str,
    by: Doer,
    about: UUID | None,
    facts: Mapping[str, Fact] | None,
) -> AuditNoted:
    told = AuditNoted(
        service=service,
        action=action,
        account_id=by.account_id,
        session_id=by.session_id,
        part=by.part,
        place=by.place,
        about=about,
        facts=_FACTS.validate_python(dict(facts or {})),
    )
    if by.reason and about is not None:
        sealed = sealing.seal(about, REASON.of(told.id), by.reason[:REASON_LENGTH_MAX])
        told = told.model_copy(update={"sealed_reason": base64.b64encode(sealed).decode()})
    return told


def note_refusal(service: str, who: Caller, problem: Forbidden, asked: str, address: str) -> None:
    """Keep that a caller asked for what they may not; at most 20 a minute of one session.

    `asked` is the method and path. A log that cannot be written does not change the answer.
    """
    if problem.code in _STEPS:
        return
    facts = {"code": problem.code, "asked": _UNWORDLY.sub(":", asked)[:80]}
    try:
        stores.limit("refusals", str(who.session_id), _REFUSALS_A_MINUTE, _MINUTE_S)
        with transaction_of(service):
            note(service, "access.denied", by=Doer.of(who, address), facts=facts)
    except TooMany:
        return
    except (DatabaseError, Unavailable) as error:
        log.warning("a refusal could not be noted: %s", error)


def place(address: str) -> str:
    """The network of an address (/24, or /48 of IPv6): where, and not who."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return f"{str(parsed).rpartition('.')[0]}.0/24"
    return str(ipaddress.ip_network((parsed, 48), strict=False))
