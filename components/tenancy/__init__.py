"""Tenancy: what projects find in a new cloud, by OpenStack's APIs (guide §5, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.stages import After, Stage, on_all_hosts
from components.tenancy.plan import Ref, TenancyPlan, Wanted

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "flavor": ("compute", "Flavor"),
    "keypair": ("compute", "Keypair"),
    "compute_quota": ("compute", "QuotaSetV2"),
    "image": ("images", "Image"),
    "network": ("networking", "Network"),
    "subnet": ("networking", "Subnet"),
    "router": ("networking", "Router"),
    "router_interface": ("networking", "RouterInterface"),
    "security_group": ("networking", "SecGroup"),
    "rule": ("networking", "SecGroupRule"),
    "network_quota": ("networking", "QuotaV2"),
    "project": ("identity", "Project"),
    "volume_type": ("blockstorage", "VolumeTypeV3"),
    "volume_quota": ("blockstorage", "QuoteSetV3"),
    "load_balancer": ("loadbalancer", "LoadBalancer"),
    "listener": ("loadbalancer", "Listener"),
    "pool": ("loadbalancer", "Pool"),
    "member": ("loadbalancer", "Member"),
    "monitor": ("loadbalancer", "Monitor"),
    "secret": ("keymanager", "SecretV1"),
}
"""Module and class of the official SDK by kind."""

# An image that is there already has its data; where that came from, it does not tell.
_NOT_OF_AN_IMPORT = {
    "image": ["localFilePath", "imageSourceUrl"],
    "secret": ["payload", "payloadContentType"],
}


@dataclass(frozen=True)
class TenancyArgs:
    """What Tenancy works from."""

    plan: TenancyPlan
    provider: pulumi.ProviderResource
    """The administrator's way to the APIs."""
    after: After
    """OpenStack has to answer before."""


class Tenancy(Stage):
    """One resource for each object."""

    def __init__(self, name: str, args: TenancyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("cloud:openstack:Tenancy", name, None, opts)
        import pulumi_openstack as openstack  # noqa: PLC0415 - only where a stack has a tenancy

        after = on_all_hosts(args.after)
        options = pulumi.ResourceOptions(parent=self, provider=args.provider, depends_on=after)
        made: dict[str, pulumi.CustomResource] = {}
        for wanted in args.plan.wanted:
            module, kind = KINDS[wanted.kind]
            values = {
                key: _resolved(value, made) for key, value in wanted.values.items() if value is not None
            }
            if wanted.name in args.plan.secrets:
                values["payload"] = pulumi.Output.secret(args.plan.secrets[wanted.name])
            make = getattr(getattr(openstack, module), kind)
            made[wanted.name] = make(f"{name}-{wanted.name}", **values, opts=_options(options, wanted))
        self.ready = made
        self.register_outputs({})


def _resolved(value: Any, made: Mapping[str, pulumi.CustomResource]) -> Any:
    return made[value.name].id if isinstance(value, Ref) else value


def _options(options: pulumi.ResourceOptions, wanted: Wanted) -> pulumi.ResourceOptions:
    if wanted.import_id is None:
        return options
    ignored = _NOT_OF_AN_IMPORT.get(wanted.kind)
    taken = pulumi.ResourceOptions(import_=wanted.import_id, ignore_changes=ignored)
    return pulumi.ResourceOptions.merge(options, taken)
