"""How the program reaches the hosts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from config.model.base import Room, Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.hosts import HostKey, UserName
from config.model.texts.network import Server
from config.model.types import Cidr, LocalPath, Port
from config.site.private_keys import private_key_faults
from config.stack_file.sealed import SEALED

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class Bastion(Section):
    """A jump host in front of the management network."""

    host: Server
    """Name or address of the jump host."""
    port: Port = 22
    """TCP port of its SSH."""
    user: UserName = "root"
    """Logs in there with the same key."""
    host_key: HostKey
    """Its host key, `TYPE BASE64`."""


class Ssh(Room):
    """User, key and way."""

    user: UserName = "cloud"
    """Logs in with the key and may use sudo without a password."""
    port: Port = 22
    """TCP port of the hosts' SSH."""
    key: SecretSource
    """The operator's (or the pipeline's) private key."""
    deploy_key: SecretSource
    """Private key of the deploy host: Kolla-Ansible's user `kolla` accepts it on every host."""
    known_hosts: LocalPath | None = None
    """OpenSSH known_hosts file, written by `make host-keys`."""
    bastion: Bastion | None = None
    """Jump host, where the hosts cannot be reached directly."""
    allowed_from: tuple[Cidr, ...] = ()
    """Networks besides management that may open SSH to hosts (jump hosts, pipelines)."""
    connect_timeout: int = Field(default=10, ge=1, le=300)
    """Seconds for one attempt to connect."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Keys can be used, and the user can still log in when the hosts are hardened."""
        yield from _usable((*here, "key"), self.key)
        yield from _usable((*here, "deployKey"), self.deploy_key, for_openssh=True)
        if _same(self.key, self.deploy_key):
            reason = "is the operator's key: an intruder on the deploy host would get it"
            yield Problem((*here, "deployKey"), reason, "create a separate key with `ssh-keygen -t ed25519`")
        why = {"root": "may not log in once the hosts are hardened", "kolla": "is the user of Kolla-Ansible"}
        if self.user in why:
            fix = "use a user of your own that may use sudo without a password, such as `cloud`"
            yield Problem((*here, "user"), why[self.user], fix, self.user)
        yield from open_to_everyone((*here, "allowedFrom"), self.allowed_from)


def open_to_everyone(loc: Loc, cidrs: tuple[Cidr, ...]) -> Iterator[Problem]:
    """Networks that are every address."""
    for at, cidr in enumerate(cidrs):
        if cidr.prefixlen == 0:
            fix = "name the networks of your jump hosts and pipelines"
            yield Problem((*loc, at), "opens SSH to everyone", fix, str(cidr))


def _usable(here: Loc, key: SecretSource, *, for_openssh: bool = False) -> Iterator[Problem]:
    make = "`make deploy-key STACK=…`" if for_openssh else f"`ssh-keygen -t ed25519 -N '' -f {key.file}`"
    text, problems = key.examined(here, f"create one with {make}, or correct the name")
    yield from problems
    if text is not None:
        shown = None if key.file is None else str(key.file)
        for reason, fix in private_key_faults(text, for_openssh=for_openssh):
            yield Problem(key.place(here), reason, fix, shown)


def _same(one: SecretSource, other: SecretSource) -> bool:
    if one.file is not None and one.file == other.file:
        return True
    secrets = [key.secret.get_secret_value().strip() for key in (one, other) if key.secret]
    return len(secrets) == 2 and secrets[0] == secrets[1] != SEALED
