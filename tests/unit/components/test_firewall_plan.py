"""What must hold for every host's firewall."""

from __future__ import annotations

from typing import Any

import pytest

from components.firewall import plan as planning
from components.firewall.plan import HostFirewall, plan_firewall
from components.firewall.table import lines
from config.firewall.model import Opening, Protocol
from config.firewall.table import openings
from tests.unit.components.nft import needs_nft, refused
from tests.unit.components.support import STACKS, Raw, cloud

USERS = {
    *(
        "keystone",
        "glance",
        "nova",
        "console",
        "placement",
        "neutron",
        "cinder",
        "heat",
        "horizon",
        "barbican",
    ),
    *("octavia", "magnum", "manila", "gnocchi", "object-store", "ping", "vrrp"),
}
"""What may be open to users; anything else, a new exporter say, is closed from the public network by this list."""
DATABASES_AND_METRICS = (
    "3306",
    "4567",
    "5672",
    "15672",
    "11211",
    "2379",
    "6641",
    "9100",
    "9104",
    "9283",
    "3000",
)


def every() -> list[Any]:
    return [pytest.param(s, h, f, id=f"{s}-{h}") for s in STACKS for h, f in plan_firewall(cloud(s)).items()]


def open_ports(firewall: HostFirewall, network: str) -> set[str]:
    return {port for row in firewall.rows if row.network == network for port in row.ports}


@pytest.mark.parametrize(("stack", "host", "firewall"), every())
class TestEveryHost:
    def test_ssh_is_open_from_the_whole_management_network_and_nowhere_else(
        self, stack: str, host: str, firewall: HostFirewall
    ) -> None:
        (row,) = (row for row in firewall.rows if row.service == "ssh")
        assert row.device == cloud(stack).networks.management.device()
        assert row.sources == ("10.10.10.0/24",)
        # cephadm's manager logs in to Ceph's hosts over the storage network.
        orchestrated = stack == "prod" and host.startswith("ceph")
        assert firewall.state["nftables"]["ruleset"].count("tcp dport 22 ") == (2 if orchestrated else 1)

    def test_databases_and_metrics_are_open_on_management_alone(
        self, stack: str, host: str, firewall: HostFirewall
    ) -> None:
        del stack, host
        for row in firewall.rows:
            if set(row.ports) & set(DATABASES_AND_METRICS):
                assert row.network == "management", row
                assert row.sources is not None, row
            if row.network == "public" or row.sources is None:
                assert row.service in USERS, row

    def test_nothing_is_open_on_the_provider_network(
        self, stack: str, host: str, firewall: HostFirewall
    ) -> None:
        del host
        device = cloud(stack).networks.defined()["provider"].device()
        if "public" not in {row.network for row in firewall.rows}:
            assert f'iifname "{device}"' not in firewall.state["nftables"]["ruleset"]

    def test_every_service_of_its_roles_is_open(self, stack: str, host: str, firewall: HostFirewall) -> None:
        config = cloud(stack)
        roles = {"all", *config.hosts[host].roles}
        wanted = {
            opening.label
            for opening in openings(config)
            if set(opening.roles) & roles
            and any(config.networks.carrying(use) in config.hosts[host].addresses for use in opening.networks)
        }
        assert wanted <= {row.service for row in firewall.rows}

    def test_forwarding_is_dropped_where_the_host_does_not_route(
        self, stack: str, host: str, firewall: HostFirewall
    ) -> None:
        routes = bool({"network", "compute"} & set(cloud(stack).hosts[host].roles))
        ruleset = firewall.state["nftables"]["ruleset"]
        assert ("hook forward priority filter; policy accept" in ruleset) is routes
        assert "hook input priority filter; policy drop" in ruleset

    def test_no_rule_twice(self, stack: str, host: str, firewall: HostFirewall) -> None:
        del stack, host
        rules = [line for line in firewall.state["nftables"]["ruleset"].splitlines() if "dport" in line]
        assert len(rules) == len(set(rules))

    @needs_nft
    def test_nft_accepts_it(self, stack: str, host: str, firewall: HostFirewall) -> None:
        del stack, host
        assert refused(firewall) == []


def test_public_network_sees_the_apis_and_nothing_else() -> None:
    control = plan_firewall(cloud("prod"))["ctl01"]
    assert {row.service for row in control.rows if row.network == "public"} == USERS
    assert {"443", "5000", "8774", "9696", "9311", "9511", "9876"} <= open_ports(control, "public")
    assert "8775" not in open_ports(control, "public")


