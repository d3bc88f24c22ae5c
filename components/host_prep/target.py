"""What every part of the plan is made from: one host in its cloud, and the texts read from files once."""

from __future__ import annotations

from dataclasses import dataclass

from components.keys import public_key, read_private_key
from config.cloud import CloudConfig
from config.model.types import Role
from config.site.hosts import Host


@dataclass(frozen=True)
class SiteFiles:
    """The contents of the files that the configuration names: the plan itself reads none."""

    deploy_key: str
    deploy_public_key: str
    ca_bundle: str | None = None

    @classmethod
    def read(cls, cloud: CloudConfig) -> SiteFiles:
        """Read them.

        Raises:
            ValueError: a file cannot be read or is not what it should be; says which and what to do.
        """
        key = read_private_key(cloud.ssh.deploy_key, "ssh.deployKey")
        bundle = cloud.packages.ca_bundle
        try:
            text = bundle.read_text() if bundle else None
        except (OSError, UnicodeDecodeError):
            raise ValueError(f"cloud:packages.caBundle: {bundle} cannot be read as text") from None
        return cls(key, public_key(key, "ssh.deployKey"), text)

    def __repr__(self) -> str:
        return "SiteFiles(…)"  # a key must not get into a traceback


@dataclass(frozen=True)
class Target:
    """One host that is being planned."""

    cloud: CloudConfig
    name: str
    host: Host
    files: SiteFiles

    @property
    def system(self) -> str:
        """`debian` or `ubuntu`."""
        return self.cloud.releases.host_os.split("-", 1)[0]

    @property
    def full_name(self) -> str:
        """The host's name with the domain."""
        return f"{self.name}.{self.cloud.domain}"

    def has(self, *roles: Role) -> bool:
        """Whether the host has one of the roles."""
        return bool(set(roles) & set(self.host.roles))
