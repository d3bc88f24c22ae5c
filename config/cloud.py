"""The whole cloud as one frozen model."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from config.ceph import CephSettings
from config.firewall.model import FirewallSettings
from config.kolla import KollaSettings
from config.model.base import Room, Section
from config.model.errors import Loc
from config.model.texts.hosts import HostKey
from config.model.texts.lines import Name
from config.model.texts.network import DomainName, HostName
from config.model.types import Role, VirtualRouterId
from config.observability import Observability
from config.site.host_prep import HostPrepSettings
from config.site.hosts import Host
from config.site.networks import Networks
from config.site.nics import NicProfile
from config.site.packages import Packages
from config.site.releases import Releases
from config.site.ssh import Ssh
from config.site.time import Time
from config.tenancy import Tenancy
from config.vault import VaultSettings


class CloudConfig(Section):
    """Everything under `cloud:` in a stack file."""

    name: HostName
    """Short name of the cloud, used in names of what is created."""
    domain: DomainName
    """DNS domain of the hosts; a host's full name is `HOST.DOMAIN`."""
    region: Name = "RegionOne"
    """Name of its OpenStack region."""
    releases: Releases
    networks: Networks
    nic_profiles: dict[Name, NicProfile] = Field(min_length=1)
    hosts: dict[HostName, Host] = Field(min_length=1)
    ssh: Ssh
    time: Time
    packages: Packages = Packages()
    host_prep: HostPrepSettings = HostPrepSettings()
    firewall: FirewallSettings = FirewallSettings()
    vault: VaultSettings | None = None
    """The cloud's own vault, on its hosts; none: there is none."""
    ceph: CephSettings | None = None
    """Storage; none: this stack has none."""
    virtual_router_id: VirtualRouterId = 51
    """Keepalived's VRRP id, unique on each network with a VIP."""
    kolla: KollaSettings | None = None
    """OpenStack's services; none: this stack prepares hosts only."""
    observability: Observability | None = None
    """Alert rules and whom alerts reach; none: what Kolla-Ansible has by itself, which notifies nobody."""
    tenancy: Tenancy | None = None
    """What projects find in the new cloud; none: nothing is created in it."""

    def host_keys(self) -> dict[HostName, HostKey]:
        """Each host's SSH host key, `TYPE BASE64`: its own, else the one found in `ssh.knownHosts`.

        A host that is not enabled may have none.
        """
        return {name: host.host_key for name, host in self.hosts.items() if host.host_key is not None}

    def rooms(self) -> Iterator[tuple[Loc, Room]]:
        """The sections that have checks of their own, each with its place."""
        for name, field in type(self).model_fields.items():
            here, value = (field.alias or name,), getattr(self, name)
            if isinstance(value, Room):
                yield here, value
            elif isinstance(value, dict):
                yield from (((*here, key), item) for key, item in value.items() if isinstance(item, Room))

    def active(self) -> dict[str, Host]:
        """The hosts that are worked on, in the order of the stack file."""
        return {name: host for name, host in self.hosts.items() if host.enabled}

    def with_role(self, *roles: Role) -> dict[str, Host]:
        """The active hosts that have one of the roles."""
        return {name: host for name, host in self.active().items() if set(roles) & set(host.roles)}
