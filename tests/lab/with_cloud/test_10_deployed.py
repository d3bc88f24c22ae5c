"""Kolla-Ansible's cloud is healthy: what the inventory says runs, and each service does its work."""

from __future__ import annotations

import json
import os
import secrets
import shlex
import time
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from openstack.connection import Connection

from tests.lab.support import ssh
from tests.lab.with_cloud.containers import COMPUTES, CONTROLLERS, HOSTS, NETWORKS

pytestmark = pytest.mark.cloud

CATALOGUE = {
    *("identity", "image", "placement", "compute", "network", "block-storage"),
    *("key-manager", "load-balancer", "container-infra", "orchestration", "object-store"),
}
NAME = f"tests-{secrets.token_hex(3)}"
"""What a run that failed has left is in no other's way."""
PATIENCE = 180
"""Seconds until something of the cloud must have come about."""


def eventually(look: Callable[[], Any], wanted: Any, bad: Any = "ERROR") -> Any:
    """What is seen last: `wanted`, something bad, or whatever there is when patience ends."""
    end = time.monotonic() + PATIENCE
    while (seen := look()) not in (wanted, bad) and time.monotonic() < end:
        time.sleep(1)
    return seen


def test_a_token_comes_through_the_vip(cloud: Connection) -> None:
    assert cloud.authorize()


def test_the_catalogue_has_every_service(cloud: Connection) -> None:
    types = {service.type for service in cloud.list_services()}
    assert types >= {name for name in CATALOGUE if name != "block-storage"}
    assert types & {"block-storage", "volumev3"}


def test_compute_services_are_the_inventorys(cloud: Connection) -> None:
    up = {(one.binary, one.host) for one in cloud.compute.services() if one.state == "up"}
    wanted = {("nova-scheduler", host) for host in CONTROLLERS}
    wanted |= {("nova-conductor", host) for host in CONTROLLERS}
    assert up == wanted | {("nova-compute", host) for host in COMPUTES}


def test_network_agents_are_the_inventorys(cloud: Connection) -> None:
    agents = {(one.agent_type, one.host.partition(".")[0]) for one in cloud.network.agents() if one.is_alive}
    wanted = {("OVN Controller Gateway agent", host) for host in NETWORKS}
    wanted |= {("OVN Controller agent", host) for host in COMPUTES}
    assert {(kind, host) for kind, host in agents if "Metadata" not in kind} == wanted
    assert {host for kind, host in agents if "Metadata" in kind} >= COMPUTES


def test_volume_services_are_up(cloud: Connection) -> None:
    services = list(cloud.block_storage.services())
    assert {one.binary for one in services} == {"cinder-scheduler", "cinder-volume", "cinder-backup"}
    assert [(one.binary, one.host) for one in services if one.state != "up"] == []


@pytest.mark.parametrize("host", sorted(HOSTS))
@pytest.mark.usefixtures("deployed")
def test_every_container_runs_and_is_healthy(host: str) -> None:
    rows = ssh(host, "docker ps --all --format '{{json .}}'").stdout.splitlines()
    containers = [json.loads(row) for row in rows]
    assert containers
    assert {row["Names"]: row["Status"] for row in containers if not _well(row["Status"])} == {}


def _well(status: str) -> bool:
    return status.startswith("Up ") and not any(word in status for word in ("unhealthy", "starting"))


def test_galera_has_three_members(passwords: dict[str, str]) -> None:
    query = 'SHOW STATUS LIKE "wsrep_cluster_size"'
    script = f"read -r MYSQL_PWD; export MYSQL_PWD; exec mariadb --user=root --batch --skip-column-names --execute='{query}'"
    answer = ssh(
        "ctl01",
        f"docker exec --interactive mariadb sh -c {shlex.quote(script)}",
        stdin=passwords["database_password"] + "\n",
    )
    assert answer.stdout.split() == ["wsrep_cluster_size", "3"]


@pytest.mark.usefixtures("deployed")
def test_rabbitmq_has_three_running_nodes() -> None:
    answer = ssh("ctl01", "docker exec rabbitmq rabbitmqctl cluster_status --formatter json")
    running = json.loads(answer.stdout)["running_nodes"]
    assert {name.partition("@")[2] for name in running} == CONTROLLERS


