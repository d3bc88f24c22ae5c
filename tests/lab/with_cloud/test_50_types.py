"""Each type of the openstack plugin lives its whole life on the lab's cloud, by the table that its unit tests have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import grpc.aio
import pytest
from openstack.connection import Connection

from tests.dialogue import talk
from tests.lifecycle import live
from tests.openstack.lifecycle import CASES_OVN, Plugin
from toolchain.plugins.openstack.plugin import provider

pytestmark = pytest.mark.cloud


@pytest.fixture
def config(access: dict[str, Any]) -> dict[str, Any]:
    """The provider's configuration."""
    auth = access["auth"]
    return {
        "authUrl": auth["auth_url"],
        "userName": auth["username"],
        "password": auth["password"],
        "tenantName": auth["project_name"],
        "userDomainName": auth["user_domain_name"],
        "projectDomainName": auth["project_domain_name"],
        "region": access["region_name"],
        "endpointType": access["interface"],
        **({"cacertFile": access["cacert"]} if "cacert" in access else {}),
    }


@pytest.fixture
def given(cloud: Connection, tmp_path: Path) -> dict[str, str]:
    """What EXTERNAL, FILE and ROLE stand for."""
    image = tmp_path / "image.raw"
    image.write_bytes(bytes(1 << 20))
    role = cloud.identity.find_role("member", ignore_missing=False)
    return {"EXTERNAL": "public", "FILE": str(image), "ROLE": role.id}


@pytest.mark.parametrize("kind", CASES_OVN)
def test_an_object_is_made_looked_at_changed_repaired_and_deleted(
    kind: str, config: dict[str, Any], given: dict[str, str]
) -> None:
    live(lambda stub: Plugin(stub, config, given, CASES_OVN), kind, provider)


def test_a_refusal_is_one_line_in_the_clouds_own_words(config: dict[str, Any], given: dict[str, str]) -> None:
    """A name that is taken, and a quota that is used up."""
    project, quota, network = (
        *("identity/project:Project", "networking/quotaV2:QuotaV2"),
        "networking/network:Network",
    )
    refused: list[str] = []

    async def refusal(plugin: Plugin, kind: str, values: dict[str, Any]) -> None:
        inputs = await plugin.inputs(kind, values)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await plugin.create(kind, inputs)
        refused.append(caught.value.details() or "")

    async def dialogue(stub: Any, _engine: Any) -> None:
        plugin = Plugin(stub, config, given, CASES_OVN)
        await plugin.configure()
        try:
            identity, _ = await plugin.create(project, await plugin.inputs(project, {"name": "case-taken"}))
            await refusal(plugin, project, {"name": "case-taken"})
            await plugin.create(quota, await plugin.inputs(quota, {"projectId": identity, "network": 0}))
            await refusal(plugin, network, {"name": "case-one-too-many", "tenantId": identity})
        finally:
            await plugin.clean()

    talk(dialogue, provider)
    taken, too_many = refused
    assert "case-taken" in taken
    assert "(HTTP 409)" in taken
    assert "uota exceeded" in too_many
    assert [text for text in refused if "\n" in text or "Traceback" in text] == []
