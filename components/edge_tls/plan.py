"""What EdgeTLS does on the deploy host. Pure, but for reading the files that the stack file names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from components.edge_tls.clients import trusted, trusted_files
from components.edge_tls.issuers import FromAcme, FromVault, from_acme, from_vault
from components.state import State
from config.cloud import CloudConfig
from config.kolla.edge import Issuer, Side, edge_sources
from config.kolla.endpoints import name_of
from config.kolla.hosts import hosts_of
from config.kolla.variables import effective
from host_programs.contract.edge_tls import (
    EDGE_TLS,
    EDGE_TLS_FOLDER,
    EdgeCertificate,
    EdgeSettings,
    EdgeTrusted,
)
from host_programs.contract.kolla_run import KOLLA_CONFIG, KOLLA_USER

UNIT = "edge-tls"
SETTINGS = f"{EDGE_TLS_FOLDER}/settings.json"
_VOLUMES = "/var/lib/docker/volumes"
_CERTIFICATES = f"{KOLLA_CONFIG}/certificates"
_FILES: dict[Side, str] = {"external": "haproxy.pem", "internal": "haproxy-internal.pem"}
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
PrivateTmp=yes
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
    """The login at the vault, the key of the account at the ACME server."""
    timer: State
    """The running timer; the first certificate is there before it."""
    settings: str
    """What edge-tls works from: readable, no secret."""
    made_from: str
    """These, and the checksums of files that are to be brought to the load balancers at once."""
    asked_back: bool
    """An issuer asks the load balancers first, so they start with a certificate that stands in for it."""


def plan_edge(cloud: CloudConfig) -> EdgePlan | None:
    """The plan; None: the stack's certificates come from elsewhere.

    Raises:
        ValueError: a file cannot be read, or is not what it should be.
    """
    kolla = cloud.kolla
    issuers = edge_sources(kolla.tls) if kolla else {}
    clients = kolla.tls.clients if kolla else None
    if kolla is None or not (issuers or clients):
        return None
    judged = trusted_files(cloud, clients) if clients else {}
    vault, acme = from_vault(cloud, kolla, issuers), from_acme(kolla)
    settings = (
        json.dumps(_settings(cloud, issuers, vault, acme, trusted(cloud, clients)), indent=2, sort_keys=True)
        + "\n"
    )
    given = [one for one in (vault, acme) if one]
    texts = {
        SETTINGS: settings,
        **{path: text for one in given for path, text in one.files.items()},
        **judged,
        f"/etc/systemd/system/{UNIT}.service": _SERVICE,
        f"/etc/systemd/system/{UNIT}.timer": _TIMER,
    }
    owner = f"{KOLLA_USER}:{KOLLA_USER}"
    folders = {path: {"mode": "0755", "owner": owner} for path in (KOLLA_CONFIG, _CERTIFICATES)}
    packages = sorted({package for one in given for package in one.packages})
    base: State = {
        **({"packages": {"present": packages}} if packages else {}),
        "directories": {EDGE_TLS_FOLDER: {"mode": "0755"}, **folders},
        "files": {path: {"content": text, "mode": "0644"} for path, text in texts.items()},
    }
    secrets = {path: text for one in given for path, text in one.secrets.items()}
    sensitive = {"mode": "0600", "sensitive": True}
    return EdgePlan(
        host=next(iter(cloud.with_role("deploy"))),
        base=base,
        secrets={"files": {path: {"content": text, **sensitive} for path, text in secrets.items()}},
        timer={"units": {f"{UNIT}.timer": {"enabled": True, "active": True}}},
        settings=settings,
        made_from=settings + "".join(f"{sha256(text.encode()).hexdigest()}\n" for text in judged.values()),
        asked_back=acme is not None,
    )


def _settings(
    cloud: CloudConfig,
    issuers: Mapping[Side, Issuer],
    vault: FromVault | None,
    acme: FromAcme | None,
    judged: list[EdgeTrusted],
) -> EdgeSettings:
    cas = {"vault": vault.trusted if vault else "", "acme": acme.trusted if acme else ""}
    return {
        "vault": vault.settings if vault else None,
        "acme": acme.settings if acme else None,
        "certificates": [_certificate(cloud, side, by, cas[by]) for side, by in issuers.items()],
        "trusted": judged,
        "hosts": list(hosts_of(cloud, "loadbalancer")),
        # As Ansible does: the same user, key and host keys.
        "reach": ["runuser", "-u", KOLLA_USER, "--", "ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15"],
        "become": "sudo -n",
        "socket": f"{_VOLUMES}/haproxy_socket/_data/haproxy.sock",
    }


def _certificate(cloud: CloudConfig, side: Side, source: Issuer, ca: str) -> EdgeCertificate:
    own, file = effective(cloud), _FILES[side]
    # An ACME server is asked for names alone.
    named = [str(own.get(f"kolla_{side}_vip_address") or own["kolla_internal_vip_address"])]
    return {
        "name": f"{side} APIs",
        "source": source,
        "names": list(dict.fromkeys([name_of(own, side), *(named if source == "vault" else [])])),
        "ca": ca,
        "kept": f"{_CERTIFICATES}/{file}",
        # Kolla's copy in the container too: where the two differ, its next run restarts HAProxy.
        "files": [
            f"/etc/kolla/haproxy/{file}",
            f"{_VOLUMES}/letsencrypt_certificates/_data/{file}",
        ],
        "loaded": f"/etc/haproxy/certificates/{file}",
    }
