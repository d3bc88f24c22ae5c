"""The key of an ACME account, as the program that asks wants it, and the thumbprint by which the server knows it."""

from __future__ import annotations

import base64
import hashlib
import json

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


def lego_key(pem: str) -> str:
    """The same key in the older form, the only one that lego 4 reads.

    Raises:
        ValueError: it is no private key in PEM form, or neither RSA nor EC.
    """
    form = PrivateFormat.TraditionalOpenSSL
    return _loaded(pem).private_bytes(Encoding.PEM, form, NoEncryption()).decode()


def thumbprint(pem: str) -> str:
    """RFC 7638 of its public half: no secret, and all that answers a question of the server (RFC 8555, 8.1).

    Raises:
        ValueError: as `lego_key`.
    """
    return thumbprint_of(_loaded(pem).public_key())


def thumbprint_of(public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey) -> str:
    """The same of a public key."""
    if isinstance(public, rsa.RSAPublicKey):
        numbers = public.public_numbers()
        fields = {"kty": "RSA", "e": _encoded(numbers.e), "n": _encoded(numbers.n)}
    else:
        point, bits = public.public_numbers(), public.curve.key_size
        size = (bits + 7) // 8
        fields = {"kty": "EC", "crv": f"P-{bits}", "x": _encoded(point.x, size), "y": _encoded(point.y, size)}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return _base64(hashlib.sha256(text.encode()).digest())


def _loaded(pem: str) -> rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey:
    try:
        key = load_pem_private_key(pem.encode(), None)
    except (ValueError, TypeError):
        key = None
    if isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        return key
    what, fix = "RSA or EC, in PEM form, without a passphrase", "docs/edge-tls.md says how to make it"
    raise ValueError(f"cloud:kolla.tls.acme.accountKey: is not the key of an ACME account: {what} ({fix})")


def _encoded(number: int, size: int | None = None) -> str:
    return _base64(number.to_bytes(size or (number.bit_length() + 7) // 8, "big"))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
