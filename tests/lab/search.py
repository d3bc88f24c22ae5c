"""Where secrets are on a host; they go there by stdin, for an argument would be in sudo's journal by our own hand."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from pathlib import Path

from tests.lab.support import ssh

_FIND = shlex.quote(Path(__file__).with_name("find_secrets.py").read_text())


def shown(host: str, secrets: Mapping[str, str]) -> list[str]:
    """Files of others, logs, the journal and command lines that have one: `PLACE: NAME`."""
    found = ssh(host, f"python3 -c {_FIND}", stdin=json.dumps(dict(secrets)), timeout=600)
    return found.stdout.splitlines()


def kept(host: str, secrets: Mapping[str, str]) -> dict[str, str]:
    """Mode of every file that has one, by path."""
    found = ssh(host, f"python3 -c {_FIND} files", stdin=json.dumps(dict(secrets)), timeout=600)
    lines = [line.partition(" ") for line in found.stdout.splitlines() if line]
    return {path: mode for mode, _, path in lines}
