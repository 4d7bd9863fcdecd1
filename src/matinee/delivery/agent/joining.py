"""How a host becomes an edge, seen from the host; and how its certificate stays valid."""

from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from matinee.contracts.agents import (
    CertificateAnswer,
    CertificateRequest,
    InvitationSeen,
    JoinAnswer,
    JoinQuestion,
    JoinRequest,
)
from matinee.delivery.agent import VERSION
from matinee.delivery.agent.control import API, trust
from matinee.delivery.agent.folder import EdgeFolder, Identity, Memory, write_whole
from matinee.kernel import clock, problems
from matinee.kernel.clients import Client, WsgiApp

_RENEWED_BEFORE = timedelta(days=30)


class Wish(NamedTuple):
    """What a host's operator says: where the service is, and how the host is reached.

    `base_url` may be empty where the invitation has it, and `listen` to follow from it.
    Without a certificate of the operator's, an address with https gets one of the service's own
    authority.
    """

    service: str
    token: str
    base_url: str = ""
    listen: str = ""
    certificate: Path | None = None
    certificate_key: Path | None = None
    authority: Path | None = None


def join(folder: EdgeFolder, wish: Wish, app: WsgiApp | None = None) -> Identity:
    """Make this host an edge; its folder holds all that it needs to serve then.

    Problem where the service refuses, Conflict where the host is an edge already.
    """
    before = folder.identity
    if before is not None and before.control_url != wish.service:
        detail = (
            f"This host is the edge {before.name} of {before.control_url} already. Choose another"
            " MATINEE_HOME for a second edge, or remove this one's folder."
        )
        raise problems.Conflict("joined_already", detail)
    folder.prepare()
    if wish.authority is not None:
        write_whole(folder.authority, wish.authority.read_text())
    with Client(wish.service, app=app, trust=trust(folder.authority)) as client:
        seen = client.ask(
            InvitationSeen, "POST", f"{API}/invitation", body=JoinQuestion(token=wish.token)
        )
        base_url = (wish.base_url or seen.base_url).rstrip("/")
        needs_ours = base_url.startswith("https://") and wish.certificate is None
        request = JoinRequest(
            token=wish.token,
            base_url=base_url,
            certificate_request=_request(folder, base_url) if needs_ours else "",
            agent_version=VERSION,
        )
        answer = client.ask(JoinAnswer, "POST", f"{API}/join", body=request)
    return _settle(folder, wish, answer)


def _settle(folder: EdgeFolder, wish: Wish, answer: JoinAnswer) -> Identity:
    """Keep what the service answered, the identity last: with it, the host is an edge."""
    told = answer.configuration
    if answer.certificate:
        write_whole(folder.certificate, answer.certificate)
    write_whole(folder.authority, answer.authority)
    folder.remember(Memory(configuration=told))
    identity = Identity(
        control_url=wish.service,
        edge_id=answer.edge_id,
        name=told.edge,
        base_url=told.base_url,
        listen=wish.listen or listening(told.base_url),
        secret=answer.secret,
        certificate=folder.certificate if answer.certificate else wish.certificate,
        certificate_key=folder.certificate_key if answer.certificate else wish.certificate_key,
        is_own_certificate=bool(answer.certificate),
    )
    folder.identity = identity
    return identity


def listening(base_url: str) -> str:
    """Where to listen for viewers of an address: on loopback only if that is the address."""
    parts = urlsplit(base_url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    is_here = parts.hostname in {"127.0.0.1", "localhost"}
    return f"127.0.0.1:{port}" if is_here else f"0.0.0.0:{port}"


def certificate_renew(folder: EdgeFolder, identity: Identity, app: WsgiApp | None = None) -> bool:
    """Get a new certificate where ours will soon have run out; whether there is one now.

    Problem where the service does not answer: there is a month to try again.
    """
    if not identity.is_own_certificate:
        return False
    certificate = x509.load_pem_x509_certificate(folder.certificate.read_bytes())
    if certificate.not_valid_after_utc - clock.now() > _RENEWED_BEFORE:
        return False
    request = CertificateRequest(certificate_request=_request(folder, identity.base_url))
    with Client(
        identity.control_url, app=app, token=identity.secret, trust=trust(folder.authority)
    ) as client:
        answer = client.ask(CertificateAnswer, "POST", f"{API}/certificate", body=request)
    write_whole(folder.certificate, answer.certificate)
    return True


def _request(folder: EdgeFolder, base_url: str) -> str:
    """A request for a certificate with the host's own key, which never leaves it."""
    if not folder.certificate_key.exists():
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_whole(folder.certificate_key, pem.decode())
    own = serialization.load_pem_private_key(folder.certificate_key.read_bytes(), password=None)
    if not isinstance(own, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{folder.certificate_key} holds no EC key; remove it and join again")
    host = urlsplit(base_url).hostname or ""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:64])])
    request = x509.CertificateSigningRequestBuilder().subject_name(name).sign(own, hashes.SHA256())
    return request.public_bytes(serialization.Encoding.PEM).decode()
