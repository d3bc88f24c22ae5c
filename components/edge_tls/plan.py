"""What EdgeTLS does on the deploy host. Pure, but for reading the files that the stack file names."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from components.state import State
from components.vault_secrets import server
from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.endpoints import name_of
from config.kolla.hosts import hosts_of
from config.kolla.variables import effective
from host_programs.contract.edge_tls import EDGE_TLS, EDGE_TLS_FOLDER, EdgeCertificate, EdgeSettings
from host_programs.contract.kolla_run import KOLLA_CONFIG, KOLLA_USER

UNIT = "edge-tls"
_VOLUMES = "/var/lib/docker/volumes"
_CERTIFICATES = f"{KOLLA_CONFIG}/certificates"
_FILES = {"external": "haproxy.pem", "internal": "haproxy-internal.pem"}
_SERVICE = f"""\
# Managed by openstack-cloud.
[Unit]
Description=Certificates of the load balancers
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={EDGE_TLS} renew
TimeoutStartSec=15min
LimitCORE=0
"""
_TIMER = """\
# Managed by openstack-cloud.
[Unit]
Description=Certificates of the load balancers, where they are due

[Timer]
OnCalendar=hourly
RandomizedDelaySec=10min
Persistent=true

[Install]
WantedBy=timers.target
"""


@dataclass(frozen=True)
class EdgePlan:
    """The states of the deploy host, in the order in which they are applied."""

    host: str
    base: State
    """Settings and units."""
    secrets: State = field(repr=False)
    """The login at the vault."""
    timer: State
    """The running timer; the first certificate is there before it."""
    settings: str
    """What edge-tls works from: readable, no secret."""


def plan_edge(cloud: CloudConfig) -> EdgePlan | None:
    """The plan; None: the stack's certificates are not the vault's.

    Raises:
        ValueError: a file cannot be read.
    """
    kolla, vault = cloud.kolla, cloud.vault
    if kolla is None or vault is None or kolla.tls.source != "vault":
        return None
    renewal, ca = kolla.tls.renewal, kolla.tls.ca
    if renewal is None or ca is None:
        raise ValueError("cloud:kolla.tls: `source: vault` needs `renewal` and `ca` (add them)")
    settings = json.dumps(_settings(cloud, kolla, renewal.service), indent=2, sort_keys=True) + "\n"
    texts = {
        f"{EDGE_TLS_FOLDER}/settings.json": settings,
        f"{EDGE_TLS_FOLDER}/ca.pem": ca.read_text(encoding="utf-8"),
        f"{EDGE_TLS_FOLDER}/vault-ca.pem": vault.tls.ca.read_text(encoding="utf-8"),
        f"/etc/systemd/system/{UNIT}.service": _SERVICE,
        f"/etc/systemd/system/{UNIT}.timer": _TIMER,
    }
    owner = f"{KOLLA_USER}:{KOLLA_USER}"
    folders = {path: {"mode": "0755", "owner": owner} for path in (KOLLA_CONFIG, _CERTIFICATES)}
    base: State = {
        "directories": {EDGE_TLS_FOLDER: {"mode": "0755"}, **folders},
        "files": {path: {"content": text, "mode": "0644"} for path, text in texts.items()},
    }
    login = renewal.login.read("kolla.tls.renewal.login")
    secret = {"content": login, "mode": "0600", "sensitive": True}
    return EdgePlan(
        host=next(iter(cloud.with_role("deploy"))),
        base=base,
        secrets={"files": {f"{EDGE_TLS_FOLDER}/login.json": secret}},
        timer={"units": {f"{UNIT}.timer": {"enabled": True, "active": True}}},
        settings=settings,
    )


def _settings(cloud: CloudConfig, kolla: KollaSettings, role: str) -> EdgeSettings:
    vault = cloud.vault
    return {
        "vault": [server.url(cloud, vault, node) for node in vault.hosts(cloud)] if vault else [],
        "vault_ca": f"{EDGE_TLS_FOLDER}/vault-ca.pem",
        "login": f"{EDGE_TLS_FOLDER}/login.json",
        "role": role,
        "ca": f"{EDGE_TLS_FOLDER}/ca.pem",
        "certificates": [_certificate(cloud, side) for side in _FILES if getattr(kolla.tls, side)],
        "hosts": list(hosts_of(cloud, "loadbalancer")),
        # As Ansible does: the same user, key and host keys.
        "reach": ["runuser", "-u", KOLLA_USER, "--", "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15"],
        "become": "sudo -n",
        "socket": f"{_VOLUMES}/haproxy_socket/_data/haproxy.sock",
    }


def _certificate(cloud: CloudConfig, side: str) -> EdgeCertificate:
    own, file = effective(cloud), _FILES[side]
    address = str(own.get(f"kolla_{side}_vip_address") or own["kolla_internal_vip_address"])
    return {
        "name": f"{side} APIs",
        "names": list(dict.fromkeys((name_of(own, side), address))),
        "kept": f"{_CERTIFICATES}/{file}",
        # Kolla's copy in the container too: where the two differ, its next run restarts HAProxy.
        "files": [
            f"/etc/kolla/haproxy/{file}",
            f"{_VOLUMES}/letsencrypt_certificates/_data/{file}",
        ],
        "loaded": f"/etc/haproxy/certificates/{file}",
    }
