"""The commands that the lab would run, exactly."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from lab import access, disk, machine_files, mirror, network, nspawn
from lab.cgroups import hierarchies
from lab.errors import LabError
from lab.image import PACKAGES, Recipe, bootstrap_command
from lab.topology import EVERY, HOSTS, MIRROR
from machine import sources
from machine.errors import MachineError
from machine.sources import Archive

DATA = Path(__file__).parent / "data"
MAIN = Archive("http://apt.example/debian", ("bookworm", "bookworm-updates"), ("main",))
SECURITY = Archive("http://apt.example/debian-security", ("bookworm-security",), ("main",))
EXPECTED: dict[str, Any] = yaml.safe_load((DATA / "plans.yaml").read_text())


@pytest.mark.parametrize("name", EXPECTED["nspawn"])
def test_host_is_started_by_exactly_this_command(name: str) -> None:
    argv = nspawn.command(EVERY[name], Path("/lab/hosts") / name, Path("/cache"))
    assert list(argv) == EXPECTED["nspawn"][name]


@pytest.mark.parametrize("name", EXPECTED["cables"])
def test_host_is_cabled_by_exactly_these_commands(name: str) -> None:
    assert network.cables(EVERY[name]).splitlines() == EXPECTED["cables"][name]


@pytest.mark.parametrize("name", EXPECTED["unplug"])
def test_host_is_unplugged_by_exactly_these_commands(name: str) -> None:
    assert network.unplug(EVERY[name]).splitlines() == EXPECTED["unplug"][name]


def test_bridges_are_made_by_exactly_these_commands() -> None:
    assert [" ".join(argv) for argv in network.bridges()] == EXPECTED["bridges"]


def test_nat_is_one_table_that_replaces_itself() -> None:
    assert network.nat_table() == EXPECTED["nat"]


def test_supervisor_boots_again_on_reboot_only_and_in_the_hosts_groups() -> None:
    groups = [Path("/sys/fs/cgroup/pids/oc-lab/mon01/cgroup.procs")]
    script = nspawn.script(HOSTS["mon01"], Path("/lab/hosts/mon01"), Path("/cache"), groups)
    command = shlex.join(nspawn.command(HOSTS["mon01"], Path("/lab/hosts/mon01"), Path("/cache")))
    assert script.replace(command, "NSPAWN") == EXPECTED["supervisor"]


def test_no_host_may_touch_the_machines_clock_or_modules() -> None:
    for name, host in EVERY.items():
        argv = nspawn.command(host, Path("/lab/hosts") / name, Path("/cache"))
        assert "--drop-capability=CAP_SYS_TIME,CAP_SYS_MODULE" in argv


def test_base_image_comes_from_the_machines_own_archive() -> None:
    argv = bootstrap_command(Recipe("bookworm", "debian", (MAIN, SECURITY)), Path("/tmp/x"))
    assert argv[-3:] == ("bookworm", "/tmp/x", "http://apt.example/debian")
    assert f"--include={','.join(PACKAGES)}" in argv


def test_another_recipe_is_another_image() -> None:
    base = Recipe("bookworm", "debian", (MAIN, SECURITY), {"etc/pip.conf": "[global]\n"})
    others = (
        Recipe("bookworm", "debian", (MAIN,), base.files),
        Recipe("noble", "ubuntu", base.archives, base.files),
        Recipe("bookworm", "debian", base.archives, {}),
        Recipe("bookworm", "debian", base.archives, base.files, (*PACKAGES, "vim")),
    )
    assert base.key() == Recipe("bookworm", "debian", base.archives, dict(base.files)).key()
    assert len({base.key(), *(other.key() for other in others)}) == len(others) + 1


def test_archives_are_read_from_apts_own_listing() -> None:
    listing = (
        "http://apt.example/debian-security/|bookworm-security|main\n"
        "http://apt.example/debian/|bookworm|main\n"
        "http://apt.example/debian/|bookworm|main\n"
        "http://apt.example/debian/|bookworm-updates|main\n"
        "https://other.example/node/|nodistro|main\n"
    )
    assert sources.parse(listing, "bookworm") == [MAIN, SECURITY]
    assert sources.servers([MAIN, SECURITY]) == ["apt.example"]


def test_machine_without_apt_indexes_is_told_what_to_do() -> None:
    with pytest.raises(MachineError, match="apt-get update"):
        sources.parse("", "bookworm")


def test_mirror_serves_the_machines_archives_and_nothing_else() -> None:
    config = mirror.files([MAIN, SECURITY])["etc/nginx/nginx.conf"]
    served = dict(re.findall(r"location (\S+) {\s+proxy_pass (\S+);", config))
    assert served == {
        "/debian/": "http://apt.example/debian/",
        "/debian/dists/": "http://apt.example/debian/dists/",
        "/debian-security/": "http://apt.example/debian-security/",
        "/debian-security/dists/": "http://apt.example/debian-security/dists/",
    }


@pytest.mark.parametrize("name", ["ctl01", "cmp01", "mirror"])
def test_installer_leaves_this_network_configuration(name: str) -> None:
    assert json.loads(disk.netplan(EVERY[name]))["network"]["ethernets"] == EXPECTED["netplan"][name]


def test_two_hosts_have_nothing_of_their_identity_in_common() -> None:
    first, second = (disk.identity(HOSTS[name], "nameserver 192.0.2.53\n") for name in ("ctl01", "ctl02"))
    for path in ("etc/hostname", "etc/machine-id", "etc/hosts", "etc/netplan/00-installer.yaml"):
        assert first[path] != second[path]
    assert first["etc/netplan/00-installer.yaml"][1] == 0o600


def test_known_hosts_names_each_host_and_its_address() -> None:
    assert (
        access.known_hosts({"ctl01": "ssh-ed25519 AAAA"})
        == "ctl01,ctl01.lab.test,10.10.10.11 ssh-ed25519 AAAA\n"
    )


@pytest.mark.parametrize(
    ("text", "usable"),
    [
        ("nameserver 192.0.2.53\nsearch x\n", ["192.0.2.53"]),
        ("nameserver 127.0.0.53\noptions edns0\n", []),
        ("nameserver ::1\nnameserver 2001:db8::53\n", ["2001:db8::53"]),
    ],
)
def test_name_servers_on_the_machines_loopback_are_no_use_to_hosts(text: str, usable: list[str]) -> None:
    assert access.nameservers(text) == usable


@pytest.mark.parametrize(
    ("routes", "refused"),
    [
        ([{"dst": "default", "dev": "eth0"}, {"dst": "192.0.2.0/24", "dev": "eth0"}], False),
        ([{"dst": "10.10.10.0/24", "dev": "oc-mgmt"}], False),
        ([{"dst": "172.24.4.80", "dev": "eth0"}], False),
        ([{"dst": "10.0.0.0/8", "dev": "eth0"}], True),
        ([{"dst": "10.10.20.128/25", "dev": "wg0"}], True),
    ],
    ids=["elsewhere", "the lab's own", "a single address", "around the lab's", "inside the lab's"],
)
def test_machine_that_uses_the_labs_subnets_is_refused(routes: list[dict[str, str]], refused: bool) -> None:
    if not refused:
        network.conflicts(routes)
        return
    with pytest.raises(LabError, match=f"on {routes[0]['dev']} overlaps"):
        network.conflicts(routes)


def test_package_server_inside_a_lab_subnet_stays_reachable() -> None:
    answer = '[{"dst": "172.24.4.80", "gateway": "192.0.2.1", "dev": "eth0"}]'
    route, commands = network.way_out("172.24.4.80", answer)
    assert route == ["172.24.4.80/32", "via", "192.0.2.1", "dev", "eth0"]
    assert commands == [("ip", "neighbour", "replace", "proxy", "172.24.4.80", "dev", "oc-ext")]


def test_control_groups_are_found_in_both_versions() -> None:
    mounts = (
        "proc /proc proc rw 0 0\n"
        "cgroup /sys/fs/cgroup/pids cgroup rw,pids 0 0\n"
        "cgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n"
    )
    assert hierarchies(mounts) == [Path("/sys/fs/cgroup/pids"), Path("/sys/fs/cgroup/unified")]


def test_pip_in_hosts_uses_the_machines_index_and_certificates() -> None:
    written = machine_files.pip_conf("", {"PIP_INDEX_URL": "https://pip.example/simple", "PATH": "/bin"})
    assert written.splitlines()[1:] == [
        f"cert = {machine_files.BUNDLE}",
        "index-url = https://pip.example/simple",
    ]
    assert machine_files.pip_conf("[global]\n", {}) == "[global]\n"


def test_proxy_on_the_machines_loopback_is_not_handed_on() -> None:
    assert machine_files.proxy_lines({"HTTP_PROXY": "http://127.0.0.1:3128"}) == ""
    assert (
        machine_files.proxy_lines({"https_proxy": "http://p.example:3128"})
        == 'https_proxy="http://p.example:3128"\n'
    )


def test_mirror_is_infrastructure_and_no_host_of_the_cloud() -> None:
    assert MIRROR.infrastructure
    assert MIRROR.name not in HOSTS


def test_another_release_of_debian_is_on_the_same_servers() -> None:
    other = sources.renamed([MAIN, SECURITY], "bookworm", "trixie")
    assert [archive.uri for archive in other] == [MAIN.uri, SECURITY.uri]
    assert [archive.suites for archive in other] == [("trixie", "trixie-updates"), ("trixie-security",)]
