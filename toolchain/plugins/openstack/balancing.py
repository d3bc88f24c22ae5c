"""Octavia: load balancers and what they are made of.

A load balancer takes one change at a time: all that belongs to one waits for it, and for each other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.base.resource import Operation
from toolchain.plugins.base.schema import Property
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.kind import Kind
from toolchain.plugins.openstack.sdk import Fields, fields_of, if_there

if TYPE_CHECKING:
    from openstack.connection import Connection

_STATUS = "provisioning_status"
_locks: dict[str, asyncio.Lock] = {}


class Part(Api):
    """A part of a load balancer, which has to be at rest before and is so again after each change."""

    async def create(self, operation: Operation) -> tuple[str, Fields]:
        """As ever."""
        async with self._at_rest(operation):
            return await super().create(operation)

    async def update(self, operation: Operation) -> Fields:
        """As ever."""
        async with self._at_rest(operation):
            return await super().update(operation)

    async def delete(self, operation: Operation) -> None:
        """As ever."""
        async with self._at_rest(operation):
            await super().delete(operation)

    @asynccontextmanager
    async def _at_rest(self, operation: Operation) -> AsyncIterator[None]:
        cloud = await self.cloud(operation)
        balancer = await self.run(operation, "find", self.balancer, cloud, operation)
        if balancer is None:
            yield
            return
        async with _locks.setdefault(balancer, asyncio.Lock()):
            look = partial(_look, cloud, balancer)
            await self.wait(operation, "wait for", look, partial(self._rests, operation, balancer))
            yield

    def balancer(self, cloud: Connection, operation: Operation) -> str | None:
        """The load balancer that it belongs to; None: it is gone."""
        return _balancer_of(cloud, {**operation.state, **operation.inputs})

    def _rests(self, operation: Operation, balancer: str, now: Fields | None) -> bool:
        if now is None:
            return True
        if now[_STATUS] == "ERROR":
            raise ProviderError(self.line(operation, "change", f"its load balancer {balancer} is in ERROR"))
        return not now[_STATUS].startswith("PENDING")


class Balancer(Part):
    """A load balancer itself: what somebody else has it do is waited for, too."""

    def balancer(self, _cloud: Connection, operation: Operation) -> str | None:
        """Its own id; None: it is not there yet."""
        return operation.id or None


class Pool(Part):
    """A pool; it says which listeners and load balancers it belongs to, as lists."""

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever, with the first of the list; one that a listener uses is the listener's."""
        listeners = fields.get("listeners") or []
        if name == "listenerId":
            return listeners[0]["id"] if listeners else None
        if name == "loadbalancerId":
            balancers = [] if listeners else fields.get("loadbalancers") or []
            return balancers[0]["id"] if balancers else None
        return super().value(name, kind, fields)


class Listener(Part):
    """A listener; its load balancer is a list of one."""

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever, with the first of the list."""
        if name == "loadbalancerId":
            return ((fields.get("loadbalancers") or [{}])[0]).get("id")
        return super().value(name, kind, fields)


class Monitor(Part):
    """A health monitor; its pool is a list of one."""

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """As ever, with the first of the list."""
        if name == "poolId":
            return ((fields.get("pools") or [{}])[0]).get("id")
        return super().value(name, kind, fields)


class Member(Part):
    """A member of a pool; it is imported as `POOL/MEMBER`."""

    def make(self, cloud: Connection, wanted: Mapping[str, Any]) -> Fields:
        """As ever, in the pool."""
        return fields_of(cloud.load_balancer.create_member(wanted["poolId"], **self.to_fields(wanted)))

    def fetch(self, cloud: Connection, identity: str, known: Mapping[str, Any]) -> Fields | None:
        """As ever, in the pool."""
        pool, _, member = identity.rpartition("/")
        pool = pool or known["poolId"]
        found = if_there(lambda: fields_of(cloud.load_balancer.get_member(member, pool)))
        return None if found is None else {**found, "pool_id": pool}

    def change(self, cloud: Connection, identity: str, changed: Mapping[str, Any], now: Fields) -> None:
        """As ever, in the pool."""
        cloud.load_balancer.update_member(identity, now["pool_id"], **self.to_fields(changed))

    def remove(self, cloud: Connection, identity: str, state: Mapping[str, Any]) -> None:
        """As ever, from the pool."""
        cloud.load_balancer.delete_member(identity, state["poolId"], ignore_missing=True)

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """As ever; the pool is in the address."""
        return super().to_fields({name: value for name, value in properties.items() if name != "poolId"})


def _look(cloud: Connection, balancer: str) -> Fields | None:
    return if_there(lambda: fields_of(cloud.load_balancer.get_load_balancer(balancer)))


def _balancer_of(cloud: Connection, known: Mapping[str, Any]) -> str | None:
    """The load balancer that a part belongs to; None: it is gone."""
    if known.get("loadbalancerId"):
        return str(known["loadbalancerId"])
    api = cloud.load_balancer
    if known.get("listenerId"):
        owner = if_there(lambda: fields_of(api.get_listener(known["listenerId"])))
    else:
        owner = if_there(lambda: fields_of(api.get_pool(known["poolId"])))
    owners = (owner or {}).get("loadbalancers") or []
    return str(owners[0]["id"]) if owners else None


def _kind(noun: str, fields: Mapping[str, str], defaults: Mapping[str, Any] | None = None) -> Kind:
    return Kind(
        "load_balancer",
        noun,
        fields={"tenantId": "project_id", **fields},
        defaults={"adminStateUp": True, **(defaults or {})},
        status=_STATUS,
        waits_gone=True,
    )


BALANCING = {
    "openstack:loadbalancer/loadBalancer:LoadBalancer": (
        Balancer,
        _kind("load_balancer", {"loadbalancerProvider": "provider", "securityGroupIds": "vip_sg_ids"}),
    ),
    "openstack:loadbalancer/listener:Listener": (
        Listener,
        _kind("listener", {}, {"hstsIncludeSubdomains": False, "hstsPreload": False}),
    ),
    "openstack:loadbalancer/pool:Pool": (
        Pool,
        _kind(
            "pool",
            {
                "lbMethod": "lb_algorithm",
                "persistence": "session_persistence",
                "tlsContainerRef": "tls_container_ref",
            },
            {"tlsEnabled": False},
        ),
    ),
    "openstack:loadbalancer/member:Member": (Member, _kind("member", {}, {"backup": False})),
    "openstack:loadbalancer/monitor:Monitor": (Monitor, _kind("health_monitor", {})),
}
