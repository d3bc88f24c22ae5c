"""Options that the product depends on: it places files, installs the engine and reaches hosts by them.

Options in globals.yml beat the inventory and the environment, so a value of the site's would silently win.
"""

from __future__ import annotations

from typing import Any

_PLACES = (
    "the product writes what Kolla-Ansible reads below /etc/kolla-deploy, and that would no longer be read"
)
_CONTAINERS = "services' files are looked for in /etc/kolla on each host, by drift checks and backups too"
_FAMILY = "hosts, VIPs and the firewall are of IPv4"

_FIXED: dict[str, tuple[str, tuple[str, ...]]] = {
    "CONFIG_DIR": (_PLACES, ()),
    "node_config": (_PLACES, ("/etc/kolla-deploy",)),
    "node_custom_config": (_PLACES, ("/etc/kolla-deploy/config", "{{ node_config }}/config")),
    "kolla_certificates_dir": (
        _PLACES,
        ("/etc/kolla-deploy/certificates", "{{ node_config }}/certificates"),
    ),
    "node_config_directory": (_CONTAINERS, ("/etc/kolla",)),
    "kolla_container_engine": ("the product installs Docker on the hosts and asks it what runs", ("docker",)),
    "kolla_action": ("each run sets it itself", ()),
}
"""Why an option cannot be set, and the values that change nothing."""

_ANSIBLE = "hosts are reached by what the product writes into the inventory"


def overruled(name: str, value: Any) -> str | None:
    """Why the site may not set an option to a value; none: it may."""
    if name.startswith("ansible_"):
        return _ANSIBLE
    if name.endswith("_address_family"):
        return None if str(value) == "ipv4" or "{{" in str(value) else _FAMILY
    reason, harmless = _FIXED.get(name, ("", ()))
    return reason if reason and str(value) not in harmless else None