def test_tunnels_are_open_between_gateways_and_hypervisors_alone() -> None:
    found = plan_firewall(cloud("prod"))
    for host, firewall in found.items():
        rows = [row for row in firewall.rows if row.service in ("geneve", "vxlan")]
        assert bool(rows) is host.startswith(("net", "cmp"))
        for row in rows:
            assert row.device == "bond0.30"
            assert row.sources == ("10.10.30.21", "10.10.30.22", "10.10.30.31", "10.10.30.32")


def test_uses_that_share_a_network_share_its_device() -> None:
    rows = plan_firewall(cloud("lab"))["net01"].rows
    assert {row.device for row in rows if row.service == "geneve"} == {"bond0"}


def test_without_a_public_network_users_come_by_management() -> None:
    def change(raw: Raw) -> None:
        del raw["networks"]["public"]
        for host in raw["hosts"].values():
            host["addresses"].pop("public", None)
        raw["nicProfiles"]["full"]["ethernets"] = ["bond0", "eth1", "bond1"]

    rows = plan_firewall(cloud("lab", change))["ctl01"].rows
    (keystone,) = (row for row in rows if row.service == "keystone")
    assert (keystone.network, keystone.sources) == ("management", None)


def test_vrrp_and_replication_come_from_control_hosts_alone() -> None:
    rows = {
        row.service: row for row in plan_firewall(cloud("prod"))["ctl01"].rows if row.network == "management"
    }
    control = ("10.10.10.11", "10.10.10.12", "10.10.10.13")
    assert {rows[name].sources for name in ("vrrp", "galera", "rabbitmq-cluster", "valkey")} == {control}


def test_only_hosts_that_keep_time_serve_it() -> None:
    serving = {h for h, f in plan_firewall(cloud("lab")).items() if "123" in open_ports(f, "management")}
    assert serving == {"deploy"}


def test_the_sites_own_services_are_added() -> None:
    def change(raw: Raw) -> None:
        raw["firewall"]["services"] = {
            "backup": {
                "protocol": "tcp",
                "ports": ["1500-1502"],
                "roles": ["storage"],
                "network": "management",
                "sources": ["192.0.2.0/24"],
            }
        }

    found = plan_firewall(cloud("lab", change))
    assert 'ip saddr 192.0.2.0/24 tcp dport 1500-1502 accept comment "backup"' in str(found["ceph01"].state)
    assert "1500-1502" not in str(found["ctl01"].state)


def test_ssh_can_be_narrowed_but_never_from_the_deploy_host() -> None:
    def narrow(raw: Raw) -> None:
        raw["firewall"]["sshFrom"] = ["198.51.100.0/24"]

    (row,) = (row for row in plan_firewall(cloud("lab", narrow))["ctl01"].rows if row.service == "ssh")
    assert row.sources == ("10.10.10.5", "198.51.100.0/24")


def test_jump_hosts_and_another_port_are_respected() -> None:
    def change(raw: Raw) -> None:
        raw["ssh"] |= {"allowedFrom": ["192.0.2.8/29"], "port": 2222}

    (row,) = (row for row in plan_firewall(cloud("lab", change))["ctl01"].rows if row.service == "ssh")
    assert (row.ports, row.sources) == (("2222",), ("10.10.10.0/24", "192.0.2.8/29"))


def test_many_hosts_as_a_source_become_their_subnet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "NAMED_UP_TO", 1)
    (row,) = (row for row in plan_firewall(cloud("lab"))["cmp01"].rows if row.service == "migration")
    assert row.sources == ("10.10.10.0/24",)


def test_the_table_names_hosts_networks_ports_and_sources() -> None:
    found = lines(cloud("prod"))
    assert (
        "ctl01 ctl02 ctl03",
        "mariadb",
        "management (bond0.10)",
        "tcp 3306",
        "10.10.10.0/24",
        "database, by its virtual address",
    ) in found
    on_mon01 = lines(cloud("prod"), "mon01")
    assert all(line[0] == "all" or "mon01" in line[0].split() for line in on_mon01)
    assert "mariadb" not in {line[1] for line in on_mon01}


@pytest.mark.parametrize(("protocol", "ports"), [("tcp", ()), ("icmp", ("1",))])
def test_a_line_of_the_table_without_sense_is_refused(protocol: Protocol, ports: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="tcp and udp have ports"):
        Opening("x", "", protocol, ports, ("all",), ("anyone",))
