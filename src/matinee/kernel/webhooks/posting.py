"""One signed post of a message to one address, and what came of it."""

from dataclasses import dataclass

import requests

from matinee.kernel import clock, outbound
from matinee.kernel.webhooks import signatures

_TAKEN = range(200, 300)
_GONE = 410
_ANSWER_LENGTH_MAX = 200


@dataclass(frozen=True)
class Letter:
    """What is posted: the same `message_id` again tells the reader that it is the same message."""

    url: str
    secret: str
    message_id: str
    body: bytes


@dataclass(frozen=True)
class Outcome:
    """How an address answered, in a few words; `is_gone` where it wants nothing more."""

    is_taken: bool
    answer: str
    is_gone: bool = False


def post(letter: Letter) -> Outcome:
    """Sign and post it, in at most `outbound.WHOLE_TIMEOUT_S`; a failure is an outcome, too."""
    signed = signatures.signed(letter.secret, letter.message_id, int(clock.unix_s()), letter.body)
    headers = {**signed, "content-type": "application/json"}
    try:
        with outbound.session() as http:
            status = outbound.post(http, letter.url, letter.body, headers)
    except requests.RequestException as error:
        return Outcome(
            is_taken=False, answer=f"{type(error).__name__}: {error}"[:_ANSWER_LENGTH_MAX]
        )
    return Outcome(is_taken=status in _TAKEN, answer=str(status), is_gone=status == _GONE)
