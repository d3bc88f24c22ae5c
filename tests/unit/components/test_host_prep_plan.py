"""What must hold for every host's plan, whatever its details."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.host_prep import hosts as hosts_part
from components.host_prep.plan import HostPlan, plan_hosts
from components.state import canonical
from tests.unit.components.support import DEPLOY_KEY, STACKS, Raw, cloud, files, host_key

CANARY = "canary-5f1c"
CA = "-----BEGIN CERTIFICATE-----\nTHE-SITES-CA\n-----END CERTIFICATE-----\n"


def plans(stack: str) -> dict[str, HostPlan]:
    return plan_hosts(cloud(stack), files())


def every() -> list[Any]:
    return [pytest.param(plan, id=f"{s}-{h}") for s in STACKS for h, plan in plans(s).items()]


def networks(plan: HostPlan) -> Any:
    return yaml.safe_load(plan.network["netplan"]["content"])["network"]


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


@pytest.mark.skipif(not Path("/usr/sbin/sshd").exists(), reason="sshd is not installed")
def test_sshd_accepts_its_configuration(tmp_path: Path) -> None:
    key = tmp_path / "host_key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True, timeout=30)
    for stack in STACKS:
        drop_in = plans(stack)["ctl01"].base["files"]["/etc/ssh/sshd_config.d/10-cloud.conf"]["content"]
        config = tmp_path / "sshd_config"
        config.write_text(f"HostKey {key}\n{drop_in}")
        done = subprocess.run(
            ["/usr/sbin/sshd", "-t", "-f", config], capture_output=True, text=True, check=False, timeout=30
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not shutil.which("ssh"), reason="ssh is not installed")
def test_ssh_client_speaks_the_pinned_algorithms() -> None:
    drop_in = plans("prod")["ctl01"].base["files"]["/etc/ssh/sshd_config.d/10-cloud.conf"]["content"]
    pinned = dict(line.split(None, 1) for line in drop_in.splitlines() if not line.startswith("#"))
    for query, setting in (("cipher", "Ciphers"), ("mac", "MACs"), ("kex", "KexAlgorithms")):
        known = subprocess.run(["ssh", "-Q", query], capture_output=True, text=True, check=True, timeout=30)
        assert set(pinned[setting].split(",")) <= set(known.stdout.split())


@pytest.mark.skipif(not shutil.which("netplan"), reason="netplan is not installed")
@pytest.mark.parametrize("plan", every())
def test_netplan_accepts_the_network(plan: HostPlan, tmp_path: Path) -> None:
    file = tmp_path / "etc/netplan/60-cloud.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(plan.network["netplan"]["content"])
    file.chmod(0o600)
    done = subprocess.run(
        ["netplan", "generate", "--root-dir", tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("stack", STACKS)
def test_every_host_keeps_its_management_address_and_one_default_route(stack: str) -> None:
    config = cloud(stack)
    for name, plan in plans(stack).items():
        devices = {
            device: settings
            for section in ("ethernets", "bonds", "vlans")
            for device, settings in networks(plan).get(section, {}).items()
        }
        management = devices[config.networks.management.device()]
        assert management["addresses"] == [f"{config.hosts[name].addresses['management']}/24"]
        defaults = [
            route
            for settings in devices.values()
            for route in settings.get("routes", ())
            if route["to"] == "default"
        ]
        assert len(defaults) == 1
        # netplan never goes back to 1500 by itself (networkd keeps the last one).
        assert all("mtu" in settings for settings in devices.values())


def test_a_bond_carries_the_largest_frame_of_its_networks() -> None:
    network = networks(plans("prod")["cmp01"])
    assert network["bonds"]["bond0"]["mtu"] == network["ethernets"]["eno1"]["mtu"] == 9000
    assert network["vlans"]["bond0.10"]["mtu"] == 1500
    assert network["bonds"]["bond0"]["parameters"] == {
        "mode": "802.3ad",
        "mii-monitor-interval": 100,
        "lacp-rate": "fast",
        "transmit-hash-policy": "layer3+4",
    }


def test_provider_interface_is_up_without_an_address() -> None:
    eth1 = networks(plans("prod")["net01"])["ethernets"]["eth1"]
    assert "addresses" not in eth1
    assert (eth1["dhcp4"], eth1["link-local"]) == (False, [])
    assert "eth1" not in networks(plans("prod")["ctl01"])["ethernets"]


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


def test_only_the_deploy_host_has_the_deploy_key_and_it_is_accepted_from_there_alone() -> None:
    found = plans("prod")
    assert [name for name, plan in found.items() if plan.secrets] == ["deploy"]
    secrets = found["deploy"].secrets
    assert secrets is not None
    assert DEPLOY_KEY in [file["content"] for file in secrets["files"].values()]
    for plan in found.values():
        (line,) = plan.base["users"]["kolla"]["authorized_keys"]
        assert line.startswith('from="10.10.10.5" ssh-ed25519 ')


def test_the_deploy_host_knows_every_hosts_key() -> None:
    known = plans("prod")["deploy"].base["files"]["/etc/ssh/ssh_known_hosts_cloud"]["content"]
    assert len(known.splitlines()) == len(cloud("prod").active())
    assert known.startswith("ctl01.cloud.example.com,ctl01,10.10.10.11 ssh-ed25519 ")


def with_secrets(raw: Raw) -> None:
    raw["packages"] |= {
        "mirror": "https://mirror.example.com/ubuntu",
        "credentials": [{"machine": "mirror.example.com", "login": "cloud", "password": f"{CANARY}-login"}],
        "proxy": {"http": f"http://u:{CANARY}@proxy:3128", "https": f"http://u:{CANARY}@proxy:3128"}
        | {"noProxy": ["10.10.10.0/24", ".mirror.example.com", "mirror.example.com"]},
        "pypiIndex": "https://mirror.example.com/pypi",
    }


def test_secrets_are_never_in_a_state_that_anybody_may_read() -> None:
    for plan in plan_hosts(cloud("prod", with_secrets), files(CA)).values():
        assert plan.sources is not None
        assert plan.secrets is not None
        assert CANARY in canonical(plan.sources)
        for state in (plan.base, plan.network):
            assert CANARY not in canonical(state)
            assert "PRIVATE KEY" not in canonical(state)
        for state in (plan.sources, plan.secrets):
            for path, file in state["files"].items():
                if CANARY in file["content"] or "PRIVATE KEY" in file["content"]:
                    assert (file["mode"], file["sensitive"]) == ("0600", True), path


def test_apt_can_reach_a_private_mirror_before_the_first_package() -> None:
    sources = plan_hosts(cloud("prod", with_secrets), files(CA))["ctl01"].sources
    assert sources is not None
    assert sources["files"]["/etc/apt/openstack-cloud-ca.pem"]["content"] == CA
    assert 'https::mirror.example.com::CAInfo "/etc/apt/openstack-cloud-ca.pem"' in str(sources["files"])
    assert 'Acquire::https::Proxy::mirror.example.com "DIRECT"' in str(sources["files"])
    assert "10.10.10.0/24" not in str(sources["files"])
    assert "machine mirror.example.com login cloud password" in str(sources["files"])


def test_a_mirror_replaces_the_distributions_sources() -> None:
    apt = plans("lab")["ctl01"].base["apt"]
    assert apt["exclusive"] is True
    assert apt["sources"]["cloud"].count("Types: deb\n") == 2
    assert "Suites: bookworm-security" in apt["sources"]["cloud"]
    assert "apt" not in plans("prod")["ctl01"].base


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
