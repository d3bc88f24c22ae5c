"""Kubernetes clusters for tenants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service
from config.model.errors import Problem
from config.model.text_source import SecretSource

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Magnum(Service):
    """Kubernetes clusters for tenants."""

    name: ClassVar[str] = "magnum"
    runs: ClassVar[str] = "enable_magnum"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("container-infra", "magnum"),)
    ports: ClassVar[tuple[Port, ...]] = api("magnum", "clusters", "magnum-api", "magnum_api")

    enabled: bool = False
    """Whether the service runs."""
    user_trust: bool = False
    """Clusters act in their owner's name; leave it off (CVE-2016-7404) unless a driver needs it."""
    kubeconfig: SecretSource | None = None
    """Kubeconfig of the management cluster of the Cluster API driver; none: the Heat driver."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Its switch, and what clusters may do."""
        yield "enable_magnum", self.enabled, "kolla.magnum.enabled"
        trust = self.user_trust if self.enabled else None
        yield "enable_cluster_user_trust", trust, "kolla.magnum.userTrust"

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """A driver has what it works with."""
        if self.enabled and self.kubeconfig is None and not kolla.heat.enabled:
            reason = "is off, and Magnum makes its clusters with it"
            fix = "switch it on, or give `cloud:kolla.magnum.kubeconfig` for the Cluster API driver"
            yield Problem(("kolla", "heat", "enabled"), reason, fix, "false")
        if self.kubeconfig is not None and not self.enabled:
            fix = "set `enabled: true`, or remove it"
            yield Problem(("kolla", "magnum", "kubeconfig"), "Magnum is not on", fix)
