"""What WebAuthn is told of this service, and what it says of authenticators' answers.

Source: W3C Web Authentication, level 3, sections 7.1 and 7.2, by the library `webauthn`. It is
loaded with the first question: it takes 8 MB, and all but the web processes never have any.
"""

import base64
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from matinee.kernel import settings
from matinee.kernel.settings import LOOPBACK_HOSTS

_NAME = "Matinee"
# An IP address can have no passkeys; on this machine its name can.
_LOOPBACK_NAME = "localhost"

Answer = dict[str, Any]
Options = dict[str, Any]


@dataclass(frozen=True)
class NewKey:
    """A credential that an authenticator made."""

    credential_id: bytes
    public_key: bytes
    uses: int


@dataclass(frozen=True)
class Owner:
    """For whom a credential is to be made; `handle` says nothing about them."""

    handle: bytes
    name: str


def party() -> tuple[str, list[str]]:
    """The relying party's id, and the origins of pages that may ask for it."""
    url = settings.get().url
    parts = urlsplit(url)
    host = parts.hostname or ""
    if host not in LOOPBACK_HOSTS:
        return host, [f"{parts.scheme}://{parts.netloc}"]
    port = "" if parts.port is None else f":{parts.port}"
    return _LOOPBACK_NAME, [f"{parts.scheme}://{_LOOPBACK_NAME}{port}"]


def is_possible() -> bool:
    """Whether pages of this service can have passkeys: by name, and safely carried."""
    host, origins = party()
    is_number = host.replace(".", "").isdigit() or ":" in host
    is_safe = host == _LOOPBACK_NAME or origins[0].startswith("https://")
    return bool(host) and not is_number and is_safe


def ask_new(owner: Owner, having: list[bytes]) -> tuple[bytes, Options]:
    """A challenge, and how to ask a browser for a credential that `having` are none of."""
    import webauthn  # noqa: PLC0415 - see above
    from webauthn.helpers import options_to_json_dict, structs  # noqa: PLC0415

    host, _ = party()
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name=_NAME,
        user_id=owner.handle,
        user_name=owner.name,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in having],
    )
    return options.challenge, options_to_json_dict(options)


def ask_proof(having: list[bytes]) -> tuple[bytes, Options]:
    """A challenge, and how to ask a browser for a proof; by any credential if `having` is empty."""
    import webauthn  # noqa: PLC0415 - see above
    from webauthn.helpers import options_to_json_dict, structs  # noqa: PLC0415

    host, _ = party()
    options = webauthn.generate_authentication_options(
        rp_id=host,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=each) for each in having],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return options.challenge, options_to_json_dict(options)


def read_new(answer: Answer, challenge: bytes) -> NewKey | None:
    """The credential of an authenticator's answer; None if that is not in order."""
    import webauthn  # noqa: PLC0415 - see above

    host, origins = party()
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origins,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a parser trips over, it is no proof
        return None
    return NewKey(made.credential_id, made.credential_public_key, made.sign_count)


def read_proof(answer: Answer, challenge: bytes, public_key: bytes, uses: int) -> int | None:
    """How often the credential was used, as it counts itself; None for a proof that is wrong.

    It is wrong also where the count has not grown: then there are two of the credential.
    """
    import webauthn  # noqa: PLC0415 - see above

    host, origins = party()
    try:
        proof = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=host,
            expected_origin=origins,
            credential_public_key=public_key,
            credential_current_sign_count=uses,
            require_user_verification=True,
        )
    except Exception:  # noqa: BLE001 - whatever a parser trips over, it is no proof
        return None
    return proof.new_sign_count


def credential_id_of(answer: Answer) -> bytes:
    """Which credential an answer is of; empty for what cannot be one."""
    try:
        return challenge_of(str(answer.get("rawId", "")))
    except ValueError:
        return b""


def text_of(challenge: bytes) -> str:
    """A challenge as it is kept: base64url without padding."""
    return base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()


def challenge_of(text: str) -> bytes:
    """A challenge that was kept; ValueError where it is none."""
    return base64.urlsafe_b64decode(f"{text}===")
