"""Everything that follows from a stack file and the files that it names, before anything is declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from components.ceph_storage.plan import CephPlan, plan_ceph
from components.edge_tls.plan import EdgePlan, plan_edge
from components.firewall.plan import HostFirewall, plan_firewall
from components.host_prep.plan import HostPlan, plan_hosts
from components.keys import read_private_key
from components.kolla_cluster.plan import KollaPlan, plan_kolla
from components.kolla_cluster.secret_files import KollaSecrets, read_secrets
from components.tenancy.plan import ADMIN_PASSWORD, TenancyPlan, plan_tenancy
from components.vault_secrets.contents import ContentsPlan, plan_contents
from components.vault_secrets.plan import VaultPlan, plan_vault
from config.cloud import CloudConfig
from config.kolla.passwords import Passwords

GATEWAY_PASSWORD = "ceph_rgw_keystone_password"  # noqa: S105  # its name


@dataclass(frozen=True)
class Plans:
    """One plan for each component; None: the stack file does not ask for it."""

    hosts: Mapping[str, HostPlan]
    firewall: Mapping[str, HostFirewall]
    vault: VaultPlan | None
    vault_contents: ContentsPlan | None
    edge: EdgePlan | None
    ceph: CephPlan | None
    kolla: KollaPlan | None
    kolla_secrets: KollaSecrets | None
    tenancy: TenancyPlan | None
    operator_key: str = field(repr=False)
    """Text of the private key that opens the hosts."""

    @property
    def gateway_password(self) -> str | None:
        """With which Ceph's gateways ask Keystone; None: there is no Keystone yet."""
        return self._password(GATEWAY_PASSWORD)

    @property
    def admin_password(self) -> str:
        """The cloud's administrator's; empty: there is no Keystone yet."""
        return self._password(ADMIN_PASSWORD) or ""

    def _password(self, name: str) -> str | None:
        password = self.kolla_secrets.passwords.get(name) if self.kolla_secrets else None
        return password if isinstance(password, str) else None


def plan_cloud(cloud: CloudConfig, until: str = "", of_vault: Passwords | None = None) -> Plans:
    """The plans of a cloud.

    Args:
        cloud: the whole configuration.
        until: `hosts` or `vault`: what comes after that stage has no plan, and what it names is not read.
        of_vault: Kolla's passwords, where the vault has them.

    Raises:
        ValueError: a file that the stack file names cannot be read, or secrets are missing; says which and the fix.
    """
    later, vault = not until, until != "hosts"
    return Plans(
        hosts=plan_hosts(cloud),
        firewall=plan_firewall(cloud),
        vault=plan_vault(cloud) if vault else None,
        vault_contents=plan_contents(cloud) if vault else None,
        edge=plan_edge(cloud) if later else None,
        ceph=plan_ceph(cloud) if later else None,
        kolla=plan_kolla(cloud) if later and cloud.kolla else None,
        kolla_secrets=read_secrets(cloud, of_vault) if later and cloud.kolla else None,
        tenancy=plan_tenancy(cloud) if later else None,
        operator_key=read_private_key(cloud.ssh.key, "ssh.key"),
    )
