"""The way to the hosts."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.sealed import SEALED
from config.ssh import PrivateKey
from config.types import Cidr

_KEYS: Loc = ("ssh",)


def ssh(cloud: CloudConfig) -> Iterator[Problem]:
    """Each key comes from one place, and the user can still log in when the hosts are hardened."""
    for name, key in (("key", cloud.ssh.key), ("deployKey", cloud.ssh.deploy_key)):
        if (key.file is None) == (key.secret is None):
            reason = "has neither `file` nor `secret`" if key.file is None else "has both `file` and `secret`"
            yield Problem((*_KEYS, name), reason, "give exactly one of the two")
    if _same(cloud.ssh.key, cloud.ssh.deploy_key):
        reason = "is the operator's key: who breaks into the deploy host would have it"
        yield Problem((*_KEYS, "deployKey"), reason, "make a key of its own with `ssh-keygen -t ed25519`")
    if cloud.ssh.user in ("root", "kolla"):
        why = {"root": "may not log in once the hosts are hardened", "kolla": "is the user of Kolla-Ansible"}
        fix = "use a user of your own that may use sudo without a password, such as `cloud`"
        yield Problem((*_KEYS, "user"), why[cloud.ssh.user], fix, cloud.ssh.user)
    sources: tuple[tuple[Loc, tuple[Cidr, ...]], ...] = (
        ((*_KEYS, "allowedFrom"), cloud.ssh.allowed_from),
        (("firewall", "sshFrom"), cloud.firewall.ssh_from),
    )
    for loc, cidrs in sources:
        for at, cidr in enumerate(cidrs):
            if cidr.prefixlen == 0:
                fix = "name the networks of your jump hosts and pipelines"
                yield Problem((*loc, at), "opens SSH to everyone", fix, str(cidr))


def _same(one: PrivateKey, other: PrivateKey) -> bool:
    if one.file is not None and one.file == other.file:
        return True
    secrets = [key.secret.get_secret_value().strip() for key in (one, other) if key.secret]
    return len(secrets) == 2 and secrets[0] == secrets[1] != SEALED
