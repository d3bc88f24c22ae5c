"""What CephStorage plans for secrets of its daemons: who can read them, and where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from components.ceph_storage.plan import CephPlan, external_secrets, plan_ceph
from tests.unit.components.support import Raw, cloud


def planned(stack: str, ceph: Raw | None = None, **kolla: Any) -> CephPlan:
    def change(raw: Raw) -> None:
        raw["ceph"] |= ceph or {}
        raw["kolla"] |= kolla

    plan = plan_ceph(cloud(stack, change))
    assert plan is not None
    return plan


@pytest.mark.parametrize(("stack", "owner"), [("lab", "ceph:ceph"), ("prod", "167:167")])
def test_the_gateways_password_is_read_by_their_daemon_alone(stack: str, owner: str) -> None:
    (file,) = planned(stack).gateway_secret("hunter2")["files"].values()
    assert file == {"content": "hunter2", "mode": "0600", "owner": owner, "sensitive": True}


def test_the_administrators_key_of_an_existing_cluster_is_read_by_root_alone() -> None:
    (file,) = external_secrets("hunter2")["files"].values()
    assert (file["mode"], file["owner"], file["sensitive"]) == ("0600", "root:root", True)
    assert file["content"] == "[client.admin]\nkey = hunter2\n"


@pytest.mark.parametrize(
    ("rgw", "asks"),
    [({}, True), ({"keystone": False, "localUsers": True}, False), (None, False)],
)
def test_only_gateways_that_ask_keystone_have_a_password_there(rgw: Raw | None, asks: bool) -> None:
    assert planned("prod", {"rgw": rgw}, objectStore={"keystone": asks}).has_gateways is asks
