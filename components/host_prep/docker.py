"""The container engine as `kolla-ansible bootstrap-servers` sets it up."""

from __future__ import annotations

import json
from typing import Any

from components.host_prep.target import Target
from components.state import State

PROXY_ENVIRONMENT = "/etc/docker/proxy.env"
"""Docker's proxies, with their passwords: an Environment= in a unit could be read by every user."""

_DAEMON = "/etc/docker/daemon.json"
_DROP_IN = "/etc/systemd/system/docker.service.d/kolla.conf"


def docker(target: Target) -> State:
    """Docker with host networking only: no bridge, no rules, no forwarding of its own (Kolla's defaults).

    Containers outlive the daemon (`live-restore`), so that a changed setting or an upgrade stops no service.
    """
    settings = target.cloud.host_prep
    daemon: dict[str, Any] = {
        **settings.docker_settings,
        **_insecure(target),
        "bridge": "none",
        "iptables": False,
        "ip-forward": False,
        "live-restore": True,
        "log-driver": "json-file",
        "log-opts": {"max-size": settings.docker_log_size, "max-file": str(settings.docker_log_files)},
    }
    unit = ["[Service]", "MountFlags=shared"]
    if target.cloud.packages.proxy is not None:
        unit.append(f"EnvironmentFile=-{PROXY_ENVIRONMENT}")
    return {
        "packages": {"present": [target.cloud.packages.docker]},
        "files": {
            _DAEMON: {"content": json.dumps(daemon, indent=2) + "\n", "mode": "0644"},
            _DROP_IN: {"content": "\n".join(unit) + "\n", "mode": "0644"},
        },
        "effective": {_DROP_IN: "systemd"},
        "units": {
            "docker.service": {"enabled": True, "active": True, "restart_on": [_DAEMON, _DROP_IN]},
        },
    }


def _insecure(target: Target) -> dict[str, list[str]]:
    """A registry that speaks http has to be named to the daemon: `docker_registry_insecure` alone tells it nothing."""
    kolla = target.cloud.kolla
    if kolla is None or not (kolla.images.insecure and kolla.images.registry):
        return {}
    named = target.cloud.host_prep.docker_settings.get("insecure-registries", [])
    return {"insecure-registries": sorted({*named, kolla.images.registry})}
