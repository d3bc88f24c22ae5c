"""kolla-run, on the deploy host: its folders and files, the release, and what a healthy cloud reports."""

from __future__ import annotations

from typing import Dict, List, Literal, NamedTuple, Tuple, TypedDict

KOLLA_RUN_FOLDER = "/opt/kolla-run"
"""The program, release.json, and what it gives to Ansible: callback, library, playbooks."""
KOLLA_RUN = f"{KOLLA_RUN_FOLDER}/kolla-run"
KOLLA_CONFIG = "/etc/kolla-deploy"
"""KOLLA_CONFIG_PATH; not /etc/kolla, which on every host is what Kolla-Ansible itself writes."""
KOLLA_VENVS = "/opt/kolla-ansible"
"""Holds one venv for each series."""
KOLLA_STATE = "/var/lib/cloud-kolla"
"""kolla-run's records, lock and events."""
DEPLOYED = "deployed"
"""In KOLLA_STATE, with `.json`: what the last successful deployment was built from and left on the hosts."""
KOLLA_USER = "kolla"
"""In whose name Ansible runs; it reaches the hosts by its own key."""
KOLLA_HOME = "/var/lib/kolla-user"

EXIT_HOSTS = 2
"""Of kolla-run: hosts failed or could not be reached."""

RELEASE_FILE = "release.json"
"""In KOLLA_RUN_FOLDER; a Release as JSON."""


class Release(NamedTuple):
    """The release that the deploy host works with: the stack's program writes it there, kolla-run reads it."""

    series: str
    """`2025.1`."""
    kolla_ansible: str
    """Version of the package."""
    dialect: Literal["shell", "cliff"]
    """Whether `kolla-ansible` is a shell script (2024.1: options first, `_` in verbs) or a program."""
    ansible_bundle: str
    """Version of PyPI's `ansible` whose collections fit."""
    collections: Tuple[str, ...]
    """Names of Ansible's collections that it needs."""
    runner: str
    """Version of kolla-run: a new one is a change, so that it gets installed."""


def venv(series: str) -> str:
    """The venv of a series of Kolla-Ansible."""
    return f"{KOLLA_VENVS}/{series}"


CLOUDS_FILE, ADMIN_CLOUD = "clouds.yaml", "kolla-admin-internal"
"""In KOLLA_CONFIG, written by post-deploy; and the entry in it that uses the internal endpoints."""

EXPECTATIONS_FILE = "expectations.json"
"""In KOLLA_CONFIG; Expectations as JSON: what `kolla-run integrity` compares a cloud with."""


class Catalogued(TypedDict):
    """A service in Keystone's catalogue."""

    service: str
    type: str
    endpoints: Dict[str, str]
    """Name or address in the endpoint's URL, by interface."""


class Expectations(TypedDict):
    """What a healthy cloud reports of itself."""

    region: str
    catalogue: List[Catalogued]
    agents: Dict[str, Dict[str, List[str]]]
    """By API (compute, network, volume) and by name of the agent: its hosts, as the API calls them."""
    clusters: Dict[str, List[str]]
    """By kind (galera, rabbitmq, ovn-nb, ovn-sb): the hosts of its members."""
    addresses: Dict[str, List[str]]
    """By virtual address: the hosts of which exactly one has it."""
    hosts: List[str]
    """All hosts on which Kolla-Ansible runs containers."""
