"""Snapshots of the vault: each node takes its own of the whole cluster, so there are copies on other hosts at once."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tarfile
import time
import zlib
from typing import Any

from host_programs.contract.vault_boot import Snapshot
from host_programs.vault_boot import logins
from host_programs.vault_boot.cluster import active
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.places import Places, private, rename
from host_programs.vault_boot.policy import SNAPSHOT

_STAMP, _TOLD = "%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ"
_SUMS = "SHA256SUMS"


def take(places: Places, token: str = "") -> str:
    """Take one and drop what is over; says its path.

    Args:
        places: settings and files.
        token: with which; empty: the snapshots' own login.

    Raises:
        BootError: no node is active, the login is missing or refused, or what came is not whole.
    """
    settings = places.settings["snapshots"]
    node = active(places)
    token = token or logins.token_of(logins.of_snapshots(places), node)
    if not token:
        raise BootError(settings["login"], "is missing or refused", "run pulumi up, which brings it about")
    name = f"{places.settings['node']}-{time.strftime(_STAMP, time.gmtime())}.snap"
    path, unfinished = f"{settings['folder']}/{name}", f"{settings['folder']}/.{places.settings['node']}.new"
    with open(unfinished, "wb", opener=private) as file:
        node.download(SNAPSHOT, token, file)
        file.flush()
        os.fsync(file.fileno())
    checked(unfinished)
    rename(unfinished, path)
    for old in _over(kept(places), settings["keep"], settings["days"]):
        os.unlink(old["path"])
    return path


def kept(places: Places) -> list[Snapshot]:
    """This node's own, oldest first."""
    folder = places.settings["snapshots"]["folder"]
    pattern = re.compile(re.escape(places.settings["node"]) + r"-(\d{8}T\d{6}Z)\.snap")
    found: list[Snapshot] = []
    for name in sorted(os.listdir(folder)):
        match = pattern.fullmatch(name)
        if match:
            path = f"{folder}/{name}"
            taken = time.strftime(_TOLD, time.strptime(match[1], _STAMP))
            found.append({"name": name, "path": path, "taken": taken, "bytes": os.path.getsize(path)})
    return found


def checked(path: str) -> dict[str, Any]:
    """What a snapshot says of itself, once its own checksums fit.

    Raises:
        BootError: it is damaged, or no snapshot at all.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            found = {member.name: _sum(archive, member) for member in archive if member.isfile()}
            sums = (line.split() for line in _read(archive, _SUMS).decode().splitlines())
            damaged = [name for total, name in sums if found[name] != total]
            about = dict(json.loads(_read(archive, "meta.json")))
    except (tarfile.TarError, EOFError, KeyError, ValueError, OSError, zlib.error) as error:
        raise BootError(path, f"is not a complete snapshot of a vault: {error}", "use another one") from None
    if damaged:
        reason = f"is damaged: {', '.join(damaged)} in it has another checksum"
        raise BootError(path, reason, "use another one")
    return about


def _over(found: list[Snapshot], keep: int, days: int) -> list[Snapshot]:
    """Those that are too many or too old; never the newest."""
    oldest = time.strftime(_TOLD, time.gmtime(time.time() - days * 86400))
    too_many, others = found[:-keep], found[-keep:]
    return [*too_many, *(one for one in others[:-1] if one["taken"] < oldest)]


def _sum(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    total = hashlib.sha256()
    file = archive.extractfile(member)
    for block in iter(lambda: file.read(1 << 20) if file else b"", b""):
        total.update(block)
    return total.hexdigest()


def _read(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    return file.read() if file else b""
