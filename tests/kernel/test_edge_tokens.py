"""Tokens that edges check: bound to what they open, and outliving a change of keys."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.kernel import clock, ids
from matinee.kernel.edge_tokens import (
    FILL_LIFETIME,
    MEDIA_LIFETIME,
    EdgeTokens,
    FillTokens,
    MediaTokens,
    fill_token,
)
from matinee.kernel.key_rings import KEPT_AFTER, KEYS_MAX, SIGNS_AFTER, KeyRing, TooManyKeysError
from matinee.kernel.problems import Forbidden
from tests.kernel.test_tokens import changed

PACKAGE = "package-1"


@pytest.fixture
def media(tmp_path: Path) -> MediaTokens:
    return MediaTokens(tmp_path)


def test_a_media_token_is_bound_to_package_and_session(media: MediaTokens, tmp_path: Path) -> None:
    session = ids.uuid7()
    token, expires_at = media.issue(session, PACKAGE)
    assert token.startswith(f"k1~{int(expires_at.timestamp())}~{session.hex}~")
    assert media.issue(session, "package-2")[0] != token
    assert media.issue(ids.uuid7(), PACKAGE)[0] != token
    assert MediaTokens(tmp_path).verify(token, PACKAGE) == session
    with pytest.raises(Forbidden, match="wrong"):
        media.verify(token, "package-2")
    for wrong in ("", "~~", token + "x", token[:-1], token.replace("k1", "k2"), *changed(token)):
        with pytest.raises(Forbidden, match="wrong"):
            media.verify(wrong, PACKAGE)


def test_a_media_token_ends(media: MediaTokens) -> None:
    token, expires_at = media.issue(ids.uuid7(), PACKAGE)
    left = expires_at - clock.now()
    assert MEDIA_LIFETIME - timedelta(seconds=1) <= left <= MEDIA_LIFETIME * 4 / 3
    with clock.shifted(left - timedelta(seconds=2)):
        media.verify(token, PACKAGE)
    with clock.shifted(left + timedelta(seconds=1)), pytest.raises(Forbidden, match="expired"):
        media.verify(token, PACKAGE)
    brief, _ = media.issue(ids.uuid7(), PACKAGE, timedelta(seconds=60))
    with clock.shifted(timedelta(seconds=61)), pytest.raises(Forbidden, match="expired"):
        media.verify(brief, PACKAGE)


@settings(max_examples=40)
@given(st.integers(0, 3000), st.integers(0, 290))
def test_asked_again_soon_a_token_is_mostly_the_same(begun_s: int, later_s: int) -> None:
    tokens = EdgeTokens(_ring())
    with clock.shifted(timedelta(seconds=begun_s)):
        first, expires_at = tokens.issue(UUID(int=7), PACKAGE, MEDIA_LIFETIME)
    with clock.shifted(timedelta(seconds=begun_s + later_s)):
        again, expires_again = tokens.issue(UUID(int=7), PACKAGE, MEDIA_LIFETIME)
    # Of two steps of five minutes, at most one ends between them.
    assert (again == first) == (expires_again == expires_at)
    assert expires_again - expires_at in {timedelta(0), MEDIA_LIFETIME / 3}


def test_a_fill_token_is_an_edges_and_opens_no_package_to_viewers(tmp_path: Path) -> None:
    fill, media = FillTokens(tmp_path), MediaTokens(tmp_path)
    edge = ids.uuid7()
    token = fill.issue(edge)
    every = EdgeTokens(fill.ring)
    assert every.verify(token, "*") == edge
    assert every.verify(fill_token(fill.ring.signing(), edge), "*") == edge
    for scope in (PACKAGE, ""):
        with pytest.raises(Forbidden):
            every.verify(token, scope)
    with pytest.raises(Forbidden):
        media.verify(token, "*")
    with clock.shifted(FILL_LIFETIME + timedelta(seconds=1)), pytest.raises(Forbidden):
        every.verify(token, "*")


def test_a_new_key_is_accepted_at_once_and_signs_later(media: MediaTokens, tmp_path: Path) -> None:
    session = ids.uuid7()
    before, _ = media.issue(session, PACKAGE)
    fresh = MediaTokens(tmp_path).ring.rotate()
    # A process that has read the ring before sees the new key by itself.
    assert _names(media.ring) == ["k1", fresh.kid]
    assert media.issue(session, PACKAGE)[0].startswith("k1~")
    with clock.shifted(SIGNS_AFTER + timedelta(seconds=1)):
        after, _ = media.issue(session, PACKAGE)
        assert after.startswith(f"{fresh.kid}~")
        assert media.verify(before, PACKAGE) == media.verify(after, PACKAGE) == session
    with clock.shifted(KEPT_AFTER + SIGNS_AFTER + timedelta(seconds=1)):
        media.ring.rotate()
        assert "k1" not in _names(media.ring)


def test_a_lost_key_is_refused_at_once(media: MediaTokens) -> None:
    token, _ = media.issue(ids.uuid7(), PACKAGE)
    fresh = media.ring.rotate(at_once=True)
    assert media.issue(ids.uuid7(), PACKAGE)[0].startswith(f"{fresh.kid}~")
    assert fresh.kid != "k1"
    with pytest.raises(Forbidden, match="wrong"):
        media.verify(token, PACKAGE)


def test_a_ring_is_private_and_bounded(tmp_path: Path) -> None:
    ring = KeyRing(tmp_path / "keys.json")
    assert ring.signing().secret not in repr(ring.signing())
    assert len(ring.signing().secret) >= 43
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    for _ in range(KEYS_MAX - 1):
        ring.rotate()
    with pytest.raises(TooManyKeysError, match="Wait a day"):
        ring.rotate()
    assert (tmp_path / "keys.json").stat().st_mode & 0o077 == 0
    assert len(ring.keys()) == KEYS_MAX
    ring.rotate(at_once=True)
    assert len(ring.keys()) == 1


def _names(ring: KeyRing) -> list[str]:
    accepted = ring.keys()
    return [key.kid for key in accepted]


_made: list[KeyRing] = []


def _ring() -> KeyRing:
    if not _made:
        import tempfile  # noqa: PLC0415 - hypothesis takes no fixture of function scope

        _made.append(KeyRing(Path(tempfile.mkdtemp()) / "keys.json"))
    return _made[0]
