"""How a host is started: its command line, and the small script that boots it again on a reboot."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from pathlib import Path

from lab import layers, mirror, network
from lab.topology import MIRROR, Host
from machine import registry
from machine.commands import Argv

REBOOT = 133
"""nspawn's exit code when the host asked for a reboot (with --keep-unit its manager has to start it again)."""

FORBIDDEN = ("CAP_SYS_TIME", "CAP_SYS_MODULE")
"""What would reach beyond the container: the machine's clock and its kernel modules."""


def command(host: Host, folder: Path, cache: Path) -> Argv:
    """The nspawn call for a host whose files are in a folder; it expects the host's network namespace."""
    binds = [
        f"--bind={folder / 'docker'}:/var/lib/docker",
        f"--bind-ro={layers.store(cache)}:{layers.IN_HOST}",
    ]
    if host == MIRROR:
        binds = [
            f"--bind={mirror.store(cache)}:{mirror.STORE}",
            f"--bind-ro={registry.storage(cache)}:{mirror.IMAGES}",
        ]
    return (
        "systemd-nspawn",
        "--quiet",
        f"--directory={folder / 'root'}",
        f"--machine={host.namespace}",
        f"--hostname={host.name}",
        "--boot",
        # No systemd or machined is needed on the machine.
        "--register=no",
        "--keep-unit",
        "--console=pipe",
        "--resolv-conf=off",
        "--timezone=off",
        "--link-journal=no",
        "--capability=all",
        f"--drop-capability={','.join(FORBIDDEN)}",
        # Docker's runtime makes keyrings, BPF programs and mounts.
        "--system-call-filter=@keyring bpf mount open_by_handle_at",
        *binds,
    )


def script(host: Host, folder: Path, cache: Path, groups: Iterable[Path]) -> str:
    """The supervisor: a shell that lives as long as the host is powered on.

    nspawn is started inside the host's network namespace, instead of making one: so the cables are there
    before the host boots, and /proc/sys/net and /sys/class/net are the host's own.
    """
    join = "\n".join(f"    echo 0 >{shlex.quote(str(group))}" for group in groups)
    return f"""\
#!/bin/sh
# Powers {host.name} on, and on again after each reboot.
while :; do
  ip -batch {shlex.quote(str(folder / "cables"))} || exit 1
  (
{join}
    export SYSTEMD_NSPAWN_API_VFS_WRITABLE=network
    exec nsenter --net={network.NAMESPACES}/{host.namespace} {shlex.join(command(host, folder, cache))}
  )
  code=$?
  ip -force -batch {shlex.quote(str(folder / "unplug"))}
  [ "$code" -eq {REBOOT} ] || exit "$code"
done
"""
