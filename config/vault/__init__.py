"""The cloud's own vault: OpenBao on hosts (guide §6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from config.kolla.certificates import certificate_faults, pem_key_faults
from config.model.base import Room, Section
from config.model.errors import Loc, Problem, listed
from config.model.text_source import SecretSource, read_file
from config.model.texts.lines import ExactVersion
from config.model.texts.network import HostName
from config.model.types import LocalPath, Port
from config.vault.contents import Contents
from config.vault.seal import Operators, Seal

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.site.hosts import Host


class VaultTls(Section):
    """What the nodes' listener shows. It cannot come from this vault's own PKI, which is not there before it."""

    certificate: LocalPath
    """PEM file: one certificate for the management addresses of all nodes, and its chain."""
    key: SecretSource
    """Its private key."""
    ca: LocalPath
    """PEM file of the CA that it is checked against."""


class Audit(Section):
    """The record of every request."""

    keep_days: int = Field(default=90, ge=1)
    """Days for which each node keeps it."""


class Snapshots(Section):
    """Copies of all that the vault holds: every node takes its own, so each is on several hosts."""

    every_hours: int = Field(default=6, ge=1, le=168)
    """Hours between two of a node's."""
    keep: int = Field(default=28, ge=2)
    """How many a node keeps at most."""
    days: int = Field(default=30, ge=1)
    """Days after which one is deleted; the newest stays."""


class VaultSettings(Room):
    """One Raft cluster that holds the cloud's secrets and its PKI."""

    version: ExactVersion
    """Exact version of OpenBao, such as `2.7.2`."""
    nodes: tuple[HostName, ...] = ()
    """Hosts of the cluster; the first one founds it. None: the hosts of the role `control`."""
    port: Port = 8200
    """TCP port of the API, on the management network."""
    cluster_port: Port = 8201
    """TCP port that the nodes use among themselves."""
    tls: VaultTls
    seal: Seal = Seal()
    operators: Operators
    audit: Audit = Audit()
    snapshots: Snapshots = Snapshots()
    contents: Contents | None = None
    """What is declared in it, once it is open; none: nothing."""

    def hosts(self, cloud: CloudConfig) -> dict[str, Host]:
        """The hosts of the cluster, its founder first."""
        return {name: cloud.hosts[name] for name in self.nodes} if self.nodes else cloud.with_role("control")

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Nodes that can have a majority, ports of their own, a certificate for all, and a seal."""
        yield from self._nodes(here, cloud)
        if self.port == self.cluster_port:
            reason = "is the port of the API too"
            yield Problem((*here, "clusterPort"), reason, "use another one", str(self.port))
        if all(name in cloud.hosts for name in self.nodes):
            yield from self._tls((*here, "tls"), cloud)
        yield from self.seal.problems((*here, "seal"))
        yield from self.operators.problems((*here, "operators"))
        if self.contents is not None:
            yield from self.contents.problems((*here, "contents"))

    def _nodes(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        for at, name in enumerate(self.nodes):
            host, loc = cloud.hosts.get(name), (*here, "nodes", at)
            if host is None:
                yield Problem(loc, "there is no such host", "name a host of `cloud:hosts`", name)
            elif not host.enabled:
                yield Problem(loc, "the host is not enabled", "name an enabled host", name)
            if name in self.nodes[:at]:
                yield Problem(loc, "is named twice", "name each host once", name)
        count = len(self.nodes)
        if self.nodes and count % 2 == 0:
            reason = (
                f"{count} nodes ({listed(list(self.nodes))}): an even number survives no more than one less"
            )
            yield Problem((*here, "nodes"), reason, f"name {count - 1} or {count + 1}")

    def _tls(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        addresses = [
            str(host.addresses["management"])
            for host in self.hosts(cloud).values()
            if "management" in host.addresses
        ]
        for field, path, names in (
            ("certificate", self.tls.certificate, addresses),
            ("ca", self.tls.ca, ()),
        ):
            loc: Loc = (*here, field)
            text, problems = read_file(loc, path, "create it; docs/vault.md shows how", absent=True)
            yield from problems
            faults = certificate_faults(text, names, with_key=False) if text is not None else ()
            yield from (Problem(loc, reason, fix, str(path)) for reason, fix in faults)
        place: Loc = (*here, "key")
        text, problems = self.tls.key.examined(place, "create it; docs/vault.md shows how")
        yield from problems
        if text is not None:
            yield from (Problem(self.tls.key.place(place), *fault) for fault in pem_key_faults(text))
