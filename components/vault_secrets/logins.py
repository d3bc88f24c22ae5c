"""AppRole logins of services and operators, each with a policy that names every path. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from components.vault_secrets.wanted import Ref, Wanted
from config.cloud import CloudConfig
from config.model.types import Cidr

APPROLE = "approle"
"""Where vault-boot has mounted the login method."""
TOKEN_SECONDS, LONGEST_TOKEN_SECONDS = 3600, 4 * 3600
SECRET_ID_SECONDS = 600
"""How long a secret id that serves one login can wait for it."""
_EVERYBODY = {
    "auth/token/lookup-self": ["read"],
    "auth/token/renew-self": ["update"],
    "auth/token/revoke-self": ["update"],
}


def login(
    cloud: CloudConfig,
    name: str,
    paths: Mapping[str, list[str]],
    allowed_from: Sequence[Cidr],
    *,
    unattended: bool,
) -> Iterator[Wanted]:
    """A login and its policy.

    Args:
        cloud: Logins without subnets are allowed from its management network.
        name: Of both.
        paths: Capabilities by path, besides those that every token needs for itself.
        allowed_from: The subnets from which a login is accepted.
        unattended: Its secret id serves more than once and does not expire.
    """
    policy = {"path": {path: {"capabilities": may} for path, may in {**_EVERYBODY, **paths}.items()}}
    text = json.dumps(policy, indent=2) + "\n"
    yield Wanted("policy", f"{name}-policy", {"name": name, "policy": text})
    subnets = allowed_from or (cloud.networks.management.cidr,)
    cidrs = sorted(str(subnet) for subnet in subnets)
    yield Wanted(
        "login",
        f"{name}-login",
        {
            "backend": APPROLE,
            "role_name": name,
            "token_policies": [Ref(f"{name}-policy", "name")],
            "token_no_default_policy": True,
            "token_ttl": TOKEN_SECONDS,
            "token_max_ttl": LONGEST_TOKEN_SECONDS,
            "token_bound_cidrs": cidrs,
            "secret_id_num_uses": 0 if unattended else 1,
            "secret_id_ttl": 0 if unattended else SECRET_ID_SECONDS,
            "secret_id_bound_cidrs": cidrs,
        },
    )
