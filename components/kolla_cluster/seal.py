"""Fingerprints: what a step depends on, so that it runs again exactly when that changes. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping


def fingerprint(files: Mapping[str, str]) -> str:
    """Of texts that anybody may read, by path."""
    return hashlib.sha256(_text(files)).hexdigest()


def sealed(files: Mapping[str, str], key: str) -> str:
    """Of secret texts: without the key, nobody can find out what they are by trying.

    Args:
        files: text by path.
        key: a secret that nobody can guess, such as a private key; another key gives another fingerprint.

    Raises:
        ValueError: the key is empty, and would protect nothing.
    """
    if not key:
        raise ValueError("a fingerprint of secrets needs a key")
    return hmac.new(key.encode(), _text(files), hashlib.sha256).hexdigest()


def _text(files: Mapping[str, str]) -> bytes:
    return json.dumps(sorted(files.items())).encode()
