"""Signatures of Standard Webhooks: the published example, and what must not pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matinee.kernel.webhooks.signatures import SignatureError, check, secret_of, signed

# Published with the reference implementations of Standard Webhooks.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
AT_S = 1614265330
BODY = b'{"test": 2432232314}'
HEADERS = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": str(AT_S),
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}


def test_the_published_example() -> None:
    assert signed(SECRET, HEADERS["webhook-id"], AT_S, BODY) == HEADERS
    check(SECRET, HEADERS, AT_S, BODY)


def test_one_right_signature_of_several_is_enough() -> None:
    several = f"v1,AAAA {HEADERS['webhook-signature']} v2,unknown"
    check(SECRET, {**HEADERS, "webhook-signature": several}, AT_S, BODY)


@pytest.mark.asvs("SVC-4")
@pytest.mark.parametrize(
    ("changed", "now_s", "body"),
    [
        ({"webhook-id": "msg_other"}, AT_S, BODY),
        ({"webhook-timestamp": str(AT_S + 1)}, AT_S, BODY),
        ({"webhook-timestamp": "soon"}, AT_S, BODY),
        ({"webhook-timestamp": ""}, AT_S, BODY),
        ({"webhook-signature": ""}, AT_S, BODY),
        ({"webhook-signature": "v1,é"}, AT_S, BODY),
        ({}, AT_S + 301, BODY),
        ({}, AT_S - 301, BODY),
        ({}, AT_S, BODY + b" "),
    ],
)
def test_what_was_changed_or_is_old_is_refused(
    changed: dict[str, str], now_s: int, body: bytes
) -> None:
    with pytest.raises(SignatureError, match=r"\w+ .+\."):
        check(SECRET, {**HEADERS, **changed}, now_s, body)


def test_a_secret_that_is_none_is_refused() -> None:
    with pytest.raises(SignatureError, match="whsec_"):
        check("whsec_!", HEADERS, AT_S, BODY)


@given(
    key=st.binary(min_size=24, max_size=64),
    body=st.binary(),
    message=st.text(min_size=1),
    at_s=st.integers(0, 2**33),
)
def test_what_is_signed_passes_and_with_another_key_does_not(
    key: bytes, body: bytes, message: str, at_s: int
) -> None:
    headers = signed(secret_of(key), message, at_s, body)
    check(secret_of(key), headers, at_s, body)
    with pytest.raises(SignatureError):
        check(secret_of(key[1:] + bytes([key[0] ^ 1])), headers, at_s, body)
