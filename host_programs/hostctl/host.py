"""Small facts about the host that several kinds ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from host_programs.hostctl.system import System


def in_container(host: System) -> bool:
    """Whether systemd says that it runs in a container, where the kernel is not ours."""
    return host.exists("/run/systemd/container") or host.exists("/run/host/container-manager")


def kernel_release(host: System) -> str:
    """The running kernel's release, as `uname -r`."""
    return (host.read("/proc/sys/kernel/osrelease") or "unknown").strip()


def host_name(host: System) -> str:
    """The host's own name, without the domain."""
    return (host.read("/proc/sys/kernel/hostname") or "").strip().partition(".")[0]
