"""Groups of each release's inventory: complete, and as the releases' notes tell of their coming and going."""

from __future__ import annotations

import pytest

from config.release_map import known
from config.release_map.inventory import TOP_GROUPS, groups, plays, services, top_groups

SERIES = pytest.mark.parametrize("series", known())
# Release: groups that it no longer has, groups that are new in it.
STEPS = {
    "2024.2": ({"prometheus-msteams"}, set()),
    "2025.1": (
        {
            "swift",
            "swift-proxy-server",
            "swift-account-server",
            "swift-container-server",
            "swift-object-server",
        },
        {"valkey", "nova-metadata", "ovn-sb-db-relay"},
    ),
    "2025.2": (
        {"venus", "venus-api", "venus-manager", "ironic-inspector"},
        {"ironic-dnsmasq", "neutron-periodic-worker", "neutron-rpc-server", "neutron-ovn-maintenance-worker"},
    ),
    "2026.1": (
        {
            "influxdb",
            "telegraf",
            "zun",
            "zun-api",
            "zun-wsproxy",
            "zun-compute",
            "zun-cni-daemon",
            "kolla-logs",
            "kolla-toolbox",
        },
        {
            *(
                "kolla_logs",
                "kolla_toolbox",
                "neutron-ovn-vpn-agent",
                "cinder-volume-lvm",
                "cinder-volume-multiple",
            ),
            *("cinder-backup-lvm", "cinder-backup-multiple", "prometheus-openstack-network-exporter"),
            "prometheus-valkey-exporter",
        },
    ),
}


@pytest.mark.parametrize("series", STEPS)
def test_groups_come_and_go(series: str) -> None:
    before = groups(known()[known().index(series) - 1])
    gone, new = STEPS[series]
    assert gone <= set(before) - set(groups(series))
    assert new <= set(groups(series)) - set(before)


@SERIES
def test_children_are_groups_and_every_group_comes_down_to_hosts(series: str) -> None:
    known_groups = groups(series)
    for group in known_groups.values():
        assert set(group.children) <= set(known_groups), group.name
        assert set(top_groups(series, group.name)) <= set(TOP_GROUPS)
    assert set(TOP_GROUPS) <= set(known_groups)
    assert known_groups["baremetal"].children == ("control", "network", "compute", "storage", "monitoring")


@SERIES
def test_the_groups_of_hosts_come_first_in_multinode_s_order(series: str) -> None:
    assert list(groups(series))[:6] == list(TOP_GROUPS)


@SERIES
def test_every_service_has_its_group(series: str) -> None:
    rows = services(series)
    assert {"glance-api", "nova-compute", "keystone", "haproxy", "neutron-server", "mariadb"} <= set(rows)
    for row in rows.values():
        assert row.groups
        assert set(row.groups) <= set(groups(series)), row


@SERIES
def test_plays_name_role_and_tag(series: str) -> None:
    tags = {play.role: play.tags for play in plays(series)}
    assert tags["glance"] == ("glance",)
    assert "nova" in tags["nova"]
    assert {"mariadb", "rabbitmq", "neutron", "loadbalancer"} <= set(tags)
    common = "common" if series < "2026.1" else "kolla_toolbox"
    assert "common" in tags[common]


def test_cinder_volume_moved_to_the_controllers() -> None:
    assert top_groups("2025.2", "cinder-volume") == ("storage",)
    assert top_groups("2026.1", "cinder-volume") == ("control",)
