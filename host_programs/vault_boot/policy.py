"""What Pulumi may do in the vault: mounts, policies, roles; every path by name, one level at a time. And snapshots."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from host_programs.contract.vault_boot import VAULT_CA, VAULT_CLIENT_CA, VAULT_KV, VAULT_ROOT_CA

NAME = "pulumi"
SNAPSHOT = "sys/storage/raft/snapshot"
_MANAGE = ["create", "read", "update", "delete"]
_WRITE = ["create", "update"]
_SET = ["create", "read", "update"]
_OF_A_CA = {
    "config/urls": _SET,
    "config/crl": _SET,
    "config/auto-tidy": _SET,
    "config/issuers": _SET,
    "issuer/+": ["read", "update", "delete"],
    "key/+": ["read", "delete"],
}
_PATHS = {
    "auth/token/lookup-self": ["read"],
    "auth/token/renew-self": ["update"],
    "auth/token/revoke-self": ["update"],
    "auth/token/create": ["update"],
    "sys/mounts": ["read"],
    "sys/mounts/+": [*_MANAGE, "sudo"],
    "sys/mounts/+/tune": ["read", "update"],
    "sys/auth": ["read"],
    "sys/auth/+": [*_MANAGE, "sudo"],
    "sys/auth/+/tune": ["read", "update", "sudo"],
    "sys/policies/acl": ["list"],
    "sys/policies/acl/+": _MANAGE,
    # It begins the making of a root token; only the operators' shares end it.
    "sys/generate-root-token/attempt": [*_MANAGE, "sudo"],
    "sys/generate-root-token/update": [*_WRITE, "sudo"],
    "sys/audit": ["read", "sudo"],
    "sys/storage/raft/configuration": ["read"],
    "auth/approle/role": ["list"],
    "auth/approle/role/+": _MANAGE,
    "auth/approle/role/+/role-id": ["read"],
    "auth/approle/role/+/secret-id": ["create", "update", "list"],
    "auth/approle/role/+/secret-id/lookup": _WRITE,
    "auth/approle/role/+/secret-id-accessor/destroy": _WRITE,
    **{
        f"{mount}/{path}": may
        for mount in (VAULT_ROOT_CA, VAULT_CA, VAULT_CLIENT_CA)
        for path, may in _OF_A_CA.items()
    },
    **{f"{mount}/root/generate/internal": _WRITE for mount in (VAULT_ROOT_CA, VAULT_CLIENT_CA)},
    f"{VAULT_ROOT_CA}/issuer/+/sign-intermediate": _WRITE,
    **{f"{mount}/cert/+": ["read"] for mount in (VAULT_ROOT_CA, VAULT_CLIENT_CA)},
    f"{VAULT_CA}/intermediate/generate/internal": _WRITE,
    f"{VAULT_CA}/intermediate/set-signed": _WRITE,
    **{f"{mount}/roles/+": _MANAGE for mount in (VAULT_CA, VAULT_CLIENT_CA)},
    **{f"{VAULT_KV}/data/{'/'.join('+' * depth)}": _MANAGE for depth in (1, 2, 3)},
    **{f"{VAULT_KV}/metadata/{'/'.join('+' * depth)}": ["read", "delete"] for depth in (1, 2, 3)},
}


def _text(paths: Mapping[str, Sequence[str]]) -> str:
    return json.dumps({"path": {path: {"capabilities": may} for path, may in paths.items()}}, indent=2) + "\n"


POLICY = _text(_PATHS)
OF_SNAPSHOTS = _text({SNAPSHOT: ["read"]})
"""Of the login that takes snapshots. What it gets is encrypted by the vault's keys; it cannot put one back."""
