"""What Kolla-Ansible finds on a host: Python with its libraries, no rival services, no AppArmor surprise."""

from __future__ import annotations

from components.host_prep.target import Target
from components.state import State

VENV = "/opt/kolla-venv"
"""Python environment of Kolla-Ansible's modules on each host (`ansible_python_interpreter`)."""

_PRESENT = [
    "apparmor",
    "ca-certificates",
    "git",
    "iproute2",
    "kmod",
    "netplan.io",
    "nftables",
    "python3-dbus",
    "python3-docker",
    "python3-pip",
    "python3-requests",
    "python3-venv",
    "sudo",
]
# Rival firewalls, and daemons of the host whose work Kolla's containers do (bootstrap-servers removes them).
_ABSENT = ["firewalld", "libvirt-daemon-system", "nscd", "open-iscsi", "ufw"]


def system(target: Target) -> State:
    """Packages and Python environment; the environment sees the distribution's dbus and Docker libraries."""
    state: State = {
        "packages": {"present": [*_PRESENT, *target.cloud.host_prep.packages], "absent": _ABSENT},
        "venvs": {VENV: {"system_site_packages": True, "requirements": []}},
    }
    if target.has("compute"):
        # A profile for libvirt on the host would also confine the one in Kolla's container.
        state["files"] = {
            f"/etc/apparmor.d/disable/{profile}": {"content": "", "mode": "0644"}
            for profile in ("usr.sbin.libvirtd", "usr.lib.libvirt.virt-aa-helper")
        }
    return state
