"""Live sessions and stream slots in Valkey, changed in atomic steps.

An account's slots are a sorted set of session ids by the moment they expire; a
slot that no heartbeat renews frees itself. All keys of an account carry it as
hash tag, so that they lie on one node of a cluster.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Literal, cast
from uuid import UUID

import redis
from redis.commands.core import Script
from redis.exceptions import NoScriptError

from matinee.kernel import clock, problems, stores
from matinee.playback import settings
from matinee.playback.rules import Session

Outcome = Literal["ok", "full", "ended", "often"]

# Whose a session is, is known for as long as any media token of it can be of use.
_ACCOUNT_S = 24 * 3600

_COUNT_START = """
local starts = redis.call('INCR', KEYS[3])
if starts == 1 then redis.call('PEXPIRE', KEYS[3], 60000) end
if starts > tonumber(ARGV[7]) then return 'often' end
"""
# A press that comes again: nobody has heard of the session that it began before.
_INSTEAD = """
if KEYS[4] then
  local before = redis.call('GET', KEYS[4])
  if before then
    redis.call('ZREM', KEYS[1], before)
    redis.call('DEL', ARGV[8] .. before)
  end
end
"""
_KEEP_PRESS = """
if KEYS[4] and outcome == 'ok' then redis.call('SET', KEYS[4], ARGV[4], 'PX', ARGV[2]) end
"""
_MUST_LIVE = """
if redis.call('EXISTS', KEYS[2]) == 0 then return 'ended' end
"""
# A session that already has a slot keeps it, even when the limit has been lowered meanwhile.
_TAKE = """
local now, slot_ms, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
local outcome = 'ok'
if redis.call('ZSCORE', KEYS[1], ARGV[4]) or redis.call('ZCARD', KEYS[1]) < limit then
  redis.call('ZADD', KEYS[1], now + slot_ms, ARGV[4])
  redis.call('PEXPIRE', KEYS[1], slot_ms)
else
  outcome = 'full'
end
"""
_KEEP = """
redis.call('SET', KEYS[2], ARGV[6], 'PX', ARGV[5])
return outcome
"""
_END = """
redis.call('ZREM', KEYS[1], ARGV[1])
return redis.call('DEL', KEYS[2])
"""


@lru_cache(maxsize=1)
def _scripts() -> dict[str, Script]:
    valkey = stores.connect()
    only_with_slot = "if outcome == 'full' then return outcome end\n"
    return {
        "start": valkey.register_script(
            _COUNT_START + _INSTEAD + _TAKE + only_with_slot + _KEEP_PRESS + _KEEP
        ),
        "renew": valkey.register_script(_MUST_LIVE + _TAKE + _KEEP),
        "end": valkey.register_script(_END),
    }


def start(session: Session, streams_at_once: int, press: str | None = None) -> Outcome:
    """Take a slot and keep the session: ok, full, or often (too many starts in a minute).

    What the same `press` began before it came again ends.

    Whose the session is lies on a node of its own in a cluster, so no script can write both; they
    are sent together, and what was written for nothing is taken back.
    """
    whose, script = _account_key(session.id), _scripts()["start"]
    keys, args = _keys(session), _values(session, streams_at_once)
    if press is not None:
        keys.append(f"playback:{{{session.account_id}}}:press:{press}")
        args.append(_session_key(session.account_id, ""))
    with _available():
        kept, outcome = stores.answers_to(
            ("SET", whose, str(session.account_id), "EX", _ACCOUNT_S),
            ("EVALSHA", script.sha, len(keys), *keys, *args),
        )
        if isinstance(outcome, NoScriptError):
            outcome = script(keys=keys, args=args)
        for answer in (kept, outcome):
            if isinstance(answer, redis.RedisError):
                raise answer
        if outcome != "ok":
            stores.connect().delete(whose)
    return cast("Outcome", outcome)


def renew(session: Session, streams_at_once: int) -> Outcome:
    """Keep the session and renew its slot or take a free one: ok, full or ended."""
    return _run("renew", session, streams_at_once)


def find(account_id: UUID, session_id: UUID) -> Session | None:
    """The account's live session with this id."""
    with _available():
        body = stores.connect().get(_session_key(account_id, session_id))
    return None if body is None else Session.model_validate_json(cast("str", body))


def find_by_id(session_id: UUID) -> Session | None:
    """The live session with this id, whoever's it is."""
    with _available():
        account_id = stores.connect().get(_account_key(session_id))
    return None if account_id is None else find(UUID(cast("str", account_id)), session_id)


def find_live(account_id: UUID) -> list[Session]:
    """The account's sessions that have a stream slot now."""
    now_ms = int(clock.unix_s() * 1000)
    with _available():
        valkey = stores.connect()
        live = cast("list[str]", valkey.zrangebyscore(_slots_key(account_id), now_ms, "+inf"))
        if not live:
            return []
        keys = [_session_key(account_id, UUID(session_id)) for session_id in live]
        bodies = cast("list[str | None]", valkey.mget(keys))
    return [Session.model_validate_json(body) for body in bodies if body is not None]


def end(session: Session) -> None:
    """Free the slot and forget the session."""
    keys = [_slots_key(session.account_id), _session_key(session.account_id, session.id)]
    with _available():
        _scripts()["end"](keys=keys, args=[str(session.id)])


def _run(script: str, session: Session, streams_at_once: int) -> Outcome:
    with _available():
        outcome = _scripts()[script](keys=_keys(session), args=_values(session, streams_at_once))
    return cast("Outcome", outcome)


def _keys(session: Session) -> list[str]:
    return [
        _slots_key(session.account_id),
        _session_key(session.account_id, session.id),
        f"playback:{{{session.account_id}}}:starts",
    ]


def _values(session: Session, streams_at_once: int) -> list[str | int]:
    own = settings.get()
    return [
        int(session.beat_at_s * 1000),
        int(own.slot_s * 1000),
        streams_at_once,
        str(session.id),
        int(own.session_s * 1000),
        session.model_dump_json(),
        own.starts_per_minute,
    ]


@contextmanager
def _available() -> Iterator[None]:
    try:
        yield
    except redis.RedisError as error:
        raise problems.Unavailable(
            "sessions_unavailable",
            "Playing cannot be started or checked just now. Please try again in a few seconds.",
        ) from error


def _slots_key(account_id: UUID) -> str:
    return f"playback:{{{account_id}}}:slots"


def _account_key(session_id: UUID) -> str:
    return f"playback:account-of:{session_id}"


def _session_key(account_id: UUID, session_id: UUID | str) -> str:
    return f"playback:{{{account_id}}}:session:{session_id}"
