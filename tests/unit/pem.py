"""Certificates to order: issuer, dates, names; of keys that open nothing."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.unit.config.kolla_secrets import private_key


@dataclass(frozen=True)
class Made:
    """A certificate with its key, both as PEM."""

    pem: str
    key: str

    @property
    def der(self) -> str:
        """In base64, as it leaves a host."""
        return "".join(self.pem.split("-----")[2].split())


@cache
def made(subject: str, starts: datetime, days: int, issuer: str = "", names: tuple[str, ...] = ()) -> Made:
    """A certificate signed by its own key, whoever is called its issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer or subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(starts)
        .not_valid_after(starts + timedelta(days=days))
    )
    if names:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([*map(_alternative, names)]), critical=False
        )
    found = builder.sign(key, hashes.SHA256())
    return Made(found.public_bytes(serialization.Encoding.PEM).decode(), private_key(key))


def damaged(pem: str) -> str:
    """The same block with a body that is no certificate."""
    head, tail = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    return f"{head}\n{base64.b64encode(pem.encode()[:60]).decode()}\n{tail}\n"


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)