class TestServices:
    """One object of each service, one on the other, as a tenant would make them."""

    made: ClassVar[dict[str, Any]] = {}

    def test_an_image_is_stored_in_ceph(self, cloud: Connection) -> None:
        image = cloud.image.create_image(
            name=NAME, disk_format="raw", container_format="bare", data=os.urandom(4 << 20)
        )
        self.made["image"] = cloud.image.get_image(image.id)
        assert self.made["image"].status == "active"
        assert image.id in ssh("ceph01", "rbd ls images").stdout.split()

    def test_a_server_becomes_active_with_a_port(self, cloud: Connection) -> None:
        network = cloud.network.create_network(name=NAME)
        self.made["network"] = network
        self.made["subnet"] = cloud.network.create_subnet(
            name=NAME, network_id=network.id, ip_version=4, cidr="192.168.50.0/24"
        )
        self.made["flavor"] = cloud.compute.create_flavor(name=NAME, ram=128, vcpus=1, disk=1)
        server = cloud.compute.create_server(
            name=NAME,
            image_id=self.made["image"].id,
            flavor_id=self.made["flavor"].id,
            networks=[{"uuid": network.id}],
        )
        self.made["server"] = server
        status = eventually(lambda: cloud.compute.get_server(server.id).status, "ACTIVE")
        assert status == "ACTIVE", cloud.compute.get_server(server.id).fault
        (port,) = cloud.network.ports(device_id=server.id)
        assert port.binding_host_id in COMPUTES
        assert port.binding_vif_type == "ovs"

    def test_a_volume_attaches(self, cloud: Connection) -> None:
        volume = cloud.block_storage.create_volume(name=NAME, size=1)
        self.made["volume"] = volume

        def status() -> str:
            return str(cloud.block_storage.get_volume(volume.id).status)

        assert eventually(status, "available", "error") == "available"
        assert f"volume-{volume.id}" in ssh("ceph01", "rbd ls volumes").stdout.split()
        cloud.compute.create_volume_attachment(self.made["server"].id, volume_id=volume.id)
        assert eventually(status, "in-use", "error") == "in-use"

    def test_a_load_balancer_becomes_active_with_the_ovn_provider(self, cloud: Connection) -> None:
        balancer = cloud.load_balancer.create_load_balancer(
            name=NAME, vip_subnet_id=self.made["subnet"].id, provider="ovn"
        )
        self.made["balancer"] = balancer

        def status() -> str:
            return str(cloud.load_balancer.get_load_balancer(balancer.id).provisioning_status)

        assert eventually(status, "ACTIVE") == "ACTIVE"

    def test_a_secret_reads_back(self, cloud: Connection) -> None:
        made = cloud.key_manager.create_secret(
            name=NAME, payload="what nobody else reads", payload_content_type="text/plain"
        )
        self.made["secret"] = made
        secret = cloud.key_manager.get_secret(made.id.rpartition("/")[2])
        assert secret.payload == "what nobody else reads"

    def test_what_was_made_goes_again(self, cloud: Connection) -> None:
        made = self.made
        cloud.load_balancer.delete_load_balancer(made["balancer"].id)
        cloud.compute.delete_server(made["server"].id)
        cloud.compute.wait_for_delete(made["server"], wait=PATIENCE)
        assert (
            eventually(lambda: cloud.block_storage.get_volume(made["volume"].id).status, "available", "error")
            == "available"
        )
        cloud.block_storage.delete_volume(made["volume"].id)
        cloud.image.delete_image(made["image"].id)
        cloud.compute.delete_flavor(made["flavor"].id)
        cloud.load_balancer.wait_for_delete(made["balancer"], wait=PATIENCE)
        cloud.network.delete_network(made["network"].id)
        cloud.key_manager.delete_secret(made["secret"].id.rpartition("/")[2])
        cloud.block_storage.wait_for_delete(made["volume"], wait=PATIENCE)
        assert ssh("ceph01", f"rbd ls volumes | grep -c {made['volume'].id} || :").stdout.strip() == "0"
