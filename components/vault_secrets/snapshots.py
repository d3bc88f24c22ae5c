"""What takes snapshots on a node: a timer, and the login that it has. Pure."""

from __future__ import annotations

from components.state import State
from components.vault_secrets import paths
from config.vault import Snapshots
from host_programs.contract.vault_boot import VAULT_BOOT

_SERVICE = f"""\
# Managed by openstack-cloud.
[Unit]
Description=A snapshot of the vault
Wants=network-online.target
After=network-online.target {paths.UNIT}

[Service]
Type=oneshot
ExecStart={VAULT_BOOT} snapshot
UMask=0077
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths={paths.SNAPSHOTS}
ProtectHome=yes
PrivateTmp=yes
"""


def state(settings: Snapshots) -> State:
    """Folder, units and the running timer."""
    service, timer = (f"{paths.SNAPSHOT_UNIT}.{kind}" for kind in ("service", "timer"))
    units = {service: _SERVICE, timer: _timer(settings)}
    files = {f"/etc/systemd/system/{name}": {"content": text, "mode": "0644"} for name, text in units.items()}
    return {
        "directories": {paths.SNAPSHOTS: {"mode": "0700"}},
        "files": files,
        "units": {timer: {"enabled": True, "active": True, "restart_on": [f"/etc/systemd/system/{timer}"]}},
    }


def login(credentials: str) -> State:
    """The login as vault-boot printed it; secret."""
    file = {"content": f"{credentials.strip()}\n", "mode": "0600", "sensitive": True}
    return {"files": {paths.SNAPSHOT_LOGIN: file}}


def _timer(settings: Snapshots) -> str:
    # Not by the clock: nodes that started at different times take theirs at different times.
    return f"""\
# Managed by openstack-cloud.
[Unit]
Description=Snapshots of the vault, each {settings.every_hours} h

[Timer]
OnActiveSec=5min
OnUnitActiveSec={settings.every_hours}h
RandomizedDelaySec=5min

[Install]
WantedBy=timers.target
"""
