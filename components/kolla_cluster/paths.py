"""Where Kolla-Ansible finds its configuration on the deploy host."""

from __future__ import annotations

CONFIG = "/etc/kolla-deploy"
"""KOLLA_CONFIG_PATH; not /etc/kolla, which on every host is what Kolla-Ansible itself writes."""

CALLBACKS = "/opt/kolla-run/callback"
"""Ansible's callback plugin of the runner."""


def venv(series: str) -> str:
    """The venv of a release of Kolla-Ansible."""
    return f"/opt/kolla-ansible/{series}"
