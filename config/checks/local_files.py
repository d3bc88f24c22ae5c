"""Files on the operator's machine that the stack file names: private keys, CA bundle."""

from __future__ import annotations

import base64
import binascii
import re
import stat
from pathlib import Path

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.sealed import SEALED

_LOCKED = "is locked with a passphrase, which nobody can type during `pulumi up`"
_UNLOCK = "use a key of its own for this cloud, without a passphrase (`ssh-keygen -p` removes it)"


def local_files(cloud: CloudConfig, *, required: bool) -> list[Problem]:
    """Keys can be used and are kept from others; the CA bundle is one.

    Args:
        cloud: the config, its file names resolved.
        required: whether a private key file that is not there is a problem.
    """
    problems: list[Problem] = []
    for name, key in (("key", cloud.ssh.key), ("deployKey", cloud.ssh.deploy_key)):
        if key.file is not None:
            problems += _key_file(("ssh", name, "file"), key.file, required=required)
        if key.secret is not None and key.secret.get_secret_value() != SEALED:
            faults = key_faults(key.secret.get_secret_value(), name)
            problems += [Problem(("ssh", name, "secret"), reason, fix) for reason, fix in faults]
    if cloud.packages.ca_bundle is not None:
        problems += _ca_bundle(cloud.packages.ca_bundle)
    return problems


def key_faults(text: str, use: str) -> list[tuple[str, str]]:
    """Why a text cannot serve as `ssh.key` or `ssh.deployKey`, with the fix."""
    if "PRIVATE KEY-----" not in text:
        public = re.match(r"^(ssh-|ecdsa-)", text.strip())
        what = "is a public key" if public else "is not a private key"
        return [(what, "give the private half, which starts with `-----BEGIN … PRIVATE KEY-----`")]
    if "ENCRYPTED" in text or _openssh_cipher(text) not in (None, b"none"):
        return [(_LOCKED, _UNLOCK)]
    if use == "deployKey" and "BEGIN OPENSSH PRIVATE KEY" not in text:
        # Its public half goes to every host, and only this format has it in clear.
        return [("is not in OpenSSH's format", "convert it in place with `ssh-keygen -p -f FILE`")]
    return []


def _openssh_cipher(text: str) -> bytes | None:
    """Cipher of a key in OpenSSH's own format: a magic word, then its name with its length before it."""
    match = re.search(r"BEGIN OPENSSH PRIVATE KEY-----(.*?)-----END", text, re.DOTALL)
    try:
        blob = base64.b64decode("".join(match[1].split())) if match else b""
    except (binascii.Error, ValueError):
        return None
    _, magic, rest = blob.partition(b"openssh-key-v1\0")
    return rest[4 : 4 + int.from_bytes(rest[:4], "big")] if magic else None


def _key_file(loc: Loc, path: Path, *, required: bool) -> list[Problem]:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        fix = "make one with `ssh-keygen -t ed25519`, or correct the name"
        return [Problem(loc, "there is no such file", fix, str(path))] if required else []
    except (OSError, UnicodeDecodeError):
        return [Problem(loc, "cannot be read as text", "check the file and its rights", str(path))]
    problems = [Problem(loc, reason, fix, str(path)) for reason, fix in key_faults(text, str(loc[1]))]
    if stat.S_IMODE(mode) & 0o077:
        reason = f"others may read it (mode {stat.S_IMODE(mode):04o})"
        problems.append(Problem(loc, reason, f"run `chmod 600 {path}`", str(path)))
    return problems


def _ca_bundle(path: Path) -> list[Problem]:
    loc: Loc = ("packages", "caBundle")
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [Problem(loc, "there is no such file", "put the site's CA certificates there", str(path))]
    except (OSError, UnicodeDecodeError):
        fix = "convert it to PEM (`openssl x509 -inform der`)"
        return [Problem(loc, "cannot be read as text", fix, str(path))]
    if "PRIVATE KEY" in text:
        reason = "has a private key in it, and it goes to every host"
        return [Problem(loc, reason, "take the key out; it needs certificates only", str(path))]
    if "-----BEGIN CERTIFICATE-----" not in text:
        return [
            Problem(
                loc, "has no certificate in PEM form", "convert it (`openssl x509 -inform der`)", str(path)
            )
        ]
    return []
