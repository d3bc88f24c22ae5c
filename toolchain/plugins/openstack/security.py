"""Neutron: security groups and their rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.network import NEUTRON, TAGS, Tagged
from toolchain.plugins.openstack.sdk import Fields

if TYPE_CHECKING:
    from openstack.connection import Connection


class SecGroup(Tagged):
    """A security group; Neutron gives it rules, which `deleteDefaultRules` takes away again."""

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """As ever, without Neutron's own rules if so wanted."""
        made = super().make(cloud, wanted)
        if wanted.get("deleteDefaultRules"):
            for rule in made.get("security_group_rules") or []:
                cloud.network.delete_security_group_rule(rule["id"])
        return made


SECURITY = {
    "openstack:networking/secGroup:SecGroup": (
        SecGroup,
        Kind("network", "security_group", fields=NEUTRON, parts=TAGS, own=frozenset({"deleteDefaultRules"})),
    ),
    "openstack:networking/secGroupRule:SecGroupRule": (
        Api,
        Kind("network", "security_group_rule", fields=NEUTRON),
    ),
}
