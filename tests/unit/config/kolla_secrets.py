"""Passwords and certificates that open nothing: right in form, quick to make, recognisable where they leak."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from config.kolla.passwords import BLANK
from config.release_map import release

CANARY = "canary-5e1f"


def fake_password(name: str) -> Any:
    """A value of the form that the name asks for."""
    if name.endswith("_ssh_key"):
        return {"private_key": f"{CANARY}-{name}", "public_key": f"ssh-rsa {name}"}
    if name.endswith(("_uuid", "_id")):
        return str(uuid.uuid5(uuid.NAMESPACE_DNS, name))
    if name == "barbican_crypto_key":
        return "A" * 43 + "="
    return "c" * 22 if name == "prometheus_bcrypt_salt" else f"{CANARY}-{name}"


@cache
def fake_passwords(series: str) -> str:
    """A whole passwords.yml of a release."""
    names = release(series).passwords
    return yaml.safe_dump({name: None if name in BLANK else fake_password(name) for name in names})


@cache
def certificate(*names: str, with_key: bool = True, days: int = 3650) -> str:
    """PEM of a self-signed certificate for DNS names, valid for some days from 2026-01-01, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .sign(key, hashes.SHA256())
    )
    text = made.public_bytes(serialization.Encoding.PEM).decode()
    return text + private_key(key) if with_key else text


def private_key(key: ec.EllipticCurvePrivateKey | None = None) -> str:
    """PEM of a private key, of its own where none is given."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*form).decode()
