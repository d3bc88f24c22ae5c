"""How the program reaches the hosts."""

from __future__ import annotations

from pydantic import Field, SecretStr

from config.base import Section
from config.types import Cidr, HostKey, LocalPath, Port


class PrivateKey(Section):
    """A private key: a file on the operator's machine, or a secret of the stack. Exactly one."""

    file: LocalPath | None = None
    """Name of a file on the operator's machine."""
    secret: SecretStr | None = None
    """The key itself, encrypted in the stack file."""


class Bastion(Section):
    """A jump host in front of the management network."""

    host: str
    """Name or address of the jump host."""
    port: Port = 22
    """TCP port of its SSH."""
    user: str = "root"
    """Logs in there with the same key."""
    host_key: HostKey
    """Its host key, `TYPE BASE64`."""


class Ssh(Section):
    """User, key and way."""

    user: str = "cloud"
    """Logs in with the key and may use sudo without a password."""
    port: Port = 22
    """TCP port of the hosts' SSH."""
    key: PrivateKey
    """The operator's (or the pipeline's) key."""
    deploy_key: PrivateKey
    """Key of the deploy host: Kolla-Ansible's user `kolla` accepts it on every host."""
    known_hosts: LocalPath | None = None
    """OpenSSH known_hosts file, made by `make host-keys`."""
    bastion: Bastion | None = None
    """Jump host, where the hosts cannot be reached directly."""
    allowed_from: tuple[Cidr, ...] = ()
    """Networks besides management that may open SSH to hosts (jump hosts, pipelines)."""
    connect_timeout: int = Field(default=10, ge=1, le=300)
    """Seconds for one attempt to connect."""
