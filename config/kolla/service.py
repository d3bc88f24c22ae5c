"""What a service of Kolla-Ansible is: everything that the product knows about it, in one class."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from config.kolla.expected import Agent, Catalogued, Cluster
from config.kolla.port import Port
from config.kolla.setting import Setting
from config.model.base import Section
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.kolla.values import Values

Row = tuple[str, Any, str]
"""Name of an option, its value (None: not written), the field that owns it."""

HOST_ROLES: tuple[Loc, ...] = (("hosts", "*", "roles"), ("hosts", "*", "enabled"))
"""What a verdict about the number of hosts rests on."""
RELEASE: Loc = ("releases", "openstack")


OWN_SWIFT_UNTIL = "2024.2"
"""The last release that has Kolla-Ansible's own Swift."""


def needs_own_swift(cloud: CloudConfig, loc: Loc, swift: bool) -> Iterable[Problem]:
    """What is wrong with a service that keeps its data in Kolla-Ansible's own Swift (`swift`: whether that runs)."""
    release = cloud.releases.openstack
    if release > OWN_SWIFT_UNTIL:
        reason = f"Kolla-Ansible {release} no longer deploys Swift; {OWN_SWIFT_UNTIL} was the last"
        yield Problem(loc, reason, "use `ceph` for a new cloud", "swift", needs=(RELEASE,))
    elif not swift:
        fix = "set `enable_swift` in `cloud:kolla.globals`, or use `ceph`"
        yield Problem(loc, "is swift, and Kolla-Ansible's own Swift is off", fix, "swift")


class Part(Section):
    """A section below `kolla`: its fields, what they are called in Kolla-Ansible, what can be wrong with them."""

    heading: ClassVar[str] = "Services"
    """Where its options stand in globals.yml."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterable[Row]:
        """The options that its fields own."""
        return ()

    def settings(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterable[Setting]:
        """What its fields say that Kolla-Ansible has no option for: lines of the service's own configuration."""
        return ()

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterable[Problem]:
        """What is wrong with its fields, alone and against the cloud."""
        return ()

    def ceph_uses(self) -> dict[str, str]:
        """Its users of Ceph (`glance`, `cinder-backup`, …), each with the field below `kolla` that says so."""
        return {}


class Service(Part):
    """One service. Those without fields of their own are this class with names filled in."""

    name: ClassVar[str]
    """As Kolla-Ansible's role or tag is called."""
    runs: ClassVar[str]
    """The expression over options that says whether it runs; most often one `enable_…`."""
    roles: ClassVar[tuple[str, ...]] = ()
    """Kolla-Ansible's roles that make it up, where they are not one of the service's name."""
    ports: ClassVar[tuple[Port, ...]] = ()
    """What it listens on. None: it listens on nothing, or `silent` says why it needs no line."""
    silent: ClassVar[str] = ""
    """Why the firewall has no line for it."""
    catalogue: ClassVar[tuple[Catalogued, ...]] = ()
    """Its entries in Keystone's catalogue."""
    clusters: ClassVar[tuple[Cluster, ...]] = ()
    """What it forms over several hosts."""

    def agents(self, cloud: CloudConfig, known: Values) -> Iterable[Agent]:
        """Its processes that report to an API. Raises UnknownValueError."""
        return ()
