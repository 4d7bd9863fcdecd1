"""The service's own certificate authority, for edges that nobody else's certificate was given to.

Agents, shields and edges trust it among themselves. Browsers do not: an edge that viewers
reach by TLS needs a certificate of an authority that they know.
"""

from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from matinee.kernel import clock, problems, secret_files
from matinee.kernel.tokens import signing

AUTHORITY_FILE = "edge_authority.pem"
LIFETIME = timedelta(days=90)
_AUTHORITY_LIFETIME = timedelta(days=3650)
# Machines whose clocks are behind ours believe it at once.
_EARLIER = timedelta(hours=1)


class Issued(NamedTuple):
    """A certificate, PEM, with the moment until which it counts."""

    pem: str
    ends_at: datetime


class Authority:
    """Signs certificates of edges with the key in a secrets folder."""

    def __init__(self, secrets: Path) -> None:
        pem = secret_files.read_or_make(secrets / "edge_authority_key.pem", signing.new_pem)
        key = serialization.load_pem_private_key(pem.encode(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{secrets}/edge_authority_key.pem holds no EC key; remove it")
        self._key = key
        self.pem = secret_files.read_or_make(
            secrets / AUTHORITY_FILE, lambda: _own_certificate(key)
        )
        self._certificate = x509.load_pem_x509_certificate(self.pem.encode())

    def issue(self, request_pem: str, host: str) -> Issued:
        """A certificate for `host`, and for nothing else that the request may name.

        Unprocessable for what is no request, or was not signed with its own key.
        """
        try:
            request = x509.load_pem_x509_csr(request_pem.encode())
            is_signed = request.is_signature_valid
        except ValueError:
            is_signed = False
        if not is_signed:
            detail = "The certificate request cannot be read. Join again with a newer agent."
            raise problems.Unprocessable("invalid", detail)
        now = clock.now()
        ends_at = (now + LIFETIME).replace(microsecond=0)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(host))
            .issuer_name(self._certificate.subject)
            .public_key(request.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _EARLIER)
            .not_valid_after(ends_at)
            .add_extension(x509.SubjectAlternativeName([_alternative(host)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        return Issued(_pem(certificate), ends_at)


@lru_cache(maxsize=1)
def of(secrets: Path) -> Authority:
    """The authority of this process."""
    return Authority(secrets)


def _own_certificate(key: ec.EllipticCurvePrivateKey) -> str:
    now = clock.now()
    name = _name("Matinee edges")
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _EARLIER)
        .not_valid_after(now + _AUTHORITY_LIFETIME)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _pem(certificate)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _alternative(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
