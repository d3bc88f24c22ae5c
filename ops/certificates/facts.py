"""What a certificate says of itself."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Facts:
    """Of one certificate; public."""

    names: tuple[str, ...]
    """For whom it is: alternative names, else its subject."""
    issuer: str
    """Who signed it; its own subject for a root CA."""
    starts: datetime
    ends: datetime
    sha256: str

    def days(self, now: datetime) -> int:
        """Whole days left; negative: days since it ended, rounded up."""
        return (self.ends - now).days


def facts(der: str) -> Facts:
    """Those of a certificate, DER in base64. Raises ValueError."""
    try:
        found = x509.load_der_x509_certificate(base64.b64decode(der, validate=True))
        return Facts(
            _alternative_names(found) or (_short(found.subject),),
            _short(found.issuer),
            found.not_valid_before_utc,
            found.not_valid_after_utc,
            found.fingerprint(hashes.SHA256()).hex(),
        )
    except (ValueError, x509.DuplicateExtension):
        raise ValueError("has a certificate that cannot be read") from None


def now() -> datetime:
    """The time against which days are counted."""
    return datetime.now(UTC)


def _alternative_names(found: x509.Certificate) -> tuple[str, ...]:
    try:
        known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    addresses = known.get_values_for_type(x509.IPAddress)
    return (*known.get_values_for_type(x509.DNSName), *map(str, addresses))


def _short(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATIONAL_UNIT_NAME, NameOID.ORGANIZATION_NAME):
        if found := name.get_attributes_for_oid(kind):
            return str(found[0].value)
    return name.rfc4514_string() or "nobody"
