"""Access tokens: what was signed comes back, and nothing else is believed."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.kernel import clock, ids
from matinee.kernel.edge_tokens import MediaTokens
from matinee.kernel.problems import Forbidden, NotSignedIn
from matinee.kernel.tokens import (
    ACCESS_LIFETIME,
    CMCD_LIFETIME,
    SERVICE_LIFETIME,
    AccessTokens,
    Caller,
    CmcdPlay,
    CmcdTokens,
    ServiceTokens,
    bearer,
    signing,
)

ROLES = ["owner", "editor", "publisher", "support", "finance", "analyst"]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> AccessTokens:
    return AccessTokens(tmp_path_factory.mktemp("secrets"))


def caller(**changes: object) -> Caller:
    values = {"account_id": ids.uuid7(), "session_id": ids.uuid7(), **changes}
    return Caller(**values)  # type: ignore[arg-type]


@settings(max_examples=50)
@given(
    st.uuids(),
    st.uuids(),
    st.none() | st.uuids(),
    st.sampled_from([0, 6, 12, 16, 18]),
    st.frozensets(st.sampled_from(ROLES)),
)
def test_what_was_issued_comes_back(
    account: UUID, session: UUID, profile: UUID | None, age: int, roles: frozenset[str]
) -> None:
    who = Caller(account, session, profile, age, roles)
    issuer = _shared()
    token, _ = issuer.issue(who)
    assert issuer.verify(token, "viewing") == who


_made: list[AccessTokens] = []


def _shared() -> AccessTokens:
    if not _made:
        import tempfile  # noqa: PLC0415 - hypothesis takes no fixture of function scope

        _made.append(AccessTokens(Path(tempfile.mkdtemp())))
    return _made[0]


def test_a_token_ends(tokens: AccessTokens) -> None:
    token, expires_at = tokens.issue(caller())
    assert expires_at - clock.now() <= ACCESS_LIFETIME
    with clock.shifted(ACCESS_LIFETIME - timedelta(seconds=5)):
        tokens.verify(token, "identity")
    with clock.shifted(ACCESS_LIFETIME + timedelta(seconds=30)), pytest.raises(NotSignedIn):
        tokens.verify(token, "identity")


def test_another_key_is_not_believed(tokens: AccessTokens, tmp_path: Path) -> None:
    token, _ = AccessTokens(tmp_path).issue(caller(roles=frozenset({"owner"})))
    with pytest.raises(NotSignedIn):
        tokens.verify(token, "identity")


def test_a_changed_claim_is_not_believed(tokens: AccessTokens) -> None:
    token, _ = tokens.issue(caller())
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["roles"] = ["owner"]
    forged = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    with pytest.raises(NotSignedIn):
        tokens.verify(f"{head}.{forged}.{signature}", "identity")


def test_an_unsigned_token_is_not_believed(tokens: AccessTokens) -> None:
    claims = {"iss": "matinee/identity", "aud": "matinee", "sub": str(ids.uuid7())}
    with pytest.raises(NotSignedIn):
        tokens.verify(jwt.encode(claims, "", algorithm="none"), "identity")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_a_header_without_a_token_is_refused(header: str | None) -> None:
    with pytest.raises(NotSignedIn):
        bearer(header)


def test_the_key_is_kept_and_private(tmp_path: Path) -> None:
    token, _ = AccessTokens(tmp_path).issue(caller())
    AccessTokens(tmp_path).verify(token, "identity")
    assert (tmp_path / "access_token_keys.json").stat().st_mode & 0o077 == 0


def test_roles_and_profiles_are_asked_for() -> None:
    with pytest.raises(Forbidden):
        caller().profile()
    with pytest.raises(Forbidden):
        caller(roles=frozenset({"support"})).needs_role("editor")
    caller(roles=frozenset({"owner"})).needs_role("editor")
    caller(roles=frozenset({"editor"})).needs_role("editor", "publisher")


def changed(token: str) -> list[str]:
    """The token with each of its characters replaced by another, one at a time."""
    return [
        token[:at] + ("0" if token[at] != "0" else "1") + token[at + 1 :]
        # Of the last character of 32 bytes in base64url, two bits count for nothing.
        for at in range(len(token) - 1)
    ]


def test_a_cmcd_token_says_which_play_it_is(tmp_path: Path) -> None:
    cmcd = CmcdTokens(tmp_path)
    session, title = ids.uuid7(), ids.uuid7()
    token = cmcd.issue(session, title)
    assert CmcdTokens(tmp_path).verify(token) == CmcdPlay(session, title)
    for wrong in ("", "~~~", token + "x", token[:-1], token.partition("~")[2], *changed(token)):
        with pytest.raises(Forbidden, match="wrong"):
            cmcd.verify(wrong)
    with clock.shifted(CMCD_LIFETIME), pytest.raises(Forbidden, match="expired"):
        cmcd.verify(token)


def test_no_kind_of_token_passes_for_another(tmp_path: Path) -> None:
    media, cmcd = MediaTokens(tmp_path), CmcdTokens(tmp_path)
    session = ids.uuid7()
    with pytest.raises(Forbidden):
        media.verify(f"k1~{cmcd.issue(session, session).partition('~')[2]}", "package-1")
    with pytest.raises(Forbidden):
        cmcd.verify(f"{session.hex}~{media.issue(session, session.hex)[0].partition('~')[2]}")


def test_a_service_token_is_of_a_service_and_for_one(tmp_path: Path) -> None:
    services = ServiceTokens(tmp_path)
    token = services.issue("encoding", to="playback")
    assert ServiceTokens(tmp_path).verify(token, "playback") == "encoding"
    with pytest.raises(NotSignedIn):
        services.verify(token, "catalog")
    with clock.shifted(SERVICE_LIFETIME + timedelta(seconds=11)), pytest.raises(NotSignedIn):
        services.verify(token, "playback")
    owner, _ = AccessTokens(tmp_path).issue(caller(roles=frozenset({"owner"})))
    none = jwt.encode({"iss": "encoding", "aud": "playback"}, "", algorithm="none")
    for wrong in ("", "x.y.z", owner, none):
        with pytest.raises(NotSignedIn):
            services.verify(wrong, "playback")
    with pytest.raises(NotSignedIn):
        AccessTokens(tmp_path).verify(token, "playback")


def test_no_service_can_pass_for_another(tmp_path: Path) -> None:
    services = ServiceTokens(tmp_path)
    services.issue("identity", to="viewing")
    own = signing.key_pairs(tmp_path / "service_keys" / "insights.json").signing()
    services.issue("insights", to="viewing")
    exp = clock.now() + SERVICE_LIFETIME
    for named in ("identity", "nobody", "../insights", "", "public/insights"):
        claims = {"iss": named, "aud": "viewing", "exp": exp}
        head = {"kid": own.kid, "typ": "service+jwt"}
        forged = jwt.encode(claims, signing.private_key(own), "ES256", headers=head)
        with pytest.raises(NotSignedIn):
            services.verify(forged, "viewing")
    assert not (tmp_path / "service_keys" / "nobody.json").exists()


def test_who_is_asked_needs_public_halves_alone(tmp_path: Path) -> None:
    token = ServiceTokens(tmp_path).issue("identity", to="viewing")
    private = tmp_path / "service_keys" / "identity.json"
    assert private.stat().st_mode & 0o077 == 0
    private.unlink()
    assert ServiceTokens(tmp_path).verify(token, "viewing") == "identity"
    assert "PRIVATE" not in (tmp_path / "service_keys/public/identity.json").read_text()
    assert not private.exists()


def test_a_services_keys_change_while_it_asks(tmp_path: Path) -> None:
    services = ServiceTokens(tmp_path)
    before = services.issue("identity", to="viewing")
    signing.key_pairs(tmp_path / "service_keys" / "identity.json").rotate()
    assert services.verify(before, "viewing") == "identity"
    with clock.shifted(timedelta(minutes=3)):
        after = services.issue("identity", to="viewing")
        assert jwt.get_unverified_header(after)["kid"] == "k2"
        assert services.verify(after, "viewing") == "identity"
