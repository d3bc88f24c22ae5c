"""What the tenancy declares: by the official names, in an order that can be made, with no secret in clear."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from google.protobuf.struct_pb2 import Struct

from components.plans import plan_cloud
from components.tenancy import KINDS, Tenancy, TenancyArgs
from components.tenancy.plan import Ref, TenancyPlan, plan_tenancy
from components.tenancy.provider import openstack_provider
from config.stack_file.yaml_file import read_yaml
from tests.unit.components.engine import SECRET, SIGNATURE, Declared, Requests
from tests.unit.components.fleets import Before
from tests.unit.components.support import GOLDEN, ROOT, Raw, cloud
from tests.unit.golden import compare
from toolchain.plugins.base.check import check
from toolchain.plugins.openstack.plugin import KINDS as TYPES
from toolchain.plugins.openstack.plugin import provider

TENANCY = read_yaml(Path(__file__).with_name("tenancy.yaml")).value
PASSWORD = "canary-of-the-admin"


def with_tenancy(raw: Raw) -> None:
    raw["tenancy"] = TENANCY
    raw["kolla"]["deploy"] = True
    raw["kolla"] |= {"octavia": {"enabled": True, "providers": ["ovn"]}, "barbican": {"enabled": True}}


def plan() -> TenancyPlan:
    found = plan_tenancy(cloud("prod", with_tenancy))
    assert found
    return found


def test_a_stack_without_a_tenancy_has_no_plan() -> None:
    assert plan_tenancy(cloud("prod")) is None
    assert plan_cloud(cloud("prod")).tenancy is None


def test_the_provider_is_known_before_the_cloud_is_there_and_goes_through_the_front_door() -> None:
    access = plan().access
    assert access["auth_url"].startswith("https://")
    assert access["auth_url"].endswith(":5000/v3")
    assert access["endpoint_type"] == "public"
    assert "password" not in access


def test_every_object_comes_after_those_that_it_names_and_every_name_is_once() -> None:
    seen: set[str] = set()
    for wanted in plan().wanted:
        assert {value.name for value in wanted.values.values() if isinstance(value, Ref)} <= seen, wanted.name
        assert wanted.name not in seen
        seen.add(wanted.name)
    assert {wanted.kind for wanted in plan().wanted} == {*KINDS}


def test_the_plan_is_the_reviewed_one() -> None:
    """What is not given is left out, so that OpenStack's own default holds."""
    wanted = [dataclasses.asdict(item) for item in plan().wanted]
    for item in wanted:
        item["values"] = {name: value for name, value in item["values"].items() if value is not None}
    text = json.dumps(wanted, indent=2).replace(str(ROOT), "ROOT")
    compare(GOLDEN, {"tenancy/wanted.json": f"{text}\n"}, below="tenancy")


@pytest.mark.parametrize(
    ("tls", "shown"),
    [({"ca": "ca.pem"}, True), ({}, False), ({"external": False, "internal": False, "ca": "ca.pem"}, False)],
)
def test_a_ca_is_named_to_the_provider_where_the_cloud_speaks_tls_by_it(tls: Raw, shown: bool) -> None:
    def change(raw: Raw) -> None:
        with_tenancy(raw)
        if not tls.get("external", True):
            del raw["kolla"]["tls"]["externalCertificate"]
        raw["kolla"]["tls"] |= tls

    found = plan_tenancy(cloud("prod", change, secrets=False))
    assert found
    assert found.access.get("cacert_file") == (str(ROOT / "ca.pem") if shown else None)


def test_no_secret_is_shown_with_the_plan() -> None:
    assert "canary" not in repr(plan())


