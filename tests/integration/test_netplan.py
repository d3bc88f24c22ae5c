"""What netplan itself makes of the network of every host's plan."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.host_prep.plan import HostPlan
from host_programs.hostctl import networkd
from host_programs.hostctl.system import System
from tests.programs import HostPrograms
from tests.unit.components.host_plans import every, plans
from tests.unit.components.support import cloud

Network = dict[str, Any]


def generate(folder: Path, content: str, host_programs: HostPrograms) -> dict[str, str]:
    """What netplan makes of a configuration for networkd, by name of the file."""
    file = folder / "etc/netplan/60-cloud.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(content)
    file.chmod(0o600)
    done = host_programs.run("netplan", "generate", "--root-dir", ".", files=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return {path.name: path.read_text() for path in (folder / "run/systemd/network").iterdir()}


def another_route(network: Network) -> None:
    network["vlans"]["bond1.40"]["routes"] = [{"to": "198.51.100.0/24", "via": "10.10.20.1"}]


def another_mtu(network: Network) -> None:
    for device in (network["ethernets"]["eno1"], network["bonds"]["bond0"], network["vlans"]["bond0.10"]):
        device["mtu"] = 1400


def another_vlan(network: Network) -> None:
    network["vlans"]["bond1.41"] = {"id": 41, "link": "bond1", "addresses": ["10.41.0.11/24"]}


def another_lacp_rate(network: Network) -> None:
    network["bonds"]["bond1"]["parameters"]["lacp-rate"] = "slow"


def another_name(network: Network) -> None:
    network["ethernets"]["ens1f0"] |= {"match": {"macaddress": "02:00:00:00:00:01"}, "set-name": "ens1f0"}


BEYOND: dict[Callable[[Network], None], list[str]] = {
    another_route: [],
    another_mtu: [],
    another_vlan: [],
    another_lacp_rate: ["10-netplan-bond1.netdev"],
    another_name: ["10-netplan-ens1f0.link"],
}
"""What a restart of networkd does not take of a change, in the files that netplan makes of it."""


@pytest.mark.parametrize("change", BEYOND, ids=lambda change: change.__name__)
def test_hostctl_tells_what_a_restart_of_networkd_does_not_take(
    change: Callable[[Network], None], tmp_path: Path, host_programs: HostPrograms
) -> None:
    content = plans("prod")["ctl01"].network["netplan"]["content"]
    document = yaml.safe_load(content)
    change(document["network"])
    before = generate(tmp_path / "before", content, host_programs)
    after = generate(tmp_path / "after", yaml.safe_dump(document), host_programs)
    assert before != after
    assert networkd.beyond(System(str(tmp_path)), before, after, []) == BEYOND[change]
    assert networkd.beyond(System(str(tmp_path / "after")), after, after, []) == []


@pytest.mark.parametrize("plan", every())
def test_netplan_accepts_the_network(plan: HostPlan, tmp_path: Path, host_programs: HostPrograms) -> None:
    files = generate(tmp_path, plan.network["netplan"]["content"], host_programs)
    assert any(name.endswith(".network") for name in files)


def test_networkd_is_told_to_keep_what_it_did_not_set(tmp_path: Path, host_programs: HostPrograms) -> None:
    files = generate(tmp_path, plans("prod")["ctl01"].network["netplan"]["content"], host_programs)
    for network in cloud("prod").networks.defined().values():
        if network.vip:
            text = files[f"10-netplan-{network.device()}.network"]
            assert {"CriticalConnection=true", "KeepConfiguration=true"} & set(text.splitlines())
