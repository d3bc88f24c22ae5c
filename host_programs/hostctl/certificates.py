"""Certificates that a host has or reaches: public data alone, for which a file's private key is left where it is."""

from __future__ import annotations

import binascii
import glob
import http.client
import os
import re
import socket
import ssl
from typing import Callable, List, Tuple

from host_programs.contract.hostctl import FoundCertificates

LARGEST = 4 << 20
"""Bytes; a bundle of all public CAs has a quarter of a megabyte."""
SECONDS = 5
"""That a server may take to answer."""

_BEGIN = b"-----BEGIN CERTIFICATE-----"
# No dash can be in it: so nothing but one block, whatever else is in the file.
_BLOCK = re.compile(_BEGIN + rb"([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


def read(place: str) -> List[FoundCertificates]:
    """What there is at a place: files by a pattern (none: []), a server's HOST:PORT, an https URL that hands out PEM."""
    if place.startswith("/"):
        return [_found(path, _file) for path in sorted(glob.glob(place))]
    return [_found(place, _fetched if place.startswith("https://") else _shown)]


class _UnreadableError(Exception):
    """Why a place cannot be read."""


def _found(place: str, reader: Callable[[str], List[str]]) -> FoundCertificates:
    try:
        return {"place": place, "chain": reader(place), "error": ""}
    except _UnreadableError as error:
        reason = str(error)
    except ssl.SSLError as error:
        reason = f"no TLS: {(error.reason or 'the connection broke').replace('_', ' ').lower()}"
    except (OSError, http.client.HTTPException) as error:
        reason = (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()
    return {"place": place, "chain": [], "error": reason}


def _file(path: str) -> List[str]:
    if not os.path.isfile(path):
        raise _UnreadableError("is not a file")
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise _UnreadableError(f"is larger than {LARGEST >> 20} MiB")
    return _of_pem(data)


def _of_pem(data: bytes) -> List[str]:
    blocks = _BLOCK.findall(data)
    if not blocks:
        raise _UnreadableError(
            "has a damaged certificate" if _BEGIN in data else "has no certificate in PEM form"
        )
    if len(blocks) != data.count(_BEGIN):
        raise _UnreadableError("has a damaged certificate")
    return [b"".join(block.split()).decode() for block in blocks]


def _shown(address: str) -> List[str]:
    host, port = _split(address)
    plain = socket.create_connection((host, port), SECONDS)
    # With the name, because a server may have several certificates.
    with plain, _unverified().wrap_socket(plain, server_hostname=host) as connection:
        der = connection.getpeercert(binary_form=True)
    if not der:
        raise _UnreadableError("shows no certificate")
    return [binascii.b2a_base64(der, newline=False).decode()]


def _fetched(url: str) -> List[str]:
    address, slash, path = url[len("https://") :].partition("/")
    host, port = _split(address)
    connection = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=_unverified())
    try:
        connection.request("GET", slash + path)
        answer = connection.getresponse()
        if answer.status != 200:
            raise _UnreadableError(f"HTTP {answer.status}")
        return _of_pem(answer.read(LARGEST))
    finally:
        connection.close()


def _split(address: str) -> Tuple[str, int]:
    host, _, port = address.rpartition(":")
    return host.strip("[]"), int(port)


def _unverified() -> ssl.SSLContext:
    """Whatever is shown is to be seen, and one that nobody trusts most of all: nothing is sent or believed here."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
