"""Looking up hosts in an OpenSSH known_hosts file (sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT")."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache

_PREFERENCE = (
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "ssh-rsa",
)


@dataclass(frozen=True)
class Entry:
    """One line: who it is for and the key."""

    patterns: tuple[str, ...]
    key: str
    """`TYPE BASE64`."""

    def is_for(self, name: str) -> bool:
        """Whether the line is for a host; `name` is `host`, or `[host]:port` for a port other than 22."""
        wanted = [pattern for pattern in self.patterns if not pattern.startswith("!")]
        barred = [pattern[1:] for pattern in self.patterns if pattern.startswith("!")]
        return any(_matches(p, name) for p in wanted) and not any(_matches(p, name) for p in barred)


class KnownHosts:
    """The entries of a file; comments and lines that are none are left out, as OpenSSH does."""

    def __init__(self, text: str = "") -> None:
        self._by_name: dict[str, list[Entry]] = defaultdict(list)
        self._by_pattern: list[Entry] = []
        self._revoked: set[str] = set()
        self._found: dict[str, tuple[str, ...]] = {}
        for line in text.splitlines():
            words = line.split()
            marker = words.pop(0) if words and words[0].startswith("@") else ""
            if len(words) < 3 or words[0].startswith("#"):
                continue
            entry = Entry(tuple(words[0].split(",")), f"{words[1]} {words[2]}")
            if marker == "@revoked":
                self._revoked.add(entry.key)
            elif not marker:
                self._add(entry)

    def keys_of(self, name: str) -> tuple[str, ...]:
        """The keys that are not revoked of a host, `host` or `[host]:port`."""
        if name not in self._found:  # hashed entries are tried one by one, and each name is asked for twice
            matching = (entry for entry in self._by_pattern if entry.is_for(name))
            entries = (*self._by_name.get(name.lower(), ()), *matching)
            self._found[name] = tuple(entry.key for entry in entries if entry.key not in self._revoked)
        return self._found[name]

    def _add(self, entry: Entry) -> None:
        """Plain names are found at once, however many hosts there are; only patterns have to be tried."""
        if any(set("*?!|") & set(pattern) for pattern in entry.patterns):
            self._by_pattern.append(entry)
        else:
            for pattern in entry.patterns:
                self._by_name[pattern.lower()].append(entry)


@lru_cache(maxsize=1)
def parse(text: str) -> KnownHosts:
    """Read the text of a file; the last one is kept, with what was found in it."""
    return KnownHosts(text)


def lookup(known: KnownHosts, names: Iterable[str], port: int = 22) -> dict[str, str]:
    """The keys that a host has under any of its names, `{TYPE: "TYPE BASE64"}`, best type first."""
    found: dict[str, str] = {}
    for name in names:
        for key in known.keys_of(name if port == 22 else f"[{name}]:{port}"):
            found.setdefault(key.split()[0], key)
    return {type_: found[type_] for type_ in _PREFERENCE if type_ in found}


def fault(key: str) -> str | None:
    """What is wrong with a `TYPE BASE64` key; none: it is one."""
    type_, _, encoded = key.partition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return "its second word is not Base64"
    inside = blob[4 : 4 + int.from_bytes(blob[:4], "big")]
    if inside != type_.encode():
        return "the Base64 part is not a key of that type"
    if type_ == "ssh-ed25519" and len(blob) != 51:
        return "the key is cut short or has text added"
    return None


def fingerprint(key: str) -> str:
    """The key's fingerprint as `ssh-keygen -l` prints it: `SHA256:…`."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def _matches(pattern: str, name: str) -> bool:
    if pattern.startswith("|1|"):
        return _hashed(pattern, name)
    # `[` is part of `[host]:port`, not a set of characters.
    return fnmatchcase(name.lower(), re.sub(r"\[", "[[]", pattern.lower()))


def _hashed(pattern: str, name: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part) for part in pattern[3:].split("|", 1))
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(hmac.new(salt, name.encode(), hashlib.sha1).digest(), digest)
