"""Play sessions: started, renewed by heartbeats, stopped."""

import contextlib
import logging
from datetime import timedelta
from functools import lru_cache
from uuid import UUID

from matinee.contracts.catalog import Vantage
from matinee.contracts.delivery import HOME_REGION
from matinee.contracts.events import PlaybackStarted
from matinee.contracts.playback import (
    Heartbeat,
    HeartbeatAnswer,
    Licence,
    PlayerTuning,
    PlayRequest,
    PlaySession,
    WarmSession,
)
from matinee.contracts.sessions import SessionEnded
from matinee.kernel import clock, ids, problems, stores
from matinee.kernel import settings as shared_settings
from matinee.kernel.databases import standing_since
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.events import announce_alone
from matinee.kernel.tokens import Caller, CmcdTokens
from matinee.playback import queries, rules, sessions, settings
from matinee.playback.actions.positions import position_store
from matinee.playback.actions.tuning import Tuned, tuned_for
from matinee.playback.rules import Facts, Permission, Playable, Session, pathways
from matinee.playback.rules.pathways import Route

log = logging.getLogger(__name__)

_DASH, _HLS = "manifest.mpd", "master.m3u8"
# From a pointer that rests on a title until play is pressed, with a manifest in between.
_WARM_LIFETIME = timedelta(seconds=60)
# As those of two hosts may.
_CLOCKS_DIFFER = timedelta(seconds=5)


def session_start(caller: Caller, asked: PlayRequest, own_url: str, country: str) -> PlaySession:
    """Let a profile play a title: check, take a slot, announce, and say where the media is.

    `own_url` is the service's address as the caller reaches it, `country` where they
    are. Raises the problem that speaks against playing.
    """
    profile_id = caller.profile()
    facts = queries.facts_of_play(caller, asked.title_id, country, _region(country))
    playable = rules.may_play(facts, caller.maturity_age, _vantage(caller, country), clock.now())
    session = _new_session(caller, profile_id, playable, facts)
    tuned = tuned_for(profile_id, facts.running)
    _take_slot(session, playable.entitlement.streams_at_once, asked.press)
    try:
        _tell(session, tuned, country)
    except Exception:
        _let_go(session)
        raise
    route = _route(facts, caller, asked.title_id, own_url)
    return _answer(session, playable, route, own_url, tuned.tuning)


def session_warm(caller: Caller, title_id: UUID, own_url: str, country: str) -> WarmSession:
    """Say where the media is of a title that a profile may be about to play.

    Checks what `session_start` checks, but takes no slot, tells nobody and opens
    no key. Raises the problem that speaks against playing, or TooMany.
    """
    profile_id = caller.profile()
    often = settings.get().warms_per_minute
    stores.limit("playback warm", str(caller.account_id), often, window_s=60)
    facts = queries.facts_of_play(caller, title_id, country, _region(country))
    playable = rules.may_play(facts, caller.maturity_age, _vantage(caller, country), clock.now())
    # The session that the token names does not exist, so it opens nothing but the package.
    token, expires_at = media_tokens().issue(
        ids.uuid7(), playable.package, _WARM_LIFETIME, playable.until
    )
    route = _route(facts, caller, title_id, own_url)
    folder = pathways.media_address(route.pathways[0], token, playable.package)
    return WarmSession(
        title_id=title_id,
        dash_url=f"{folder}{_DASH}{route.query}",
        pathways=route.pathways,
        steering_url=_steering_url(route, own_url),
        media_expires_at=expires_at,
        resume_s=rules.resume_s(facts.resume, playable.duration_s),
        height_max=playable.entitlement.height_max,
        licence=_licence(playable, own_url),
        tuning=tuned_for(profile_id, facts.running).tuning,
    )


def session_renew(
    caller: Caller, session_id: UUID, heartbeat: Heartbeat, country: str
) -> HeartbeatAnswer:
    """Take a heartbeat: renew slot and media token, store and announce the position.

    The token ends with the title's rights in `country`, to the second.

    While Valkey is away, the session as it was last stored is gone on from, so
    that whoever is watching goes on watching. Raises Gone when the session is
    over, TooMany when its slot has expired and been taken, and what speaks
    against playing when that has changed.
    """
    before, is_live = _session_of(caller, session_id)
    facts = queries.facts_of_play(caller, before.title_id, country)
    permission = _still_permitted(before, facts, caller, country)
    after = _advanced(before, heartbeat).model_copy(update={"signed_in_as": caller.session_id})
    is_news = rules.worth_telling(after)
    if is_news:
        after = after.told()
    streams_at_once = permission.entitlement.streams_at_once
    outcome = sessions.renew(after, streams_at_once) if is_live else "ok"
    if outcome == "ended":
        raise _ended()
    if is_news:
        position_store(after, stopped=False)
        _make_sure(before, facts, country)
    if outcome == "full":
        raise rules.too_many_streams(streams_at_once, settings.get().slot_s)
    token, expires_at = media_tokens().issue(after.id, after.package, until=permission.until)
    return HeartbeatAnswer(media_token=token, media_expires_at=expires_at)


def session_stop(caller: Caller, session_id: UUID, heartbeat: Heartbeat) -> None:
    """End a session at its final position and free its slot; nothing happens if it is over."""
    try:
        before, _ = _session_of(caller, session_id)
    except problems.Gone:
        return
    # First: where that fails, whoever asks again still finds the session, and is not told a lie.
    position_store(_advanced(before, heartbeat), stopped=True)
    _let_go(before)


