"""What is wrong with a certificate or a key in PEM, before a load balancer refuses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from cryptography import x509
from cryptography.hazmat.primitives import serialization

_BEGIN = "-----BEGIN CERTIFICATE-----"
_LOCKED = (
    "has a private key with a passphrase, which nobody can type",
    "remove it (`openssl pkey -in … -out …`)",
)


def certificate_faults(text: str, names: Sequence[str], *, with_key: bool) -> Iterator[tuple[str, str]]:
    """Why a PEM text cannot serve as the certificate of all the names, with the fix.

    Args:
        text: the file's text.
        names: DNS names and addresses that it has to be for.
        with_key: whether its private key has to be in it; else none may be.
    """
    if _BEGIN not in text:
        yield "has no certificate in PEM form", "convert it (`openssl x509 -inform der`)"
        return
    if not with_key and "PRIVATE KEY-----" in text:
        yield "has a private key in it, and others may read this file", "take the key out"
    try:
        certificate = x509.load_pem_x509_certificates(text.encode())[0]
    except ValueError:
        yield "has a certificate that cannot be read", "create it again; it was truncated or changed"
        return
    for name in names:
        if not _is_for(certificate, name):
            fix = f"create one with `{name}` among its subject alternative names"
            yield f"is not for {name}, so clients would refuse it", fix
    if with_key:
        yield from _own_key(text, certificate)


def pem_key_faults(text: str) -> Iterator[tuple[str, str]]:
    """Why a PEM text cannot serve as a private key."""
    if "PRIVATE KEY-----" not in text:
        yield "is not a private key", "give the text that starts with `-----BEGIN … PRIVATE KEY-----`"
    elif "ENCRYPTED" in text:
        yield _LOCKED


def _own_key(text: str, certificate: x509.Certificate) -> Iterator[tuple[str, str]]:
    if "PRIVATE KEY-----" not in text:
        yield (
            "has no private key, which HAProxy reads from the same file",
            "append it (`cat fullchain.pem privkey.pem`)",
        )
        return
    if "ENCRYPTED" in text:
        yield _LOCKED
        return
    start = text.index("-----BEGIN", max(0, text.index("PRIVATE KEY-----") - 32))
    try:
        key = serialization.load_pem_private_key(text[start:].encode(), None)
    except (ValueError, TypeError):
        yield "has a private key that cannot be read", "create it again; it was truncated or changed"
        return
    form = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        reason = "has a private key of another certificate, or its chain comes before its certificate"
        yield reason, "put the certificate first, then its chain, then its own key"


def _is_for(certificate: x509.Certificate, name: str) -> bool:
    try:
        known = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ip_address(name) in known.get_values_for_type(x509.IPAddress)
    except ValueError:
        names = [entry.lower() for entry in known.get_values_for_type(x509.DNSName)]
        return name in names or f"*.{name.partition('.')[2]}" in names
