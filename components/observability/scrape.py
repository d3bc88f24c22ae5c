"""What is added to Kolla-Ansible's prometheus.yml: jobs for what it does not ask. Pure, but for reading the vault's CA."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from components.observability.jobs import Target, certificates, vault
from config.cloud import CloudConfig
from config.observability import BLACKBOX, SCRAPE, VAULT_CA

_MODULE = """\
{{ lookup('template', role_path ~ '/templates/prometheus-blackbox-exporter.yml.j2') }}
  # Looks at a certificate whoever has signed it: its end is what is asked.
  certificate:
    prober: tcp
    tcp:
      tls: true
      tls_config:
        insecure_skip_verify: true
"""
"""Kolla-Ansible takes this file in place of its own one, so that one comes first."""
_EXPORTER = (
    '{{ api_interface_address | put_address_in_context("url") }}:{{ prometheus_blackbox_exporter_port }}'
)


def scrape_files(cloud: CloudConfig) -> dict[str, str]:
    """Text by path below `config/`; Kolla-Ansible joins the lists of the first one with its own.

    Raises:
        ValueError: a file cannot be read, or an option not evaluated; says which.
    """
    nodes, probed = vault(cloud), certificates(cloud)
    added = [*_vault(nodes), *_certificates(probed)]
    files = {SCRAPE: yaml.safe_dump({"scrape_configs": added}, sort_keys=False, width=1000)} if added else {}
    if nodes and cloud.vault is not None:
        files[VAULT_CA] = _ca(cloud.vault.tls.ca)
    if probed:
        files[BLACKBOX] = _MODULE
    return files


def _vault(nodes: list[Target]) -> list[dict[str, Any]]:
    job = {
        "job_name": "vault",
        "scheme": "https",
        "metrics_path": "/v1/sys/metrics",
        "params": {"format": ["prometheus"]},
        "tls_config": {"ca_file": f"/etc/{VAULT_CA}"},
        "static_configs": [{"targets": [node.address], "labels": {"instance": node.host}} for node in nodes],
    }
    return [job] if nodes else []


def _certificates(probed: list[Target]) -> list[dict[str, Any]]:
    job = {
        "job_name": "certificates",
        "metrics_path": "/probe",
        "params": {"module": ["certificate"]},
        "static_configs": [
            {"targets": [each.address], "labels": {"instance": each.host, "service": each.service}}
            for each in probed
        ],
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "__param_target"},
            {"target_label": "__address__", "replacement": _EXPORTER},
        ],
    }
    return [job] if probed else []


def _ca(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"cloud:vault.tls.ca: {path}: {error.strerror}") from error
