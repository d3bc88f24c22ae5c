"""The hosts of the benchmark, by every tool's way of naming them; all prove their pinned host keys."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from config.cloud import CloudConfig
from ops import access, ssh
from ops.access import Login, Target


@dataclass(frozen=True)
class Fleet:
    """Targets, login, and the files in `folder` that the tools read."""

    targets: dict[str, Target]
    login: Login
    folder: Path

    @property
    def key(self) -> Path:
        """The private key, 0600."""
        return self.folder / "key"

    @property
    def ssh_config(self) -> Path:
        """OpenSSH's client configuration."""
        return self.folder / "ssh_config"


def assemble(config: CloudConfig, folder: Path) -> Fleet:
    """Write the inventories of all tools. Raises HostError; a bastion is not supported here."""
    if config.ssh.bastion:
        raise access.HostError("no bench", "the benchmark needs hosts that are reached without a bastion")
    fleet = Fleet(access.targets(config, config.host_keys()), access.login(config), folder)
    fleet.key.touch(mode=0o600)
    fleet.key.write_bytes(fleet.login.key.export_private_key())
    known = folder / "known_hosts"
    lines, blocks, python = [], [], []
    for name, host in fleet.targets.items():
        place = host.address if host.port == 22 else f"[{host.address}]:{host.port}"
        lines.append(f"{place} {host.host_key}\n")
        blocks.append(f"Host {name}\n  HostName {host.address}\n  Port {host.port}\n")
        data = {
            "ssh_hostname": host.address,
            "ssh_port": host.port,
            "ssh_user": fleet.login.user,
            "ssh_key": str(fleet.key),
            "ssh_known_hosts_file": str(known),
            "ssh_strict_host_key_checking": "yes",
        }
        python.append((name, data))
    known.write_text("".join(lines), encoding="utf-8")
    blocks.append(
        f"Host *\n  User {fleet.login.user}\n  IdentityFile {fleet.key}\n  IdentitiesOnly yes\n"
        f"  UserKnownHostsFile {known}\n  StrictHostKeyChecking yes\n  BatchMode yes\n"
    )
    fleet.ssh_config.write_text("".join(blocks), encoding="utf-8")
    (folder / "inventory.ini").write_text("".join(f"{name}\n" for name in fleet.targets), encoding="utf-8")
    (folder / "inventory.py").write_text(f"hosts = {python!r}\n", encoding="utf-8")
    hosts = {
        name: {"address": host.address, "port": host.port, "user": fleet.login.user, "key": host.host_key}
        for name, host in fleet.targets.items()
    }
    (folder / "hosts.json").write_text(json.dumps(hosts), encoding="utf-8")
    return fleet


def everywhere(fleet: Fleet, command: str, script: str | None = None) -> list[str]:
    """Run a command on all hosts at once; its outputs. Raises RuntimeError naming a host where it failed."""

    async def one(target: Target) -> str:
        async with ssh.connect(target, fleet.login) as connection:
            done: asyncssh.SSHCompletedProcess = await connection.run(command, input=script, timeout=120)
        if done.exit_status:
            raise RuntimeError(f"{target.name}: {command}: exit {done.exit_status}: {done.stderr!s}")
        return str(done.stdout)

    async def all_of_them() -> list[str]:
        return list(await asyncio.gather(*(one(target) for target in fleet.targets.values())))

    return asyncio.run(all_of_them())


def floor(fleet: Fleet) -> Sequence[int]:
    """One plain `ssh HOST true` to every host at once, without connection sharing; exit codes."""
    children = [
        subprocess.Popen(["ssh", "-F", str(fleet.ssh_config), "-o", "ControlPath=none", name, "true"])
        for name in fleet.targets
    ]
    return [child.wait() for child in children]
