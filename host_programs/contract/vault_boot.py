"""vault-boot, on the nodes of the vault's cluster: paths, mounts, settings."""

from __future__ import annotations

from typing import Dict, List, TypedDict

VAULT_BOOT = "/usr/local/sbin/vault-boot"
VAULT_CLUSTER = "cluster"
"""Below the vault's home: comes into being as a whole, with the encrypted shares and the storage in it."""
VAULT_STORAGE = f"{VAULT_CLUSTER}/raft"

VAULT_TLS_CA, VAULT_TLS_CERTIFICATE = "/etc/openbao/tls/ca.pem", "/etc/openbao/tls/node.pem"
"""What a node's listener shows, and the CA that it is checked against."""

VAULT_ROOT_CA, VAULT_CA, VAULT_KV = "pki-root", "pki", "kv"
"""Where the root CA, the CA that issues, and the secrets are mounted."""
VAULT_CLIENT_CA = "pki-clients"
"""Where the CA of operators' certificates is mounted."""

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
    """What `vault-boot snapshots` reports of each, oldest first."""

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
