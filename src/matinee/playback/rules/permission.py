"""Who may play what, from where, and until when."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from matinee.contracts.catalog import RightsWindow, Vantage, is_available, open_until
from matinee.kernel import problems
from matinee.playback.rules.facts import EntitlementFacts, Facts, GrantFacts, TitleFacts
from matinee.playback.rules.pathways import package_name

# What has been published once may be prepared anew; whatever else is nobody's to see.
_SEEN = frozenset({"published", "processing", "failed"})
# What is played of kinds that are no films themselves.
_CHOICES = {"series": "an episode", "collection": "one of its titles"}
# What is bought alone plays in every quality that there is.
_EVERY_HEIGHT = 100_000


class Permission(NamedTuple):
    """What the account may watch, and when the title's rights close; None where they do not."""

    entitlement: EntitlementFacts
    until: datetime | None


class Playable(NamedTuple):
    """What is left of the facts when nothing speaks against playing; see `package_name`."""

    title: TitleFacts
    package: str
    duration_s: float
    entitlement: EntitlementFacts
    until: datetime | None
    next_title_id: UUID | None


def may_play(facts: Facts, maturity_age: int, vantage: Vantage, now: datetime) -> Playable:
    """The title and its package; the problem that speaks against it otherwise.

    What the account has subscribed to is among the facts, so a plan in `vantage` does not count.
    """
    title = _watchable(facts, maturity_age)
    if title.kind in _CHOICES:
        detail = f"This is a {title.kind}: choose {_CHOICES[title.kind]} to play."
        raise problems.Conflict("choose_episode", detail)
    if title.status != "published" or not title.package or not title.duration_s:
        detail = "This title is still being prepared. Please try again soon."
        raise problems.Conflict("not_playable_yet", detail)
    entitlement, until = _permitted(title, facts, vantage, now)
    at = Vantage(vantage.country, entitlement.plan, vantage.platform)
    return Playable(
        title,
        package_name(title.package),
        title.duration_s,
        entitlement,
        until,
        title.next_title_id if is_available(title.next_rights, at, now) else None,
    )


def may_go_on(facts: Facts, maturity_age: int, vantage: Vantage, now: datetime) -> Permission:
    """What the account may watch if a play may go on; the problem that ends it otherwise.

    A film that is being encoded anew goes on with the package that it started with.
    """
    try:
        title = _watchable(facts, maturity_age)
    except problems.NotFound as problem:
        detail = "This title was taken out of the catalogue."
        raise problems.Gone("session_ended", detail) from problem
    return _permitted(title, facts, vantage, now)


def _permitted(title: TitleFacts, facts: Facts, vantage: Vantage, now: datetime) -> Permission:
    """What the account may watch while the title's rights are open; else what speaks against it.

    Nobody is asked to subscribe for what no plan could open, and what was rented or bought alone
    is watched whatever plans its windows name.
    """
    beside_plans = _without_plans(title.rights)
    if not is_available(beside_plans, vantage, now):
        detail = "This title cannot be watched in your country, on this device, or not now. "
        raise problems.Forbidden("not_available_here", detail + "Choose another one.")
    entitlement = entitled(facts.entitlement, now, facts.grant)
    if facts.grant is not None and _lasts(facts.grant.ends_at, now):
        return Permission(entitlement, open_until(beside_plans, vantage, now))
    vantage = Vantage(vantage.country, entitlement.plan, vantage.platform)
    if not is_available(title.rights, vantage, now):
        detail = "Your plan does not include this title. Choose another plan in your account."
        raise problems.Forbidden("not_in_plan", detail)
    return Permission(entitlement, open_until(title.rights, vantage, now))


def _without_plans(rights: Sequence[RightsWindow]) -> list[RightsWindow]:
    return [window.model_copy(update={"plans": []}) for window in rights]


def _watchable(facts: Facts, maturity_age: int) -> TitleFacts:
    if facts.profile_removed:
        raise problems.Forbidden("no_profile", "This profile is no more. Choose who is watching.")
    title = facts.title
    if title is None or title.status not in _SEEN:
        raise problems.NotFound("unknown_title", "This title is not here, or not here any more.")
    if title.maturity_age > maturity_age:
        detail = (
            f"This title is for ages {title.maturity_age} and up, and this profile is not. "
            "Choose another profile, or change its age limit in your account."
        )
        raise problems.Forbidden("above_maturity", detail)
    return title


def entitled(
    entitlement: EntitlementFacts | None, now: datetime, grant: GrantFacts | None = None
) -> EntitlementFacts:
    """What the account may watch now; PaymentRequired, with the way out, if nothing.

    What is rented or bought plays on one screen in every quality, and on more with a plan.
    """
    if grant is not None and _lasts(grant.ends_at, now):
        screens = 1
        if entitlement is not None and _lasts(entitlement.ends_at, now):
            screens = entitlement.streams_at_once
        return EntitlementFacts(screens, _EVERY_HEIGHT, grant.ends_at, "")
    if entitlement is None:
        why = "There is no subscription on this account yet. Choose a plan in your account, then "
        why += "press play again. If you have only just signed up, wait a second and try again."
        raise problems.PaymentRequired("not_entitled", why)
    if not _lasts(entitlement.ends_at, now):
        why = "Your subscription has ended. Choose a plan in your account, then press play again."
        raise problems.PaymentRequired("not_entitled", why)
    return entitlement


def _lasts(ends_at: datetime | None, now: datetime) -> bool:
    return ends_at is None or ends_at > now