def plays_end(event: SessionEnded) -> None:
    """End what plays on a device that was signed out: its next heartbeat finds nothing.

    One that only goes on under another id says so with its next heartbeat.
    """
    if event.replaced_by is not None:
        return
    for session in sessions.find_live(event.account_id):
        if session.signed_in_as == event.session_id:
            sessions.end(session)


@lru_cache(maxsize=1)
def media_tokens() -> MediaTokens:
    """The key of this process."""
    return MediaTokens(shared_settings.get().secrets)


@lru_cache(maxsize=1)
def _cmcd_tokens() -> CmcdTokens:
    return CmcdTokens(shared_settings.get().secrets)


def _region(country: str) -> str:
    return settings.get().regions.get(country, HOME_REGION)


def _route(facts: Facts, caller: Caller, title_id: UUID, own_url: str) -> Route:
    viewer = pathways.viewer_number(caller.profile(), title_id)
    return pathways.route(facts.edges, facts.plan, viewer, own_url, caller.platform)


def _steering_url(route: Route, own_url: str) -> str:
    return f"{own_url}/steering/{route.steering}.json"


def _licence(playable: Playable, own_url: str) -> Licence | None:
    return rules.licence(playable.title.key, own_url, settings.get().licence_servers)


def _new_session(caller: Caller, profile_id: UUID, playable: Playable, facts: Facts) -> Session:
    return Session(
        id=ids.uuid7(),
        account_id=caller.account_id,
        profile_id=profile_id,
        title_id=playable.title.id,
        package=playable.package,
        duration_s=playable.duration_s,
        maturity_age=playable.title.maturity_age,
        position_s=rules.resume_s(facts.resume, playable.duration_s),
        beat_at_s=clock.unix_s(),
        signed_in_as=caller.session_id,
    )


def _take_slot(session: Session, streams_at_once: int, press: str | None) -> None:
    outcome = sessions.start(session, streams_at_once, press)
    if outcome == "often":
        raise problems.TooMany(
            "too_many_attempts",
            "Playing was started too often. Please try again in a minute.",
            retry_after_s=60,
        )
    if outcome == "full":
        raise rules.too_many_streams(streams_at_once, settings.get().slot_s)


def _make_sure(before: Session, facts: Facts, country: str) -> None:
    """Tell with the first news of a session that it began, if that may have been lost.

    Where the connection is older than the session, its server has not fallen since, and the news,
    which was waited for until it was on disk, took that along.
    """
    may_be_lost = standing_since("playback") > before.beat_at - _CLOCKS_DIFFER
    if may_be_lost and not before.told_at_s:
        _tell(before, tuned_for(before.profile_id, facts.running), country)


def _tell(session: Session, tuned: Tuned, country: str) -> None:
    """Tell that a session began, before its first heartbeat; told again, it is the same fact."""
    started = PlaybackStarted(
        id=session.id,
        occurred_at=session.beat_at,
        session_id=session.id,
        account_id=session.account_id,
        profile_id=session.profile_id,
        title_id=session.title_id,
        country=country,
    )
    announce_alone("playback", started, *tuned.exposures(started))


def _answer(
    session: Session, playable: Playable, route: Route, own_url: str, tuning: PlayerTuning | None
) -> PlaySession:
    token, expires_at = media_tokens().issue(session.id, session.package, until=playable.until)
    folder = pathways.media_address(route.pathways[0], token, session.package)
    title = playable.title
    return PlaySession(
        session_id=session.id,
        title_id=title.id,
        title_name=title.name,
        dash_url=f"{folder}{_DASH}{route.query}",
        hls_url=f"{folder}{_HLS}{route.hls_query}",
        pathways=route.pathways,
        steering_url=_steering_url(route, own_url),
        media_expires_at=expires_at,
        resume_s=session.position_s,
        duration_s=session.duration_s,
        height_max=playable.entitlement.height_max,
        audio=title.audio,
        subtitles=title.subtitles,
        storyboard=rules.storyboard_at(title.storyboard, folder),
        next_title_id=playable.next_title_id,
        heartbeat_interval_s=settings.get().heartbeat_interval_s,
        licence=_licence(playable, own_url),
        cmcd_url=f"{own_url}/api/insights/cmcd/{_cmcd_tokens().issue(session.id, title.id)}",
        tuning=tuning,
    )


def _session_of(caller: Caller, session_id: UUID) -> tuple[Session, bool]:
    """The caller's session, and whether it is the live one; Gone if there is none."""
    profile_id = caller.profile()
    try:
        session, is_live = sessions.find(caller.account_id, session_id), True
    except problems.Unavailable:
        session, is_live = queries.session_last_stored(session_id, profile_id), False
        if session is None:
            raise
        log.warning("Valkey is away; a session goes on from its last stored heartbeat")
    if session is None or session.profile_id != profile_id:
        raise _ended()
    return session, is_live


def _vantage(caller: Caller, country: str) -> Vantage:
    return Vantage(country=country, platform=caller.platform)


def _still_permitted(session: Session, facts: Facts, caller: Caller, country: str) -> Permission:
    """What may_go_on says now; a session that may not go on is ended first."""
    try:
        return rules.may_go_on(facts, caller.maturity_age, _vantage(caller, country), clock.now())
    except problems.Problem:
        _let_go(session)
        raise


def _advanced(before: Session, heartbeat: Heartbeat) -> Session:
    interval_s = settings.get().heartbeat_interval_s
    return rules.advance(before, heartbeat.position_s, heartbeat.state, clock.unix_s(), interval_s)


def _let_go(session: Session) -> None:
    # Without Valkey the slot expires by itself.
    with contextlib.suppress(problems.Unavailable):
        sessions.end(session)


def _ended() -> problems.Gone:
    return problems.Gone("session_ended", "This play has ended. Press play to go on watching.")
