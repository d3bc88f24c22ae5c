"""What Pulumi may do in the vault: mounts, policies, roles; every path by name, one level at a time."""

from __future__ import annotations

import json

NAME = "pulumi"
_MANAGE = ["create", "read", "update", "delete"]
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
    "sys/audit": ["read", "sudo"],
    "sys/storage/raft/configuration": ["read"],
    "auth/approle/role": ["list"],
    "auth/approle/role/+": _MANAGE,
    "auth/approle/role/+/role-id": ["read"],
    "auth/approle/role/+/secret-id": ["create", "update", "list"],
    "auth/approle/role/+/secret-id-accessor/destroy": ["create", "update"],
}
POLICY = json.dumps({"path": {path: {"capabilities": may} for path, may in _PATHS.items()}}, indent=2) + "\n"
