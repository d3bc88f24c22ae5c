"""After `make lab`: every host is what the plan says, seen over SSH and from other networks."""

from __future__ import annotations

import json
import subprocess
from typing import Any

import pytest

from components.firewall.plan import plan_firewall
from components.host_prep.plan import plan_hosts
from config.cloud import CloudConfig
from config.load import load_stack_file
from tests.lab.support import HOSTS, ROOT, STACK_FILE, Stack, lab, ssh

pytestmark = pytest.mark.usefixtures("bring_up")


@pytest.fixture(scope="module")
def cloud() -> CloudConfig:
    return load_stack_file(STACK_FILE)


@pytest.fixture(scope="module")
def plans(cloud: CloudConfig) -> dict[str, Any]:
    return {host: plan.base for host, plan in plan_hosts(cloud).items()}


def test_twelve_hosts_run_and_the_thirteenth_waits_powered_off() -> None:
    status = json.loads(lab("status", "--json").stdout)["hosts"]
    running = {name for name, host in status.items() if host["running"]}
    assert running == set(HOSTS)
    assert set(status) - running == {"cmp03"}


@pytest.mark.parametrize("host", HOSTS)
class TestHost:
    def test_packages_are_installed(self, host: str, plans: dict[str, Any]) -> None:
        wanted = plans[host]["packages"]["present"]
        assert wanted
        query = "dpkg-query --show --showformat='${binary:Package} ${db:Status-Status}\\n' " + " ".join(
            wanted
        )
        lines = ssh(host, query).stdout.splitlines()
        assert len(lines) == len(wanted)
        assert all(line.endswith(" installed") for line in lines), lines

    def test_services_are_active_and_enabled(self, host: str, plans: dict[str, Any]) -> None:
        units = {name for name, unit in plans[host]["units"].items() if unit.get("active")}
        assert {"docker.service", "chrony.service"} <= units
        assert set(ssh(host, f"systemctl is-active {' '.join(units)}").stdout.split()) == {"active"}
        assert ssh(host, "systemctl is-enabled docker chrony ssh").stdout.split() == ["enabled"] * 3

    def test_sysctls_have_their_values(self, host: str, plans: dict[str, Any]) -> None:
        wanted = plans[host]["sysctl"]
        live = ssh(host, "sysctl --values " + " ".join(wanted)).stdout.splitlines()
        assert dict(zip(wanted, (value.replace("\t", " ") for value in live), strict=True)) == wanted

    def test_swap_is_off_and_modules_load_at_boot(self, host: str, plans: dict[str, Any]) -> None:
        # Containers see their machine's swap; what belongs to the host is its fstab and its units.
        assert not ssh(host, "grep -E '^[^#].*\\sswap\\s' /etc/fstab", check=False).stdout
        loaded = ssh(host, "cat /etc/modules-load.d/*.conf").stdout.split()
        assert set(plans[host]["modules"]) <= set(loaded)
        assert "br_netfilter" in loaded

    def test_chrony_follows_the_sites_servers(self, host: str, cloud: CloudConfig) -> None:
        written = ssh(host, "cat /etc/chrony/chrony.conf").stdout
        if host in cloud.time.local_clock:
            assert "local stratum" in written
        else:
            assert all(f"server {server} " in written for server in cloud.time.servers)
            ssh(host, "chronyc -n sources | grep -F 10.10.10.5")

    def test_docker_keeps_containers_alive_and_limits_logs(self, host: str) -> None:
        ssh(host, "docker info --format '{{.LiveRestoreEnabled}}' | grep -x true")
        daemon = json.loads(ssh(host, "cat /etc/docker/daemon.json").stdout)
        assert daemon["log-opts"] == {"max-size": "50m", "max-file": "5"}

    def test_every_host_name_resolves_to_its_api_address_alone(self, host: str, cloud: CloudConfig) -> None:
        names = " ".join(cloud.active())
        answers = ssh(
            host, f"for name in {names}; do getent ahostsv4 $name | cut -d' ' -f1 | sort -u | xargs; done"
        )
        assert answers.stdout.split("\n")[:-1] == [
            str(h.addresses["management"]) for h in cloud.active().values()
        ]

    def test_firewall_equals_the_plan(self, host: str, cloud: CloudConfig) -> None:
        planned = plan_firewall(cloud)[host].state["nftables"]
        script = "nft -f - && nft --stateless list table inet cloud"
        canonical = subprocess.run(
            ["unshare", "--net", "sh", "-c", script],
            input=planned["ruleset"],
            capture_output=True,
            text=True,
            check=True,
        )
        assert ssh(host, "nft --stateless list table inet cloud").stdout == canonical.stdout

    def test_nobody_logs_in_with_a_password_or_as_root(self, host: str) -> None:
        config = ssh(host, "sshd -T").stdout
        for setting in ("permitrootlogin no", "passwordauthentication no", "kbdinteractiveauthentication no"):
            assert setting in config
        assert ssh(host, "passwd --status root").stdout.split()[1] == "L"


def test_firewall_table_prints_for_an_operator() -> None:
    printed = Stack().make("firewall")
    assert printed.returncode == 0, printed.stderr
    assert "tcp 22" in printed.stdout
    assert "management" in printed.stdout


def test_plain_pulumi_works_in_the_labs_shell() -> None:
    listed = subprocess.run(
        ["bash", "-c", "source .lab/env && pulumi stack --stack lab --show-urns"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert listed.returncode == 0, listed.stderr
    assert "cloud:host:HostPrep" in listed.stdout
