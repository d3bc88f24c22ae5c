"""Virtual addresses and the VRRP id they are kept by."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address

from config.cloud import CloudConfig
from config.model.errors import Problem
from config.model.types import NetworkName
from config.site.networks import spelt, unusable

_NONE_FREE = (
    "free one of the 255 on the public and the management network, or correct `virtualRouterIdsInUse`"
)


def vips_fit(cloud: CloudConfig) -> Iterator[Problem]:
    """VIPs exist where they are needed, are free, and no other router speaks their VRRP id."""
    yield from _where(cloud)
    for name, network in cloud.networks.defined().items():
        if network.vip is None:
            continue
        for reason, fix in _conflicts(cloud, name, network.vip):
            yield Problem(("networks", name, "vip"), reason, fix, str(network.vip))
        if cloud.virtual_router_id in network.virtual_router_ids_in_use:
            free = next((i for i in range(1, 256) if i not in _ids_in_use(cloud)), None)
            reason = f"another router uses this VRRP id on `{name}`; Keepalived would fight it for the VIP"
            fix = f"use a free one, such as {free}; both VIPs share it" if free else _NONE_FREE
            yield Problem(("virtualRouterId",), reason, fix, str(cloud.virtual_router_id))


def _where(cloud: CloudConfig) -> Iterator[Problem]:
    if cloud.networks.management.vip is None:
        reason, fix = (
            "is missing: the APIs inside answer there",
            "add a free address of the management network",
        )
        yield Problem(("networks", "management", "vip"), reason, fix)
    for name, network in cloud.networks.defined().items():
        if name == "public" and network.vip is None:
            fix = "add a free address of it, or leave the network out to publish on `management`"
            yield Problem(("networks", name, "vip"), "is missing: the public APIs answer there", fix)
        if name not in ("management", "public") and network.vip is not None:
            reason = "no service listens on a VIP here; only `management` and `public` have one"
            yield Problem(("networks", name, "vip"), reason, "remove it", str(network.vip))


def _conflicts(cloud: CloudConfig, name: NetworkName, vip: IPv4Address) -> Iterator[tuple[str, str]]:
    network = cloud.networks.defined()[name]
    free = "choose an address of the network that nothing else has"
    if network.cidr and (reason := unusable(vip, network.cidr)):
        yield reason, free
    if vip == network.gateway:
        yield "is the network's gateway too", free
    for pool in network.pools:
        if pool[0] <= vip <= pool[1]:
            yield (
                f"is in the allocation pool {spelt(pool)}, so something else may get it",
                f"shorten the pool, or {free}",
            )
    for host_name, host in cloud.hosts.items():
        if vip in host.addresses.values():
            yield f"is the address of host {host_name} too", free
    for other, second in cloud.networks.defined().items():
        if other != name and second.vip == vip and other == "management":
            yield f"is the VIP of `{other}` too", free


def _ids_in_use(cloud: CloudConfig) -> set[int]:
    return {i for net in cloud.networks.defined().values() for i in net.virtual_router_ids_in_use}
