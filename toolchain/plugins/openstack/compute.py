"""Nova: flavors and keypairs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields, fields_of, if_there

if TYPE_CHECKING:
    from openstack.connection import Connection


class Flavor(Api):
    """A flavor; its extra specs are set one by one."""

    def finish(self, cloud: Connection, identity: str, wanted: Mapping[str, Any], now: Fields) -> None:
        """Add and change what is wanted; take away what the program set once and no longer does."""
        specs, there = wanted.get("extraSpecs"), now.get("extra_specs") or {}
        if specs is None:
            return
        if changed := {name: value for name, value in specs.items() if there.get(name) != value}:
            cloud.compute.create_flavor_extra_specs(identity, changed)
        for name in there.keys() - specs.keys():
            cloud.compute.delete_flavor_extra_specs_property(identity, name)


class Keypair(Api):
    """A keypair of a user, named by its name; without a public key Nova makes both and tells the private one once."""

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """As ever, of the user whose it is."""
        return if_there(lambda: fields_of(cloud.compute.get_keypair(identity, user_id=known.get("userId"))))

    def remove(self, cloud: Connection, identity: str, state: Mapping[str, Any]) -> None:
        """As ever, of the user whose it is."""
        cloud.compute.delete_keypair(identity, ignore_missing=True, user_id=state.get("userId"))


COMPUTE = {
    "openstack:compute/flavor:Flavor": (
        Flavor,
        Kind(
            "compute",
            "flavor",
            fields={
                "flavorId": "id",
                "isPublic": "os-flavor-access:is_public",
                "ephemeral": "OS-FLV-EXT-DATA:ephemeral",
                "rxTxFactor": "rxtx_factor",
            },
            defaults={"isPublic": True, "ephemeral": 0, "swap": 0, "rxTxFactor": 1},
            parts=frozenset({"extraSpecs"}),
        ),
    ),
    "openstack:compute/keypair:Keypair": (
        Keypair,
        Kind(
            "compute",
            "keypair",
            returned_once=frozenset({"privateKey"}),
            refused={"valueSpecs": "leave it out"},
        ),
    ),
}
