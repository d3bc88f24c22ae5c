"""What vault-boot works from, and where it keeps what."""

from __future__ import annotations

import json
import os
from typing import Any

from host_programs.contract.vault_boot import VAULT_CLUSTER, VAULT_STORAGE, BootSettings
from host_programs.vault_boot.errors import BootError


class Places:
    """Files below the vault's home. The cluster's folder comes into being as a whole, by one rename."""

    def __init__(self, settings: BootSettings) -> None:
        home = settings["home"]
        self.settings = settings
        self.home = home
        self.cluster = f"{home}/{VAULT_CLUSTER}"
        self.storage = f"{home}/{VAULT_STORAGE}"
        self.founding = f"{home}/founding"
        """The cluster's folder while it is being made; what is found here was never in use."""
        self.shares = f"{self.cluster}/shares.json"
        """The operators' shares, each encrypted to its operator."""
        self.root_token = f"{self.cluster}/root-token.pgp"
        """The first token, encrypted to the key next to it; both go when it has been revoked."""
        self.key = f"{self.cluster}/key"
        self.credentials = f"{self.cluster}/pulumi.json"
        """With which Pulumi logs in."""
        self.snapshot_login = settings["snapshots"]["login"]
        """With which this node takes snapshots."""

    @property
    def founder(self) -> str:
        """Name of the node that this program runs on."""
        return self.settings["founder"]

    def while_founding(self, path: str) -> str:
        """Where a file of the cluster's folder is before the rename."""
        return self.founding + path[len(self.cluster) :]


def read_settings(path: str) -> BootSettings:
    """The settings that `pulumi up` wrote.

    Raises:
        BootError: there are none.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)  # type: ignore[no-any-return]
    except (OSError, ValueError):
        raise BootError(path, "is missing or not JSON", "run pulumi up, which writes it") from None


def read_json(path: str) -> Any:
    """A file's document; None: there is no such file."""
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def write(path: str, text: str) -> None:
    """Write a file that only root may read, so that after a power cut it is there as a whole or not at all."""
    temporary = f"{path}.new"
    with open(temporary, "w", encoding="utf-8", opener=private) as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    rename(temporary, path)


def rename(old: str, new: str) -> None:
    """Rename, and have it on the disk."""
    os.rename(old, new)
    folder = os.open(os.path.dirname(new), os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def private(path: str, flags: int) -> int:
    """Opener of a file that only root may read."""
    return os.open(path, flags, 0o600)