class Graph(Declared):
    async def declare(self, *, preview: bool = False) -> Requests:
        def program() -> None:
            found = plan()
            access = openstack_provider(found.access, PASSWORD)
            Tenancy("tenancy", TenancyArgs(found, access, [Before("kolla", ["deploy"])]))

        found = await self.run_program(program, lambda _: None, preview=preview)
        return {name: request for name, request in found.items() if not request.type.startswith("test:")}

    async def test_every_object_is_of_a_type_that_the_plugin_has_with_inputs_that_it_takes(self) -> None:
        found = await self.declare()
        types = provider().schema.resources
        declared = {
            name: request
            for name, request in found.items()
            if request.custom and ":providers:" not in request.type
        }
        assert len(declared) == len(plan().wanted)
        assert {request.type for request in declared.values()} < set(TYPES)
        for name, request in declared.items():
            inputs = Struct()
            inputs.CopyFrom(request.object)
            assert not list(check(inputs, types[request.type].inputs)), name

    async def test_everything_waits_for_openstack_and_uses_the_one_provider(self) -> None:
        for name, request in (await self.declare()).items():
            if not request.custom or ":providers:" in request.type:
                continue
            assert request.parent.endswith("::tenancy"), name
            assert any(urn.endswith("::kolla-deploy") for urn in request.dependencies), name
            assert "::tenancy-openstack::" in request.provider, name

    async def test_the_provider_is_no_child_so_that_an_up_of_some_resources_finds_it(self) -> None:
        provider = (await self.declare())["tenancy-openstack"]
        assert "Tenancy" not in provider.parent
        (before,) = provider.aliases
        assert "::cloud:openstack:Tenancy$pulumi:providers:openstack::tenancy-openstack" in str(before)

    async def test_another_clouds_openrc_in_the_shell_changes_nothing(self) -> None:
        plain = (await self.declare())["tenancy-openstack"].object
        shells = {"OS_CLOUD": "other", "OS_INSECURE": "true", "OS_REGION_NAME": "Elsewhere", "OS_SWAUTH": "1"}
        with mock.patch.dict(os.environ, shells):
            assert (await self.declare())["tenancy-openstack"].object == plain
            assert os.environ["OS_CLOUD"] == "other"

    async def test_no_secret_is_in_clear(self) -> None:
        found = await self.declare()
        assert found["tenancy-openstack"].object["password"][SIGNATURE] == SECRET
        assert found["tenancy-secret-token"].object["payload"][SIGNATURE] == SECRET
        for name, request in found.items():
            for key, value in request.object.fields.items():
                assert "canary" not in str(value) or value.struct_value[SIGNATURE] == SECRET, (name, key)

    async def test_what_is_there_already_is_taken_over_and_not_made_again(self) -> None:
        found = await self.declare()
        taken = {name: request.importId for name, request in found.items() if request.importId}
        assert taken == {
            "tenancy-flavor-old": "42",
            "tenancy-image-golden": "0f1e2d3c-0000-0000-0000-000000000001",
        }
        assert set(found["tenancy-image-golden"].ignoreChanges) == {"localFilePath", "imageSourceUrl"}

    async def test_what_the_file_says_is_what_is_asked_for(self) -> None:
        found = await self.declare()

        def asked(name: str) -> dict[str, Any]:
            return dict(found[f"tenancy-{name}"].object)

        segment = Struct()
        segment.update({"networkType": "vlan", "physicalNetwork": "physnet1", "segmentationId": 7})
        assert list(asked("network-inside")["segments"]) == [segment]
        assert asked("subnet-web-lan-sealed")["noGateway"] is True
        assert "gatewayIp" not in asked("subnet-web-lan-sealed")
        assert asked("subnet-web-lan-lan-v4")["gatewayIp"] == "10.20.0.1"
        rule = asked("rule-web-www-ingress-tcp-9000-9010-www")
        assert (rule["portRangeMin"], rule["portRangeMax"]) == (9000, 9010)
        assert asked("group-web-www")["deleteDefaultRules"] is True
        assert asked("balancer-web-www-https-pool")["lbMethod"] == "SOURCE_IP_PORT"

    async def test_a_preview_before_the_cloud_is_there_declares_the_same(self) -> None:
        assert set(await self.declare(preview=True)) == set(await self.declare())
