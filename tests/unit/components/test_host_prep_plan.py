"""What must hold for every host's plan, whatever its details."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from components.host_prep import hosts as hosts_part
from components.host_prep.plan import HostPlan, plan_hosts
from host_programs.contract.hostctl import sysctl_file
from host_programs.hostctl import settings
from tests.programs import HostPrograms
from tests.unit.components.host_plans import every, plans
from tests.unit.components.support import STACKS, Raw, cloud, files, host_key


@pytest.mark.parametrize("plan", every())
def test_every_host_gets_what_the_guide_and_bootstrap_servers_ask_for(plan: HostPlan) -> None:
    base = plan.base
    assert {"chrony", "docker.io", "git", "python3-dbus", "python3-docker", "python3-pip"} <= set(
        base["packages"]["present"]
    )
    assert base["swap"] == "off"
    assert "br_netfilter" in base["modules"]
    assert base["sysctl"]["net.bridge.bridge-nf-call-iptables"] == "1"
    assert base["users"]["root"] == {"locked": True}
    assert base["venvs"]["/opt/kolla-venv"]["system_site_packages"] is True
    assert {"chrony.service", "docker.service", "ssh.service"} <= set(base["units"])


@pytest.mark.parametrize("plan", every())
def test_what_a_unit_restarts_on_is_a_file_of_the_plan(plan: HostPlan) -> None:
    for state in (plan.base, plan.secrets or {}):
        for unit in state.get("units", {}).values():
            assert {*unit.get("restart_on", []), *unit.get("reload_on", [])} <= set(state["files"])


@pytest.mark.parametrize("plan", every())
def test_a_name_has_one_address_and_it_is_the_apis(plan: HostPlan) -> None:
    entries = plan.base["hosts"]
    names = [name for names in entries.values() for name in names]
    assert len(names) == len(set(names))
    assert all(address.startswith("10.10.10.") for address in entries)


@pytest.mark.parametrize("plan", every())
def test_ssh_refuses_passwords_and_root(plan: HostPlan) -> None:
    drop_in = plan.base["files"]["/etc/ssh/sshd_config.d/10-cloud.conf"]["content"]
    for line in ("PermitRootLogin no", "PasswordAuthentication no"):
        assert line in drop_in.splitlines()
    (allowed,) = (line.split()[1:] for line in drop_in.splitlines() if line.startswith("AllowUsers "))
    assert set(allowed) - {"cephadm"} == {"cloud", "kolla"}


def test_only_cephs_hosts_let_its_orchestrator_in_and_only_where_there_is_one() -> None:
    path = "/etc/ssh/sshd_config.d/10-cloud.conf"
    found = {
        f"{stack}-{host}"
        for stack in STACKS
        for host, plan in plans(stack).items()
        if "cephadm" in plan.base["files"][path]["content"]
    }
    assert found == {"prod-ceph01", "prod-ceph02", "prod-ceph03"}


def test_sshd_accepts_its_configuration(tmp_path: Path, host_programs: HostPrograms) -> None:
    key = tmp_path / "host_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True, timeout=30)
    for stack in STACKS:
        drop_in = plans(stack)["ctl01"].base["files"]["/etc/ssh/sshd_config.d/10-cloud.conf"]["content"]
        (tmp_path / "sshd_config").write_text(f"HostKey host_key\n{drop_in}")
        done = host_programs.run("/usr/sbin/sshd", "-T", "-f", "sshd_config", files=tmp_path)
        assert done.returncode == 0, done.stderr
        # Each value is written as sshd itself says it: hostctl compares the words.
        used: dict[str, list[str]] = {}
        for line in done.stdout.splitlines():
            name, *words = line.split()
            used.setdefault(name, []).extend(words)
        for setting in settings.sshd("", drop_in):
            assert sorted(used[setting.key]) == sorted(setting.value.split())


@pytest.mark.skipif(not shutil.which("ssh"), reason="ssh is not installed")
def test_ssh_client_speaks_the_pinned_algorithms() -> None:
    drop_in = plans("prod")["ctl01"].base["files"]["/etc/ssh/sshd_config.d/10-cloud.conf"]["content"]
    pinned = dict(line.split(None, 1) for line in drop_in.splitlines() if not line.startswith("#"))
    for query, setting in (("cipher", "Ciphers"), ("mac", "MACs"), ("kex", "KexAlgorithms")):
        known = subprocess.run(["ssh", "-Q", query], capture_output=True, text=True, check=True, timeout=30)
        assert set(pinned[setting].split(",")) <= set(known.stdout.split())


def test_only_the_cloud_proper_forwards() -> None:
    forwarding = {n for n, p in plans("prod").items() if p.base["sysctl"]["net.ipv4.ip_forward"] == "1"}
    assert forwarding == {"ctl01", "ctl02", "ctl03", "net01", "net02", "cmp01", "cmp02"}


def test_a_hosts_own_parameter_wins() -> None:
    def change(raw: Raw) -> None:
        raw["hostPrep"] = {"sysctl": {"net.ipv4.tcp_syncookies": 0, "net.core.somaxconn": 4096}}
        raw["hosts"]["cmp01"]["sysctl"] = {"net.core.somaxconn": 8192}

    found = plan_hosts(cloud("lab", change), files())
    assert found["cmp01"].base["sysctl"]["net.core.somaxconn"] == "8192"
    assert found["cmp02"].base["sysctl"]["net.core.somaxconn"] == "4096"
    assert found["cmp02"].base["sysctl"]["net.ipv4.tcp_syncookies"] == "0"


def test_a_clock_that_is_not_ours_is_not_touched() -> None:
    lab, prod = plans("lab")["ctl01"].base["files"], plans("prod")["ctl01"].base["files"]
    assert "-x" in lab["/etc/default/chrony"]["content"]
    assert "makestep" not in lab["/etc/chrony/chrony.conf"]["content"]
    assert "-x" not in prod["/etc/default/chrony"]["content"]


def test_a_large_cloud_does_not_copy_every_name_to_every_hypervisor() -> None:
    def grow(raw: Raw) -> None:
        pattern = raw["hosts"]["cmp01"]
        for number in range(hosts_part.FULL_UP_TO):
            last = 100 + number
            raw["hosts"][f"big{number}"] = {
                **pattern,
                "hostKey": host_key(f"big{number}"),
                "addresses": {"management": f"10.10.10.{last}", "storage": f"10.10.20.{last}"},
            }

    found = plan_hosts(cloud("lab", grow), files())
    assert set(found["big0"].base["hosts"]) == {
        *(
            str(h.addresses["management"])
            for n, h in cloud("lab").active().items()
            if "compute" not in h.roles
        ),
        "10.10.10.100",
    }
    assert "10.10.10.101" in found["ctl01"].base["hosts"]


def test_docker_knows_the_registry_that_speaks_http_and_the_sites_own_settings() -> None:
    def change(raw: Raw) -> None:
        raw["kolla"]["images"] = {"registry": "registry.lab.test:5000", "insecure": True}
        own = {"registry-mirrors": ["https://mirror.example.org"], "insecure-registries": ["old:5000"]}
        raw["hostPrep"] = {"dockerSettings": own}

    plan = plan_hosts(cloud("lab", change), files())["ctl01"]
    daemon = json.loads(plan.base["files"]["/etc/docker/daemon.json"]["content"])
    assert daemon["insecure-registries"] == ["old:5000", "registry.lab.test:5000"]
    assert daemon["registry-mirrors"] == ["https://mirror.example.org"]
    assert daemon["live-restore"] is True
    plain = json.loads(plans("prod")["ctl01"].base["files"]["/etc/docker/daemon.json"]["content"])
    assert "insecure-registries" not in plain


@pytest.mark.parametrize("plan", every())
def test_no_drop_in_may_be_overruled_unseen(plan: HostPlan) -> None:
    several = re.compile(
        r"/etc/(ssh/sshd_config\.d|sudoers\.d|apt/apt\.conf\.d|systemd/.*\.(conf|service)\.d|sysctl\.d)/"
    )
    for state in (plan.sources, plan.base, plan.secrets):
        written = {path for path in (state or {}).get("files", {}) if several.match(path)}
        written |= {sysctl_file("base")} if "sysctl" in (state or {}) else set()
        assert written == set((state or {}).get("effective", {}))


@pytest.mark.parametrize("stack", STACKS)
def test_a_host_has_the_name_that_the_stack_gives_it(stack: str) -> None:
    for name, plan in plans(stack).items():
        assert plan.base["hostname"] == name
        cloud_init = plan.base["files"]["/etc/cloud/cloud.cfg.d/99-openstack-cloud.cfg"]["content"]
        assert yaml.safe_load(cloud_init)["preserve_hostname"] is True
