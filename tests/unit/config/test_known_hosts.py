"""Host keys are found as OpenSSH would find them."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from config.site.known_hosts import fault, fingerprint, lookup, parse
from tests.unit.config.support import host_key

KEY = host_key("a")


def hashed(name: str) -> str:
    salt = b"0123456789abcdefghij"
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"


@pytest.mark.parametrize(
    ("line", "name", "port", "found"),
    [
        ("ctl01", "ctl01", 22, True),
        ("CTL01", "ctl01", 22, True),
        ("other,ctl01", "ctl01", 22, True),
        ("*.lab.test", "ctl01.lab.test", 22, True),
        ("ctl0?,!ctl01", "ctl01", 22, False),
        ("ctl01", "ctl01", 2222, False),
        ("[ctl01]:2222", "ctl01", 2222, True),
        ("[ctl01]:2222", "ctl01", 22, False),
        (hashed("10.10.10.11"), "10.10.10.11", 22, True),
        (hashed("[10.10.10.11]:2222"), "10.10.10.11", 2222, True),
        (hashed("10.10.10.12"), "10.10.10.11", 22, False),
        ("|1|broken", "ctl01", 22, False),
        ("@cert-authority ctl01", "ctl01", 22, False),
        ("@revoked ctl01", "ctl01", 22, False),
        ("# ctl01", "ctl01", 22, False),
    ],
)
def test_a_line_is_for_a_host_or_not(line: str, name: str, port: int, found: bool) -> None:
    assert (KEY in lookup(parse(f"{line} {KEY} comment\n"), [name], port).values()) is found


def test_a_revoked_key_is_refused_where_it_is_listed_too() -> None:
    assert lookup(parse(f"ctl01 {KEY}\n@revoked * {KEY}\n"), ["ctl01"]) == {}


def test_the_best_type_comes_first() -> None:
    known = parse(f"ctl01 ssh-rsa AAAA\nctl01 {KEY}\n")
    assert list(lookup(known, ["ctl01"])) == ["ssh-ed25519", "ssh-rsa"]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        (KEY, None),
        ("ssh-ed25519 A", "Base64"),
        (KEY.replace("ed25519", "rsa"), "of that type"),
        (KEY[:40], "cut short"),
    ],
)
def test_what_only_looks_like_a_key_is_found_out(key: str, reason: str | None) -> None:
    found = fault(key)
    assert found is None if reason is None else reason in (found or "")


def test_fingerprints_are_those_of_ssh_keygen() -> None:
    assert fingerprint(KEY) == "SHA256:" + base64.b64encode(
        hashlib.sha256(base64.b64decode(KEY.split()[1])).digest()
    ).decode().rstrip("=")
