"""Reads of `playback`: all that decides one press of play, in one round trip."""

import json
from functools import lru_cache
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from matinee.contracts.catalog import RightsWindow
from matinee.contracts.delivery import ANY_CLASS, HOME_REGION, Edge
from matinee.contracts.experiments import Running
from matinee.contracts.playback import Storyboard, TrackInfo
from matinee.contracts.ratings import system_of
from matinee.kernel.databases import asked_often
from matinee.kernel.tokens import Caller
from matinee.playback.models import Position
from matinee.playback.rules import (
    EVERYTHING,
    FOREVER,
    EntitlementFacts,
    Facts,
    GrantFacts,
    KeyFacts,
    ResumeFacts,
    Session,
    TitleFacts,
)
from matinee.playback.rules.pathways import Plan

_TRACKS = TypeAdapter(list[TrackInfo])
_EDGES = TypeAdapter(list[Edge])
_RIGHTS = TypeAdapter(list[RightsWindow])

# What the one row of `ExperimentsCopy` is called.
RUNNING = "running"

# One statement, because pressing play is the hottest request of the house: eight look-ups by
# keys, the plan of one region, and the handful of edges there are. Planning it anew would take the
# server longer than answering it.
_FACTS = """
SELECT title.id, title.kind, title.name, title.status,
       COALESCE((title.ratings->>%(board)s::text)::int, title.maturity_age), title.package,
       title.key_id, own.id IS NOT NULL, title.duration_s,
       title.audio, title.subtitles, title.storyboard, title.rights, following.id, following.rights,
       entitlement.streams_at_once, entitlement.height_max, entitlement.ends_at, entitlement.plan,
       granted.id IS NOT NULL, granted.ends_at,
       resume.position_s, resume.finished,
       erasure.until,
       steered.region, class.title_class, steered.orders -> class.title_class,
       steered.orders -> %(any_class)s::text,
       (SELECT running FROM playback_experimentscopy WHERE name = %(running)s::text),
       (SELECT json_agg(edge.edge ORDER BY edge.id)::text FROM playback_edgecopy edge
        WHERE edge.edge IS NOT NULL)
FROM (SELECT %(title)s::uuid AS title_id, %(account)s::uuid AS account_id,
             %(profile)s::uuid AS profile_id) AS asked
LEFT JOIN playback_titlecopy title ON title.id = asked.title_id AND NOT title.removed
LEFT JOIN playback_sealedkey own ON own.id = title.key_id
LEFT JOIN playback_titlecopy following ON following.id = title.next_title_id
      AND NOT following.removed AND following.status = 'published'
      AND following.package IS NOT NULL AND %(maturity)s::int >=
          COALESCE((following.ratings->>%(board)s::text)::int, following.maturity_age)
LEFT JOIN playback_entitlementcopy entitlement ON entitlement.id = asked.account_id
LEFT JOIN playback_titlegrantcopy granted ON granted.account_id = asked.account_id
      AND granted.title_id = asked.title_id
LEFT JOIN playback_position resume ON resume.profile_id = asked.profile_id
      AND resume.title_id = asked.title_id
LEFT JOIN playback_erasure erasure ON erasure.profile_id = asked.profile_id
      AND erasure.title_id = %(everything)s::uuid
LEFT JOIN playback_packageclass class ON class.package = substring(title.package from '[^/]*$')
LEFT JOIN LATERAL (
    SELECT region, orders FROM playback_regionplan
    WHERE region IN (%(region)s::text, %(home)s::text) AND orders <> '{}'
    ORDER BY region = %(region)s::text DESC LIMIT 1
) steered ON TRUE
"""


def facts_of_play(caller: Caller, title_id: UUID, country: str, region: str = HOME_REGION) -> Facts:
    """What the copies say of a profile that wants to play a title in a region.

    `country` (ISO 3166-1 alpha-2) says whose board rates it.
    """
    values: dict[str, Any] = {
        "title": title_id,
        "account": caller.account_id,
        "profile": caller.profile(),
        "maturity": caller.maturity_age,
        "board": system_of(country).code,
        "everything": EVERYTHING,
        "region": region,
        "home": HOME_REGION,
        "any_class": ANY_CLASS,
        "running": RUNNING,
    }
    return _facts(asked_often("playback", _FACTS, values))


def _facts(row: tuple[Any, ...]) -> Facts:
    *of_viewer, region_found, title_class, orders, usual, running, edges = row
    *title, screens, height_max, ends_at, code, is_granted, granted_until = of_viewer[:-3]
    position_s, finished, until = of_viewer[-3:]
    return Facts(
        title=None if title[0] is None else _title(title),
        entitlement=None
        if screens is None
        else EntitlementFacts(screens, height_max, ends_at, code),
        resume=None if position_s is None else ResumeFacts(position_s, finished),
        profile_removed=until is not None and until >= FOREVER,
        edges=[] if edges is None else _edges(edges),
        plan=_plan(region_found, title_class, orders, usual),
        grant=GrantFacts(granted_until) if is_granted else None,
        running=Running() if running is None else _running(running),
    )


def _plan(region: str | None, title_class: str | None, *orders: str | None) -> Plan | None:
    if region is None:
        return None
    own, usual = (None if text is None else _orders(text) for text in orders)
    return Plan(region, title_class or ANY_CLASS, own, usual)


def _title(columns: list[Any]) -> TitleFacts:
    title_id, kind, name, status, maturity_age, *columns, next_title_id, next_rights = columns
    package, key_id, key_is_own, duration_s, audio, subtitles, storyboard, rights = columns
    return TitleFacts(
        id=title_id,
        kind=kind,
        name=name,
        status=status,
        maturity_age=maturity_age,
        package=package,
        key=None if key_id is None else KeyFacts(key_id, key_is_own),
        duration_s=duration_s,
        audio=_tracks(audio),
        subtitles=_tracks(subtitles),
        storyboard=None if storyboard is None else Storyboard.model_validate_json(storyboard),
        next_title_id=next_title_id,
        next_rights=_rights(next_rights or "[]"),
        rights=_rights(rights),
    )


# JSON comes as text, and as the same few texts again and again: each is read once.


@lru_cache(maxsize=16)
def _edges(text: str) -> list[Edge]:
    return _EDGES.validate_json(text)


@lru_cache(maxsize=16)
def _running(text: str) -> Running:
    return Running.model_validate_json(text)


@lru_cache(maxsize=256)
def _orders(text: str) -> list[list[str]]:
    orders: list[list[str]] = json.loads(text)
    return orders


@lru_cache(maxsize=1024)
def _tracks(text: str) -> list[TrackInfo]:
    return _TRACKS.validate_json(text)


@lru_cache(maxsize=1024)
def _rights(text: str) -> list[RightsWindow]:
    return _RIGHTS.validate_json(text)


def session_last_stored(session_id: UUID, profile_id: UUID) -> Session | None:
    """A session as its last stored heartbeat left it; None if there was none, or it was stopped."""
    row = Position.objects.filter(profile_id=profile_id, session__id=str(session_id)).first()
    return None if row is None else Session.model_validate(row.session)
