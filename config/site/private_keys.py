"""What is wrong with a private SSH key, before a login fails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

_LOCKED = "is locked with a passphrase, which nobody can type during `pulumi up`"
_UNLOCK = "use a separate key for this cloud, without a passphrase (`ssh-keygen -p` removes it)"
_FORM = (serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)


def private_key_faults(text: str, *, for_openssh: bool) -> Iterator[tuple[str, str]]:
    """Why a text cannot serve as a private key, with the fix; never shows it.

    Args:
        text: the key.
        for_openssh: whether it has to be in OpenSSH's own format.
    """
    if "PRIVATE KEY-----" not in text:
        public = re.match(r"^(ssh-|ecdsa-)", text.strip())
        what = "is a public key" if public else "is not a private key"
        yield what, "give the private half, which starts with `-----BEGIN … PRIVATE KEY-----`"
    elif "ENCRYPTED" in text:
        yield _LOCKED, _UNLOCK
    elif "BEGIN OPENSSH PRIVATE KEY" in text:
        try:
            public_half(text)
        except TypeError:
            yield _LOCKED, _UNLOCK
        except UnsupportedAlgorithm:
            yield "is of a kind that this program does not know", "create one with `ssh-keygen -t ed25519`"
        except ValueError:
            yield "is damaged: it was cut short or changed", "create a new one with `ssh-keygen -t ed25519`"
    elif for_openssh:
        # The deploy host reads it with OpenSSH, and its public half goes to every host.
        yield "is not in OpenSSH's format", "convert it in place with `ssh-keygen -p -f FILE`"


def public_half(text: str) -> str:
    """`TYPE BASE64` of a private key in OpenSSH's format in which `private_key_faults` finds nothing."""
    # An RSA key is not proved to be made of primes: that takes 0.3 s, more than all else that is checked.
    key = serialization.load_ssh_private_key(
        text.strip().encode() + b"\n", None, unsafe_skip_rsa_key_validation=True
    )
    return key.public_key().public_bytes(*_FORM).decode()
