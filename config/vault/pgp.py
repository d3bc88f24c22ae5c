"""PGP public keys, as operators export them and as the vault takes them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

_BEGIN, _END = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
_PUBLIC_KEY_PACKET = 6


def pgp_faults(text: str) -> Iterator[tuple[str, str]]:
    """Why a text cannot serve as somebody's PGP public key, with the fix."""
    if "PRIVATE KEY" in text:
        yield "is a private key, which nobody but its owner may have", "export the public half"
    elif _BEGIN not in text or _END not in text:
        yield "is not a PGP public key in ASCII armour", "create it with `gpg --armor --export NAME`"
    else:
        try:
            public_key(text)
        except ValueError:
            yield "is damaged: it was cut short or changed", "export it again (`gpg --armor --export NAME`)"


def public_key(text: str) -> str:
    """The key without its armour, in base64.

    Raises:
        ValueError: it is none.
    """
    body = text.split(_BEGIN, 1)[1].split(_END, 1)[0]
    # Headers (`Comment: …`) end at an empty line, the checksum is the line that starts with `=`.
    lines = [line.strip() for line in body.splitlines() if ": " not in line]
    encoded = "".join(line for line in lines if not line.startswith("="))
    try:
        data = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None
    if not data or _packet(data[0]) != _PUBLIC_KEY_PACKET:
        raise ValueError("it does not start with a public key")
    return base64.b64encode(data).decode()


def _packet(first: int) -> int:
    """Kind of an OpenPGP packet: both formats of RFC 4880, section 4.2."""
    return first & 0x3F if first & 0x40 else (first & 0x3C) >> 2
