"""An operator's PGP key is refused before it is too late: a share that is encrypted to nothing is lost."""

from __future__ import annotations

import base64

import pytest

from config.vault.pgp import pgp_faults, public_key

BEGIN, END = "-----BEGIN PGP PUBLIC KEY BLOCK-----", "-----END PGP PUBLIC KEY BLOCK-----"
OLD_FORMAT, NEW_FORMAT, USER_ID = b"\x98\x33rest", b"\xc6\x33rest", b"\xb4\x10someone"


def armour(data: bytes, *, header: str = "") -> str:
    return f"{BEGIN}\n{header}\n{base64.b64encode(data).decode()}\n=AbCd\n{END}\n"


@pytest.mark.parametrize("data", [OLD_FORMAT, NEW_FORMAT])
@pytest.mark.parametrize("header", ["", "Comment: of the night shift\n"])
def test_a_public_key_is_read_without_its_armour(data: bytes, header: str) -> None:
    text = armour(data, header=header)
    assert not list(pgp_faults(text))
    assert base64.b64decode(public_key(text)) == data


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-----BEGIN PGP PRIVATE KEY BLOCK-----\nhunter2\n", "is a private key"),
        ("ssh-ed25519 AAAA", "is not a PGP public key"),
        (f"{BEGIN}\n\nbm90", "is not a PGP public key"),
        (f"{BEGIN}\n\n%%%%\n{END}\n", "is damaged"),
        (armour(USER_ID), "is damaged"),
        (armour(b""), "is damaged"),
    ],
)
def test_what_is_no_public_key_is_named(text: str, reason: str) -> None:
    ((found, fix),) = pgp_faults(text)
    assert found.startswith(reason)
    assert "hunter2" not in found + fix
