"""What the openstack plugin says when the cloud does not do what it is asked for: one line, and never a secret."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from tests.dialogue import talk
from tests.openstack.lifecycle import CASES, Plugin, urn
from tests.unit.toolchain.fake_cloud import PASSWORD, TOKEN, Cloud, fake_cloud
from toolchain.plugins.base.provider import Provider
from toolchain.plugins.base.wire import is_secret, plain_fields, wire_fields
from toolchain.plugins.openstack.api import Api
from toolchain.plugins.openstack.plugin import provider

FLAVOR, NETWORK, BALANCER = (
    "compute/flavor:Flavor",
    "networking/network:Network",
    "loadbalancer/loadBalancer:LoadBalancer",
)


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with fake_cloud() as found:
        yield found


def impatient(engine: Any) -> Provider:
    """The plugin, which waits for half a second at most."""
    made = provider(engine)
    for resource in made.resources.values():
        assert isinstance(resource, Api)
        resource.kind = replace(resource.kind, seconds=0.5)
    return made


def failure(cloud: Cloud, kind: str, inputs: dict[str, Any], **config: Any) -> grpc.aio.AioRpcError:
    """How a creation fails."""

    async def dialogue(stub: Any, _engine: Any) -> grpc.aio.AioRpcError:
        plugin = Plugin(stub, cloud.config | config)
        await plugin.configure()
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await plugin.create(kind, await plugin.inputs(kind, inputs))
        return caught.value

    error: grpc.aio.AioRpcError = talk(dialogue, impatient)
    details = error.details() or ""
    assert "\n" not in details
    assert "Traceback" not in details
    assert PASSWORD not in details
    assert TOKEN not in details
    return error


def message(text: str) -> dict[str, Any]:
    return {"NeutronError": {"type": "X", "message": text, "detail": ""}}


REFUSALS = [
    (
        409,
        message("Quota exceeded for resources: ['network']."),
        "Quota exceeded for resources: ['network']. (HTTP 409)",
    ),
    (400, message(f"two\nlines\nand {PASSWORD}"), "two lines and *** (HTTP 400)"),
    (503, {}, "Service Unavailable (HTTP 503)"),
]


@pytest.mark.parametrize(("status", "body", "said"), REFUSALS, ids=["quota", "lines", "down"])
def test_a_refusal_is_one_line_with_name_and_message(cloud: Cloud, status: int, body: Any, said: str) -> None:
    cloud.answers["POST /network/v2.0/networks"] = (status, body)
    error = failure(cloud, NETWORK, CASES[NETWORK]["inputs"])
    assert error.code() is grpc.StatusCode.ABORTED
    assert error.details() == f"case: could not create the network: {said}"


def test_a_name_that_is_taken_is_said_and_nothing_doubled(cloud: Cloud) -> None:
    cloud.collections["/compute/v2.1/flavors"].create({"name": "case-small", "ram": 1, "vcpus": 1, "disk": 1})
    error = failure(cloud, FLAVOR, CASES[FLAVOR]["inputs"])
    assert error.details() == (
        "case: could not create the flavor: flavor with name case-small already exists. (HTTP 409)"
    )
    assert len(cloud.collections["/compute/v2.1/flavors"].objects) == 1


def test_a_wrong_password_is_said_without_it(cloud: Cloud) -> None:
    error = failure(cloud, FLAVOR, CASES[FLAVOR]["inputs"], password="wrong-canary")
    assert "requires authentication. (HTTP 401)" in (error.details() or "")
    assert "wrong-canary" not in (error.details() or "")


def test_a_cloud_that_does_not_answer_is_named(cloud: Cloud) -> None:
    error = failure(cloud, FLAVOR, CASES[FLAVOR]["inputs"], authUrl="http://127.0.0.1:1/v3")
    assert (error.details() or "").startswith("case: could not create the flavor: ")
    assert "127.0.0.1" in (error.details() or "")


def test_a_configuration_that_lacks_something_says_what(cloud: Cloud) -> None:
    error = failure(cloud, FLAVOR, CASES[FLAVOR]["inputs"], authUrl=None)
    assert error.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert error.details() == "the openstack provider needs authUrl: set it in the provider's arguments"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("ERROR", "the service says provisioning_status ERROR"),
        ("PENDING_CREATE", "still PENDING_CREATE after 0.5 s"),
    ],
)
def test_what_is_made_and_does_not_get_ready_stays_in_the_state(cloud: Cloud, status: str, said: str) -> None:
    cloud.after_create = lambda _collection, made: made.update(provisioning_status=status)
    error = failure(cloud, BALANCER, {"name": "lb", "vipSubnetId": "s"})
    assert error.details() == f"case: could not wait for the load balancer: {said}"
    packed = dict(error.trailing_metadata() or ())["grpc-status-details-bin"]
    detail = status_pb2.Status.FromString(packed).details[0]
    failed = pb.ErrorResourceInitFailed.FromString(detail.value)
    assert failed.id in cloud.collections["/load-balancer/v2.0/lbaas/loadbalancers"].objects


def test_an_image_whose_file_is_not_there_leaves_none_behind(cloud: Cloud, tmp_path: Path) -> None:
    inputs = CASES["images/image:Image"]["inputs"] | {"localFilePath": f"{tmp_path}/none"}
    error = failure(cloud, "images/image:Image", inputs)
    assert error.details() == (
        f"case: could not create the image: localFilePath {tmp_path}/none: No such file or directory"
    )
    assert not cloud.collections["/image/v2/images"].objects


def test_what_the_plugin_does_not_do_is_refused_in_the_check(cloud: Cloud) -> None:
    async def dialogue(stub: Any, _engine: Any) -> Any:
        news = wire_fields({"externalSubnetIds": ["s"]})
        return await stub.Check(pb.CheckRequest(urn=urn("networking/router:Router"), news=news))

    (item,) = talk(dialogue, provider).failures
    assert item.property == "externalSubnetIds"
    assert (
        item.reason == "this project's openstack plugin does not have it; name the subnet in externalFixedIps"
    )


def test_secrets_are_marked_in_the_state_and_a_private_key_that_is_told_once_stays(cloud: Cloud) -> None:
    keys = cloud.collections["/compute/v2.1/os-keypairs"]
    keys.fields["private_key"] = None
    cloud.after_create = lambda _collection, made: made.update(private_key="canary-of-a-key")

    async def dialogue(stub: Any, _engine: Any) -> tuple[Struct, Struct, Struct]:
        plugin = Plugin(stub, cloud.config)
        await plugin.configure()
        kind = "compute/keypair:Keypair"
        inputs = await plugin.inputs(kind, {"name": "k"})
        identity, state = await plugin.create(kind, inputs)
        del keys.objects[identity]["private_key"]
        seen = await plugin.read(kind, identity, inputs, state)
        secret = await plugin.inputs("keymanager/secretV1:SecretV1", {"payload": "canary"})
        return state, seen.properties, (await plugin.create("keymanager/secretV1:SecretV1", secret))[1]

    made, seen, secret = talk(dialogue, provider)
    for state in (made, seen):
        assert is_secret(state.fields["privateKey"])
        assert plain_fields(state)["privateKey"] == "canary-of-a-key"
    assert is_secret(secret.fields["payload"])


def test_a_balancers_parts_wait_for_it_and_for_each_other(cloud: Cloud) -> None:
    """Octavia refuses a change while another one goes on."""
    balancers = cloud.collections["/load-balancer/v2.0/lbaas/loadbalancers"]
    balancer = balancers.create({"name": "lb", "vip_subnet_id": "s"})
    seen: list[str] = []

    def busy(collection: Any, made: Any) -> None:
        seen.append(balancer["provisioning_status"])
        if collection.key == "listener":
            made["provisioning_status"] = "ACTIVE"

    cloud.after_create = busy

    async def dialogue(stub: Any, _engine: Any) -> None:
        plugin = Plugin(stub, cloud.config)
        await plugin.configure()
        balancer["provisioning_status"] = "PENDING_UPDATE"
        cloud.asked_for = balancer["id"]
        kind = "loadbalancer/listener:Listener"
        wanted = [
            await plugin.inputs(
                kind, {"loadbalancerId": balancer["id"], "protocol": "TCP", "protocolPort": port}
            )
            for port in (80, 81)
        ]
        making = [asyncio.create_task(plugin.create(kind, inputs)) for inputs in wanted]
        await asyncio.to_thread(cloud.asked.wait, 10)
        assert not seen
        balancer["provisioning_status"] = "ACTIVE"
        await asyncio.gather(*making)

    talk(dialogue, provider)
    assert seen == ["ACTIVE", "ACTIVE"]


def test_a_balancer_that_somebody_changes_is_waited_for(cloud: Cloud) -> None:
    balancers = cloud.collections["/load-balancer/v2.0/lbaas/loadbalancers"]

    async def dialogue(stub: Any, _engine: Any) -> str:
        plugin = Plugin(stub, cloud.config)
        await plugin.configure()
        wanted = [await plugin.inputs(BALANCER, {"vipSubnetId": "s", "description": text}) for text in "ab"]
        identity, state = await plugin.create(BALANCER, wanted[0])
        balancer = balancers.get(identity)
        balancer["provisioning_status"] = "PENDING_UPDATE"
        cloud.asked_for = identity
        updating = asyncio.create_task(plugin.update(BALANCER, identity, wanted[0], state, wanted[1]))
        await asyncio.to_thread(cloud.asked.wait, 10)
        before: str = balancer["description"]
        balancer["provisioning_status"] = "ACTIVE"
        await updating
        return f"{before} {balancer['description']}"

    assert talk(dialogue, provider) == "a b"
