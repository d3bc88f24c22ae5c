"""Private keys of the stack, as OpenSSH takes them, and their public halves."""

from __future__ import annotations

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_ssh_private_key,
)

from config.model.text_source import SecretSource
from config.site.private_keys import private_key_faults, public_half


def read_private_key(key: SecretSource, where: str) -> str:
    """The text of a private key, with one newline at its end, on which OpenSSH insists.

    Raises:
        ValueError: the file cannot be read; the message names the place and the fix, never the content.
    """
    return key.read(where).strip() + "\n"


def public_key(private: str, where: str) -> str:
    """`TYPE BASE64` of a private key in OpenSSH's format.

    Raises:
        ValueError: it has another format, is locked or damaged; says which and what to do, never the key.
    """
    for reason, fix in private_key_faults(private, for_openssh=True):
        raise ValueError(f"cloud:{where}: {reason} ({fix})")
    return public_half(private)


def shortest(private: str) -> str:
    """The same private key as PKCS #8 where that is shorter: 119 characters instead of 400 for Ed25519.

    Every step on every host holds the key that opens it, encrypted, as an input and as an output: most of what a
    compressed state weighs. The official plugin (Go's x/crypto/ssh) and asyncssh take both forms.
    """
    if "BEGIN OPENSSH PRIVATE KEY" not in private:
        return private
    key = load_ssh_private_key(private.encode(), None, unsafe_skip_rsa_key_validation=True)
    pkcs8 = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return min(private, pkcs8, key=len)
