"""What a cloud is expected to show, by what its stack file says; the whole of both stacks is in golden/."""

from __future__ import annotations

from typing import Any

import pytest

from components.kolla_cluster.expectations import expectations
from config.kolla.catalogue import SERVICES
from config.kolla.services.cinder import Cinder
from tests.unit.components.support import Raw, cloud


def expected(**kolla: Any) -> Any:
    """Of the lab, with sections of `kolla` changed."""

    def change(raw: Raw) -> None:
        for name, fields in kolla.items():
            raw["kolla"][name] = (
                {**raw["kolla"].get(name, {}), **fields} if isinstance(fields, dict) else fields
            )

    return expectations(cloud("lab", change))


def types(found: Any) -> set[str]:
    return {entry["type"] for entry in found["catalogue"]}


def test_a_service_that_is_off_is_not_expected() -> None:
    assert {"load-balancer", "key-manager", "orchestration"} <= types(expected())
    found = expected(
        octavia={"enabled": False},
        barbican={"enabled": False},
        magnum={"enabled": False},
        heat={"enabled": False},
    )
    assert not {"load-balancer", "key-manager", "orchestration", "container-infra"} & types(found)
    found = expected(cinder={"enabled": False, "clusterName": None})
    assert "volumev3" not in types(found)
    assert "volume" not in found["agents"]


def test_backups_that_are_off_and_other_backends_change_what_is_expected_of_volumes() -> None:
    found = expected(cinder={"backup": "off"})
    assert "cinder-backup" not in found["agents"]["volume"]
    named = expected(globals={"cinder_backend_ceph_name": "fast"})
    assert named["agents"]["volume"]["cinder-volume"] == ["ctl01@fast", "ctl02@fast", "ctl03@fast"]
    own = expected(globals={"cinder_ceph_backends": [{"name": "a", "enabled": True}]})
    assert "cinder-volume" not in own["agents"]["volume"], "their names are the site's"


def test_open_vswitch_has_agents_where_ovn_has_controllers() -> None:
    found = expected(neutron={"plugin": "openvswitch"}, octavia={"enabled": False})
    assert found["agents"]["network"] == {
        "Open vSwitch agent": ["net01", "net02", "cmp01", "cmp02"],
        "DHCP agent": ["net01", "net02"],
        "L3 agent": ["net01", "net02"],
        "Metadata agent": ["net01", "net02"],
    }
    assert set(found["clusters"]) == {"galera", "rabbitmq"}


def test_a_host_that_is_switched_off_is_not_expected() -> None:
    def change(raw: Raw) -> None:
        raw["hosts"]["cmp02"]["enabled"] = False

    found = expectations(cloud("lab", change))
    assert found["agents"]["compute"]["nova-compute"] == ["cmp01"]
    assert "cmp02" not in found["hosts"]


def test_names_of_a_single_service_and_an_external_load_balancer() -> None:
    found = expected(globals={"glance_external_fqdn": "images.lab.test"})
    glance = next(entry for entry in found["catalogue"] if entry["type"] == "image")
    assert glance["endpoints"] == {"internal": "10.10.10.250", "public": "images.lab.test"}
    assert expected(globals={"enable_keepalived": False})["addresses"] == {}


def test_what_only_ansible_can_find_out_is_not_expected() -> None:
    found = expected(
        globals={
            "glance_external_fqdn": "{{ lookup('env', 'X') }}",
            "neutron_enable_ovn_agent": "{{ x | y }}",
        }
    )
    glance = next(entry for entry in found["catalogue"] if entry["type"] == "image")
    assert glance["endpoints"] == {"internal": "10.10.10.250", "public": ""}
    assert "OVN Neutron agent" not in found["agents"]["network"]
    assert "OVN Metadata agent" in found["agents"]["network"]


@pytest.mark.parametrize(
    ("series", "names"),
    [("2024.1", ["volumev3"]), ("2025.1", ["volumev3", "block-storage"]), ("2026.1", ["block-storage"])],
)
def test_the_catalogue_has_the_types_of_the_release(series: str, names: list[str]) -> None:
    assert [entry.type for entry in Cinder.catalogue if entry.of(series)] == names


def test_every_type_is_one_services() -> None:
    found = [entry.type for service in SERVICES for entry in service.catalogue]
    twice = {name for name in found if found.count(name) > 1}
    assert twice == {"object-store"}, "by Ceph or by Swift"
