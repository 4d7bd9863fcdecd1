"""The rules of codes, staff's factors and known passwords."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from matinee.identity import known_passwords
from matinee.identity.rules import codes, staff
from matinee.identity.rules.passwords import refuse_weak
from matinee.identity.settings import Settings
from matinee.kernel.problems import Unprocessable
from tests.identity.leaked import lines_of

LOOPBACK = {"127.0.0.1", "localhost"}
# RFC 6238, appendix B, with the last six of its eight digits.
RFC_SECRET = b"12345678901234567890"
RFC_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


@pytest.mark.parametrize(("unix_s", "code"), RFC_CODES.items())
def test_codes_are_those_of_the_standard(unix_s: int, code: str) -> None:
    step = codes.totp_step(unix_s)
    assert codes.is_totp(RFC_SECRET, step, code)
    assert codes.is_totp(RFC_SECRET, step, f" {code[:3]}-{code[3:]} ")
    assert not codes.is_totp(RFC_SECRET, step + 1, code)
    assert not codes.is_totp(RFC_SECRET, step, code[:-1])


@given(st.binary(min_size=1, max_size=40))
def test_a_key_can_be_typed(key: bytes) -> None:
    text = codes.totp_text(key)
    assert codes.totp_key(text) == key
    assert "=" not in text


@given(st.text(max_size=20))
@example("٢٨٧٠٨٢")
def test_nothing_but_the_code_is_a_code(typed: str) -> None:
    expected = RFC_CODES[59]
    assert codes.is_totp(RFC_SECRET, 1, typed) == (codes.plain(typed) == expected)


@given(st.integers(0, 9), st.text(codes.LETTERS, min_size=12, max_size=12))
def test_a_recovery_code_is_read_as_it_was_shown(number: int, letters: str) -> None:
    code = codes.Recovery(number, letters)
    assert codes.read_recovery(code.shown()) == code
    mistyped = code.shown().lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert codes.read_recovery(mistyped) == code


@given(st.text(max_size=30))
def test_what_is_no_recovery_code_is_none(typed: str) -> None:
    found = codes.read_recovery(typed)
    assert found is None or codes.read_recovery(found.shown()) == found


@given(st.frozensets(st.sampled_from(["owner", "editor", "support"])), st.booleans(), st.booleans())
def test_roles_count_whole_or_not_at_all(
    roles: frozenset[str],
    has_second_factor: bool,  # noqa: FBT001 - drawn
    is_waived: bool,  # noqa: FBT001 - drawn
) -> None:
    held = staff.roles_in_force(roles, has_second_factor=has_second_factor, is_waived=is_waived)
    assert held.roles in (roles, frozenset())
    assert held.rest == (held.roles != roles)
    assert held.rest == (bool(roles) and not has_second_factor and not is_waived)


@pytest.mark.parametrize(
    ("wanted", "listens", "url", "is_waived"),
    [
        ("unless_loopback", True, "http://127.0.0.1:8480", True),
        ("unless_loopback", True, "https://films.example", False),
        ("unless_loopback", False, "http://127.0.0.1:8480", False),
        ("always", True, "http://127.0.0.1:8480", False),
    ],
)
def test_staff_need_no_factor_where_nobody_can_come(
    wanted: staff.StaffFactor, *, listens: bool, url: str, is_waived: bool
) -> None:
    found = staff.is_waived(wanted, listens_on_loopback=listens, url=url, loopback=LOOPBACK)
    assert found == is_waived


@pytest.mark.parametrize("password", ["ada@example.org", "ADA", "example.org", "matinee", "Ada123"])
def test_ones_own_address_is_no_password(password: str) -> None:
    with pytest.raises(Unprocessable, match="nobody would guess"):
        refuse_weak(password, "Ada@Example.org", lambda _: False)
    refuse_weak(f"{password} and more", "Ada@Example.org", lambda _: False)


@given(st.lists(st.text(max_size=8), min_size=1, max_size=40, unique=True), st.text(min_size=9))
def test_a_list_is_searched_to_its_ends(words: list[str], stranger: str) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(lines_of(words).encode())
        file.flush()
        listed = Path(file.name)
        assert all(known_passwords.is_known(word, listed) for word in words)
        strange = known_passwords.is_known(stranger, listed)
        assert strange == known_passwords.is_known(stranger, None)


def test_a_list_in_another_form_is_refused_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    leaked = tmp_path / "leaked"
    leaked.write_text("password\n")
    monkeypatch.setenv("MATINEE_IDENTITY_LEAKED_PASSWORDS", str(leaked))
    with pytest.raises(ValidationError, match="ordered by hash"):
        Settings()
    leaked.unlink()
    with pytest.raises(ValidationError, match="name a file"):
        Settings()
