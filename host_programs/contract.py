"""What a program on a host and whoever talks to it both know: paths, exit codes, names and keys of files.

It is packed into every program, so it imports nothing of ours and nothing heavy.
"""

from __future__ import annotations

from typing import Dict, List, Literal, NamedTuple, Optional, Tuple, TypedDict

# --- hostctl

HOSTCTL = "/usr/local/sbin/hostctl"
HOSTCTL_FOLDER = "/var/lib/hostctl"
"""States, records and jobs; root's alone. GROUP.json is the state that was applied last."""


def sysctl_file(group: str) -> str:
    """The drop-in that sets a group's kernel parameters at boot."""
    return f"/etc/sysctl.d/90-hostctl-{group}.conf"


EXIT_ERROR = 1
"""Of both programs: something could not be done; stderr or the last line says what."""
EXIT_DRIFT = 3
"""Of `hostctl check`: the host is not as it was left."""
EXIT_NOT_ACTIVE = 4
"""Of `hostctl confirm`: rolled back, or another state is active."""
EXIT_NO_PROGRAM = 127
"""Of a shell: the program is not on the host."""

CONFIRMED, ARMED, ROLLED_BACK = "confirmed", "armed", "rolled back"
"""A group's status, in its record and in what `hostctl check --json` prints."""


class _Group(TypedDict):
    drift: List[str]
    """What differs from the stored state."""
    ok: int
    """Items that are as they should be."""
    sha256: str
    """Of the stored state; empty: there is none."""
    status: str
    """CONFIRMED, ARMED or ROLLED_BACK."""


class GroupReport(_Group, total=False):
    """What `hostctl check --json` tells of a group."""

    rejected: str
    """sha256 of the state that was rolled back, where it is another one than the stored state."""
    notes: List[str]
    """What is neither drift nor an error."""
    fixed: List[str]
    """With `--fix`: what drifted and was put right."""


class HostReport(TypedDict):
    """The last line of stdout of `hostctl check --json`."""

    groups: Dict[str, GroupReport]
    host: str


SITE_CA = "/usr/local/share/ca-certificates/openstack-cloud.crt"
"""The site's own CAs (`packages.caBundle`) on every host."""


class FoundCertificates(TypedDict):
    """What one place holds."""

    place: str
    """A file, HOST:PORT, or a URL."""
    chain: List[str]
    """Its certificates in their order: DER in base64. What is served shows its first one alone."""
    error: str
    """Why it cannot be read; empty: it could."""


class CertificateReport(TypedDict):
    """The last line of stdout of `hostctl certificates`."""

    certificates: Dict[str, List[FoundCertificates]]
    """By the place that was asked about; none: no file is there."""


# --- kolla-run, on the deploy host

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
"""In KOLLA_STATE, with `.json`: what the last successful deployment was made from and left on the hosts."""
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
    """What a cloud shows of itself when it is whole."""

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


# --- vault-boot, on the nodes of the vault's cluster

VAULT_BOOT = "/usr/local/sbin/vault-boot"
VAULT_CLUSTER = "cluster"
"""Below the vault's home: comes into being as a whole, with the encrypted shares and the storage in it."""
VAULT_STORAGE = f"{VAULT_CLUSTER}/raft"

VAULT_TLS_CA, VAULT_TLS_CERTIFICATE = "/etc/openbao/tls/ca.pem", "/etc/openbao/tls/node.pem"
"""What a node's listener shows, and the CA that it is checked against."""

VAULT_ROOT_CA, VAULT_CA, VAULT_KV = "pki-root", "pki", "kv"
"""Where the root CA, the CA that issues, and the secrets are mounted."""

EXIT_SEALED = 4
"""Of vault-boot: operators have to open the vault first."""


VAULT_SNAPSHOTS = "/var/lib/openbao-snapshots"
"""Root's, and not below the server's home: who wipes that keeps them. A backup takes it, a mount may be in its place."""

SNAPSHOT_LOGIN = "snapshots"
"""The role that takes snapshots."""


class SnapshotSettings(TypedDict):
    """Where a node keeps its snapshots of the vault, and for how long."""

    folder: str
    keep: int
    """How many at most."""
    days: int
    """How old at most; the newest stays."""
    login: str
    """File with `role_id` and `secret_id`."""


class Snapshot(TypedDict):
    """What `vault-boot snapshots` tells of each, oldest first."""

    name: str
    path: str
    taken: str
    """UTC, `2026-11-27T08:00:00Z`."""
    bytes: int


class BootSettings(TypedDict):
    """What vault-boot works from; no secret."""

    node: str
    """The node that it is on."""

    nodes: Dict[str, str]
    """URL of each node's API by its name."""
    founder: str
    """The node that founds the cluster and hands it over."""
    ca: str
    """File of the CA of their certificates."""
    program: str
    """The server's binary."""
    config: str
    """Its configuration file, JSON."""
    home: str
    user: str
    """In whose name the server runs; empty: in that of whoever starts it."""
    environment: str
    """systemd's EnvironmentFile of the server, with what opens it; empty: there is none."""
    operators: Dict[str, str]
    """PGP public key of each, in base64, by name."""
    threshold: int
    opens_itself: bool
    """The seal needs nobody; the operators' shares are for recovery."""
    bound_cidrs: List[str]
    """From where Pulumi may log in."""
    snapshots: SnapshotSettings


# --- edge-tls, on the deploy host

EDGE_TLS = "/usr/local/sbin/edge-tls"
EDGE_TLS_FOLDER = "/etc/edge-tls"
"""settings.json; root's alone: login.json (`role_id` and `secret_id` at the vault), acme.key (of the account)."""


class EdgeCertificate(TypedDict):
    """A certificate that is kept valid."""

    name: str
    source: Literal["vault", "acme"]
    """Who issues it: the field of EdgeSettings."""
    names: List[str]
    """DNS names and addresses that it is for; the first one is its common name."""
    ca: str
    """File of the CAs that its clients trust."""
    kept: str
    """Its file on the deploy host: certificate, chain, key. Kolla-Ansible copies it from there."""
    files: List[str]
    """Its files on each host with a load balancer."""
    loaded: str
    """The name of the file in HAProxy's own configuration."""


class EdgeVault(TypedDict):
    """The PKI of the cloud's vault."""

    nodes: List[str]
    """URLs of the vault's nodes, in the order in which they are asked."""
    ca: str
    """File of the CA of the nodes' own certificates."""
    login: str
    """File with `role_id` and `secret_id`."""
    role: str
    """Of the PKI that issues: what it may issue, and for how long."""


class EdgeAcme(TypedDict):
    """An ACME server, whose questions the load balancers answer by themselves: they know the account's thumbprint."""

    directory: str
    """Its URL."""
    ca: str
    """File of the CAs of the server's own certificate; empty: those that the host trusts."""
    email: str
    key: str
    """File of the account's key."""
    client: str
    """The program that asks: lego."""


class EdgeSettings(TypedDict):
    """What edge-tls works from; no secret."""

    vault: Optional[EdgeVault]
    acme: Optional[EdgeAcme]
    certificates: List[EdgeCertificate]
    hosts: List[str]
    """Hosts with a load balancer, by the names that `reach` takes."""
    reach: List[str]
    """Command to which a host and a shell command are added."""
    become: str
    """What makes such a shell command root's; empty: it is."""
    socket: str
    """HAProxy's admin socket on such a host."""
