"""A PGP key for the time of the bootstrap: the first token leaves the vault encrypted to it."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess

from host_programs.vault_boot.errors import BootError

_NAME = "vault-boot"


def make_key(home: str) -> str:
    """Make one in a folder of its own; its public half in base64."""
    os.mkdir(home, 0o700)
    _gpg(home, "--quick-generate-key", _NAME, "default", "default", "never")
    public = base64.b64encode(_gpg(home, "--export", _NAME)).decode()
    _end_agent(home)
    return public


def decrypt(home: str, message: str) -> str:
    """A message in base64 that was encrypted to the key."""
    text = _gpg(home, "--decrypt", data=base64.b64decode(message)).decode()
    _end_agent(home)
    return text


def forget(home: str) -> None:
    """Destroy the key."""
    if os.path.isdir(home):
        _end_agent(home)
        shutil.rmtree(home)


def _gpg(home: str, *words: str, data: bytes = b"") -> bytes:
    argv = ["gpg", "--homedir", home, "--batch", "--no-tty", "--quiet", "--pinentry-mode", "loopback"]
    # The key has no passphrase: this says so, on a descriptor that is at its end.
    done = subprocess.run(
        [*argv, "--passphrase-file", "/dev/null", *words], input=data, capture_output=True, check=False
    )
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise BootError(f"gpg {words[0]}", reason[-1] if reason else f"exit {done.returncode}")
    return done.stdout


def _end_agent(home: str) -> None:
    """Gpg leaves an agent behind, which knows the folder by its name."""
    subprocess.run(["gpgconf", "--homedir", home, "--kill", "all"], capture_output=True, check=True)
