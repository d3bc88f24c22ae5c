"""What netplan itself makes of the network of every host's plan."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.host_prep.plan import HostPlan
from tests.programs import HostPrograms
from tests.unit.components.host_plans import every, plans
from tests.unit.components.support import cloud


@pytest.mark.parametrize("plan", every())
def test_netplan_accepts_the_network(plan: HostPlan, tmp_path: Path, host_programs: HostPrograms) -> None:
    file = tmp_path / "etc/netplan/60-cloud.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(plan.network["netplan"]["content"])
    file.chmod(0o600)
    done = host_programs.run("netplan", "generate", "--root-dir", ".", files=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert list(tmp_path.glob("run/systemd/network/*.network"))


def test_networkd_is_told_to_keep_what_it_did_not_set(tmp_path: Path, host_programs: HostPrograms) -> None:
    file = tmp_path / "etc/netplan/60-cloud.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(plans("prod")["ctl01"].network["netplan"]["content"])
    file.chmod(0o600)
    assert host_programs.run("netplan", "generate", "--root-dir", ".", files=tmp_path).returncode == 0
    for network in cloud("prod").networks.defined().values():
        if network.vip:
            text = (tmp_path / f"run/systemd/network/10-netplan-{network.device()}.network").read_text()
            assert {"CriticalConnection=true", "KeepConfiguration=true"} & set(text.splitlines())
