"""Which stack a command works on: its file, its decrypted secrets, its validated configuration."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from config.cloud import CloudConfig
from config.load import load_stack_file, secrets_of
from config.model.errors import ConfigErrors
from config.stack_file.frame import read_stack_file
from config.stack_file.sealed import unseal
from config.stack_file.yaml_file import instead_of

ROOT = Path(__file__).resolve().parents[1]


class StackError(Exception):
    """The stack cannot be worked with; `str()` says why and what to do."""


class NoStackError(StackError):
    """The engine does not know the stack yet."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the two options that every day-2 command has."""
    parser.add_argument("--stack", required=True, help="name of the stack, as in Pulumi.NAME.yaml")
    parser.add_argument("--config-file", type=Path, help="the stack file, where it has another name")


def stack_file(stack: str, config_file: Path | None) -> Path:
    """Path of the stack file. Raises StackError when there is none."""
    path = (config_file or ROOT / f"Pulumi.{stack}.yaml").resolve()
    if not path.is_file():
        raise StackError(f"{config_file or path.name}: no such stack file; {instead_of(path)}")
    return path


def free(path: Path) -> None:
    """Raises StackError for a stack file that is there: none is ever written over."""
    if path.exists():
        raise StackError(f"{path.name}: already exists and is never overwritten; choose another STACK")


def load(
    stack: str, config_file: Path | None = None, *, pinned: bool = True, without: tuple[str, ...] = ()
) -> CloudConfig:
    """The validated configuration, secrets included. Raises StackError with the whole report.

    Without `pinned`, host keys and private key files may still be missing (a stack that is being set up); of the
    sections in `without`, all files and secrets.
    """
    path = stack_file(stack, config_file)
    _, encrypted = unseal(read_stack_file(path)[1], {})
    # Only a stack file with encrypted values needs pulumi (and its passphrase) to be read.
    secrets = decrypted(stack, path) if encrypted else None
    try:
        return load_stack_file(path, secrets, require_host_keys=pinned, without=without)
    except ConfigErrors as error:
        which = f"STACK={stack}" + (f" CONFIG_FILE={config_file}" if config_file else "")
        raise StackError(str(error).replace("STACK=…", which)) from None


def hosts(path: Path) -> dict[str, Any]:
    """All hosts of a stack file as they are written, without validating anything of it."""
    fields = read_stack_file(path)[1]
    named = fields.get("hosts")
    return {str(name): value for name, value in named.items()} if isinstance(named, dict) else {}


def check_hosts(named: Iterable[str], hosts: Mapping[str, object]) -> None:
    """Raises StackError for hosts named on a command line that are not among the active ones."""
    if unknown := sorted(set(named) - set(hosts)):
        raise StackError(f"no active host of the stack: {', '.join(unknown)}")


def decrypted(stack: str, path: Path) -> dict[str, Any]:
    """The stack's configuration with its secrets in clear: config key → value. Raises StackError."""
    words = ("config", "--show-secrets", "--json", "--config-file", str(path))
    done = asked(stack, *words)
    if done.returncode:
        raise StackError(f"the secrets of stack {stack} cannot be read: {advice(done.stderr)}")
    return secrets_of(json.loads(done.stdout))


def save_secret(stack: str, path: Path, text: str, key: str) -> None:
    """Encrypt a text into the stack file; it goes through a pipe. Raises StackError."""
    words = ("config", "set", "--path", "--secret", key, "--config-file", str(path))
    done = asked(stack, *words, given=text)
    if done.returncode:
        raise StackError(f"{key} cannot be kept in stack {stack}: {advice(done.stderr)}")


ADVICE = {
    "PULUMI_ACCESS_TOKEN must be set": (
        "pulumi does not know where to keep its state: run `pulumi login --local` for this machine's home folder, "
        "or `pulumi login s3://BUCKET` for a bucket"
    ),
    "passphrase must be set": (
        "there is no passphrase for the stack's secrets: write one into a file of mode 0600, and run "
        "`export PULUMI_CONFIG_PASSPHRASE_FILE=FILE`"
    ),
    "incorrect passphrase": (
        "the passphrase does not fit the stack file's `encryptionsalt`: set the one that the file was created with in "
        "PULUMI_CONFIG_PASSPHRASE_FILE or PULUMI_CONFIG_PASSPHRASE; in a copy of another stack's file, take out the "
        "line `encryptionsalt` and all `secure:` values instead"
    ),
}
"""What the engine says when something is missing that only the operator can give, and what fixes it."""


def advice(stderr: str) -> str:
    """The engine's complaint, as one line with what to do where that is known."""
    return next((advice for sign, advice in ADVICE.items() if sign in stderr), stderr.strip())


def call(*words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """One call of pulumi, its answer kept; `given` goes to its stdin. It asks nothing. Raises StackError."""
    return subprocess.run(
        [pulumi(), *words, "--non-interactive"],
        cwd=ROOT,
        env=environment(),
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )


def asked(stack: str, *words: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """What pulumi answers about a stack's configuration; `given` goes to its stdin. Raises StackError.

    The engine works on the secrets of a stack that it knows only, so a new one is made.
    """
    done = call(*words, "--stack", stack, given=given)
    if _missing(done):
        make(stack)
        done = call(*words, "--stack", stack, given=given)
    return done


def _missing(done: subprocess.CompletedProcess[str]) -> bool:
    """Whether pulumi failed because it does not know the stack yet."""
    return done.returncode != 0 and "no stack named" in done.stderr


def make(stack: str) -> None:
    """Make a stack that the engine does not know yet. Raises StackError."""
    usual = ROOT / f"Pulumi.{stack}.yaml"
    stray = not usual.exists()
    done = call("stack", "init", stack, "--no-select")
    if stray:
        # `stack init` knows no --config-file: it writes a salt to a stack file that nobody asked for.
        usual.unlink(missing_ok=True)
    if done.returncode:
        raise StackError(f"stack {stack} cannot be created: {advice(done.stderr)}")


def export(stack: str) -> dict[str, Any]:
    """What the engine holds of a stack, secrets still encrypted. Raises StackError."""
    done = call("stack", "export", "--stack", stack)
    if _missing(done):
        raise NoStackError(f"stack {stack} has no state yet: run `make up STACK={stack}` first")
    if done.returncode:
        raise StackError(f"the state of stack {stack} cannot be read: {advice(done.stderr)}")
    state: dict[str, Any] = json.loads(done.stdout)
    return state


def pulumi() -> str:
    """Path of pulumi: the environment's, else the one that `make tools` set up. Raises StackError."""
    found = shutil.which("pulumi") or shutil.which("pulumi", path=str(ROOT / ".tools" / "bin"))
    if not found:
        raise StackError("pulumi is not installed: run make tools")
    return found


def environment() -> dict[str, str]:
    """The environment for pulumi: this one, with the checkout's own programs first where they exist.

    The stack file that a shell was set up for may be another stack's: commands name theirs. No command of ours asks
    the internet whether there is a newer engine.
    """
    first = [str(path) for path in (ROOT / ".tools" / "bin", ROOT / ".venv" / "bin") if path.is_dir()]
    kept = {name: value for name, value in os.environ.items() if name != "PULUMI_OPTION_CONFIG_FILE"}
    path = os.pathsep.join([*first, os.environ.get("PATH", os.defpath)])
    return {**kept, "PATH": path, "PULUMI_SKIP_UPDATE_CHECK": "true"}
