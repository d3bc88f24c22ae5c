"""`make adopt`: the stack file of a cloud that is there means the same, and says what it cannot say."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml
from yamllint import linter
from yamllint.config import YamlLintConfig

from components.kolla_cluster.globals import global_options
from components.kolla_cluster.passwords import read_passwords
from components.kolla_cluster.plan import KollaPlan, plan_kolla
from components.kolla_cluster.secret_files import read_secrets
from config.cloud import CloudConfig
from config.kolla.hosts import TOP
from config.kolla.passwords import parse
from config.load import load_stack_file
from config.release_map import known
from config.release_map.inventory import groups
from config.stack_file.structure import parse as structured
from ops.adopt.__main__ import main
from ops.adopt.effect import Effect
from ops.adopt.folder import read_folder
from ops.adopt.inventory import Inventory, read_inventory
from ops.adopt.search import Search
from tests.unit.config.expressible import everything
from tests.unit.config.support import fields
from tests.unit.ops import adopt_folders as folders
from tests.unit.support import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.mine.yaml"


def run(file: Path, folder: Path, given: dict[str, Any] | None = None, *words: str) -> int:
    more = ["--addresses", str(folders.written(file.with_name("addresses.yaml"), given))] if given else []
    return main(["--stack", "mine", "--config-file", str(file), "--from", str(folder), *more, *words])


def loaded(file: Path) -> CloudConfig:
    return load_stack_file(file, require_host_keys=False)


def otherwise(out: str) -> list[str]:
    """The places of what the stack file does not say as the folder does."""
    told = out.partition("By the stack file it is otherwise")[2].partition("\n\n")[0]
    return [line.strip() for line in told.splitlines()[1:]]


def told_of(line: str) -> str:
    """A line up to the option that it tells of."""
    found = re.match(r".*?: (gets `.*?`|\w+: )|[^:]*", line)
    assert found
    return found[0]


def differing(folder: Path, plan: KollaPlan, tmp_path: Path) -> set[str]:
    """The options that come to something else on a host, of all that the folder or the plan sets."""
    found, planned = read_folder(folder), inventory_of(plan, tmp_path)
    series, different = plan.release.series, set()
    for host in dict.fromkeys(host for group in TOP for host in found.inventory.hosts(group)):
        mine, its = found.inventory.variables(host), planned.variables(host)
        want = Effect(series, {**mine, **found.globals})
        have = Effect(series, {**its, **plan.globals})
        # A device that a host is not said to have is read by nobody there.
        names = {name for name in plan.globals if not name.endswith("_interface")} | {
            *found.globals,
            *mine,
            *its,
        }
        read = {name for name in names if not name.startswith("ansible_")}
        different |= {name for name in read if have.of(name) != want.of(name)}
    return different


def inventory_of(plan: KollaPlan, tmp_path: Path) -> Inventory:
    path = tmp_path / "planned"
    path.write_text(plan.inventory)
    return read_inventory(path)


def members(inventory: Inventory) -> dict[str, set[str]]:
    """The hosts of each group of the release, beside those of the deploy host itself."""
    return {
        group: set(inventory.hosts(group))
        for group in groups(folders.SERIES)
        if group not in ("deployment", "bifrost")
    }


def test_the_labs_own_deploy_host_comes_back_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, planned, given = folders.lab(tmp_path / "kolla")
    assert run(file, folder, given) == 0
    assert otherwise(capsys.readouterr().out) == []
    cloud = loaded(file)
    plan, before = plan_kolla(cloud), plan_kolla(planned)
    assert plan.globals == before.globals
    assert plan.overrides == before.overrides
    assert plan.services == before.services
    assert members(inventory_of(plan, tmp_path)) == members(read_folder(folder).inventory)
    assert read_passwords(cloud) == parse(folders.passwords())


@pytest.mark.parametrize("series", known())
def test_production_comes_back_whole_in_every_release(
    series: str, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, planned, given = folders.prod(tmp_path / "kolla", series)
    assert run(file, folder, given) == 0
    said = capsys.readouterr().out
    assert otherwise(said) == []
    assert "To be added" not in said
    cloud = loaded(file)
    plan, before = plan_kolla(cloud), plan_kolla(planned)
    assert plan.globals == before.globals
    assert plan.overrides == before.overrides
    assert plan.inventory == before.inventory
    assert read_secrets(cloud).files == read_secrets(planned).files


@pytest.mark.parametrize("series", known())
def test_the_fields_of_a_cloud_with_everything_switched_on_are_found(series: str) -> None:
    raw = fields("prod", {**everything(series), "releases.hostOs": "ubuntu-24.04"})
    planned, problems, _ = structured(raw, ROOT)
    assert problems == []
    search = Search(series, global_options(planned), ROOT)
    ca = {"tls": {"ca": raw["kolla"]["tls"]["ca"]}} if "ca" in raw["kolla"]["tls"] else {}
    found = search.settle({**raw, "kolla": ca})
    assert search.differing(found) == {}


NAMED_OTHERWISE = "openvswitch_hostname"
"""With OVN the product says it, or no port is bound on hosts that know their domain (config/kolla/services/neutron.py)."""
THE_CAS_PLACE = "kolla_admin_openrc_cacert"
"""Where it lies on the deploy host."""


def test_plain_kolla_ansible_comes_back_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    assert run(file, folder, folders.ADDRESSES) == 0
    told = otherwise(capsys.readouterr().out)
    assert [told_of(line) for line in told] == [f"the release: {NAMED_OTHERWISE}: "]
    cloud = loaded(file)
    assert differing(folder, plan_kolla(cloud), tmp_path) == {NAMED_OTHERWISE, THE_CAS_PLACE}
    assert read_passwords(cloud) == {
        **(parse(folders.passwords()) or {}),
        "keystone_admin_password": "later-than-passwords-yml",
    }
    assert plan_kolla(cloud).overrides == {**folders.INI, "nfs_shares": "192.0.2.9:/volumes\n"}


def test_kayobes_layout_comes_back_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kayobe(tmp_path / "kolla")
    assert run(file, folder, folders.KAYOBE_ADDRESSES) == 0
    told = otherwise(capsys.readouterr().out)
    assert (
        [told_of(line) for line in told]
        == [
            "config/octavia/octavia-api.conf: gets `default_provider_driver = amphora`",  # as is Octavia's own default
            "globals.yml: docker_custom_config: ",
        ]
    )
    cloud = loaded(file)
    plan = plan_kolla(cloud)
    assert differing(folder, plan, tmp_path) == {"docker_custom_config"}
    assert plan.overrides.items() >= folders.KAYOBE_TEXTS.items()
    assert read_passwords(cloud) == parse(folders.passwords())
    assert cloud.kolla
    assert cloud.kolla.neutron.bridges == {"br-a": "eno3", "br-b": "eno4"}
    assert members(inventory_of(plan, tmp_path)) == members(read_folder(folder).inventory)


def test_a_host_with_a_device_of_its_own_is_told(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kayobe(tmp_path / "kolla")
    own = folder / "inventory" / "overcloud" / "host_vars" / "kcmp2"
    own.write_text(own.read_text().replace("network_interface: bond0.101", "network_interface: ens9"))
    assert run(file, folder, folders.KAYOBE_ADDRESSES) == 0
    assert any(
        line.startswith("inventory: kcmp2: network_interface: ens9: ")
        for line in otherwise(capsys.readouterr().out)
    )


SECRET = "canary-5e1f"
"""Begins every password of the folders."""


def test_no_secret_is_shown_or_lies_where_others_may_read_it(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    folders.put(
        folder,
        {
            "globals.d/90.yml": f"glance_backend_s3_secret_key: {SECRET}-s3\n"
            f"haproxy_stats_host: {SECRET}-glance_database_password\n"
            f"docker_http_proxy: http://user:{SECRET}@proxy.example.org\n",
            "config/glance.conf": f"[database]\nconnection = x{SECRET}-nova_database_password\n",
            "config/horizon/custom_local_settings": f"SECRET_KEY = '{SECRET}-own'\n",
            "group_vars/compute.yml": f"nova_safety_upgrade: {SECRET}-nova_api_database_password\n",
        },
    )
    assert run(file, folder, folders.ADDRESSES) == 0
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    told = "\n".join(otherwise(said.out))
    assert "config/glance.conf: has a secret in clear" in told
    assert "config/horizon/custom_local_settings: has a secret in clear" in told
    made = [path for top in (file.parent, Path.home()) for path in top.rglob("*") if path.is_file()]
    open_to_others = {
        path
        for path in made
        if folder not in path.parents and stat.S_IMODE(path.stat().st_mode) != 0o600
        if any(mark in path.read_text() for mark in (SECRET, "PRIVATE KEY"))
    }
    assert open_to_others == set()
    plan, kept = plan_kolla(loaded(file)), read_passwords(loaded(file))
    assert plan.globals["glance_backend_s3_secret_key"] == "{{ site_glance_backend_s3_secret_key }}"
    assert kept["site_glance_backend_s3_secret_key"] == f"{SECRET}-s3"
    assert kept["site_haproxy_stats_host"] == f"{SECRET}-glance_database_password"


VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"
VALUE_VAULTED = "x: !vault |\n  " + VAULTED.replace("\n", "\n  ")


@pytest.mark.parametrize(
    ("files", "words", "place", "reason", "fix"),
    [
        ({"globals.yml": None}, [], "kolla: ", "no globals.yml", "FROM=DIR"),
        ({"passwords.yml": None}, [], "passwords.yml: ", "no such file", "copy the cloud's own"),
        ({"multinode": None}, [], "kolla: ", "no inventory", "--inventory FILE"),
        ({"globals.yml": "a: [1\nb: 2\n"}, [], "globals.yml (line 2): ", "not valid YAML", "correct"),
        ({"globals.yml": "- a\n"}, [], "globals.yml: ", "not a mapping", "correct"),
        ({"globals.d/10-site.yml": "a: 1\na: 2\n"}, [], "10-site.yml (line 2): ", "second time", "keep one"),
        ({"globals.yml": "enable_heat: no\n"}, [], "globals.yml: ", "does not say which release", "RELEASE="),
        ({"globals.yml": "openstack_release: zed\n"}, [], "openstack_release: ", "zed is no release", "upgrade the cloud"),
        ({}, ["--release", "zed"], "RELEASE: ", "zed is no release", "one of 2024.1"),
        ({"passwords.yml": VAULTED}, [], "passwords.yml: ", "Ansible's vault", "ansible-vault decrypt"),
        ({"passwords.yml": VALUE_VAULTED}, [], "passwords.yml: x: ", "Ansible's vault", "ansible-vault"),
        ({"certificates/haproxy.pem": VAULTED}, [], "haproxy.pem: ", "Ansible's vault", "ansible-vault decrypt"),
        ({"multinode": "[control]\nctl01 ansible_host\n"}, [], "multinode (line 2): ", "sets no variable", "NAME=VALUE"),
        ({"multinode": "[control\nctl01\n"}, [], "multinode (line 1): ", "is no section", "[GROUP]"),
        ({"multinode": "[control]\nctl[01:x]\n"}, [], "multinode (line 2): ", "no range of hosts", "ctl[01:03]"),
        ({"multinode": "[control]\nctl01 a='b\n"}, [], "multinode (line 2): ", "quote", "close"),
        ({"multinode": None, "hosts.yml": "all: [a]\n"}, [], "hosts.yml: ", "no mapping", "`hosts`"),
        ({}, ["--addresses", "nowhere.yaml"], "nowhere.yaml: ", "cannot be read", "check"),
    ],
)  # fmt: skip
def test_what_cannot_be_adopted_is_one_line_with_place_reason_and_fix(
    files: dict[str, str | None],
    words: list[str],
    place: str,
    reason: str,
    fix: str,
    file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    folders.put(folder, {path: text for path, text in files.items() if text is not None})
    for path in [path for path, text in files.items() if text is None]:
        (folder / path).unlink()
    assert run(file, folder, None, *words) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    before, _, after = said.partition(place)
    assert before.endswith(("/", "", ": "))
    assert reason in after
    assert fix in after
    assert not file.exists()
    assert not (Path.home() / ".openstack-mine").exists()


def test_a_stack_file_and_secrets_that_are_there_are_never_written_over(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    assert run(file, folder, folders.ADDRESSES) == 0
    text = file.read_text()
    assert run(file, folder, folders.ADDRESSES) == 1
    assert "never written over" in capsys.readouterr().err
    file.unlink()
    assert run(file, folder, folders.ADDRESSES) == 0
    assert file.read_text() == text
    file.unlink()
    own = Path.home() / ".openstack-mine" / "passwords.yml"
    own.write_text("another: cloud\n")
    assert run(file, folder, folders.ADDRESSES) == 1
    assert "move it away" in capsys.readouterr().err
    assert own.read_text() == "another: cloud\n"
    assert not file.exists()


def test_what_the_folder_does_not_say_is_told_and_all_else_is_written(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    assert run(file, folder) == 0
    left = capsys.readouterr().out.partition("To be added")[2]
    for place in ("networks.management.cidr", "networks.public.cidr", "hosts.deploy.addresses.management"):
        assert f"  cloud:{place}: is missing" in left
    assert "nicProfiles" not in left


def test_the_stack_file_passes_the_lint_of_the_checkout(file: Path, tmp_path: Path) -> None:
    assert run(file, folders.kayobe(tmp_path / "kolla"), folders.KAYOBE_ADDRESSES) == 0
    lint = YamlLintConfig((ROOT / ".yamllint").read_text())
    assert list(linter.run(file.read_text(), lint)) == []


def test_facts_of_ansible_say_subnets_and_addresses(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    devices = {"bond0_20": ("10.20.0", "255.255.255.0"), "bond0_30": ("192.0.2", "255.255.255.128")}
    for at, host in enumerate(("ctl01", "ctl02", "ctl03"), start=11):
        facts: dict[str, Any] = {
            f"ansible_{device}": {"ipv4": {"address": f"{net}.{at}", "netmask": mask}}
            for device, (net, mask) in devices.items()
        }
        facts["ansible_default_ipv4"] = {"address": f"10.20.0.{at}", "gateway": "10.20.0.1"}
        folders.put(tmp_path / "facts", {host: json.dumps(facts)})
    given = {
        "hosts": {
            "deploy": {"addresses": {"management": "10.20.0.5"}},
            "ctl02": {"addresses": {"public": "192.0.2.99"}},
        }
    }
    assert run(file, folder, given, "--facts", str(tmp_path / "facts")) == 0
    assert "To be added" in capsys.readouterr().out  # the certificate's VIP is outside of that subnet
    networks = yaml.safe_load(file.read_text())["config"]["cloud:networks"]
    assert (networks["management"]["cidr"], networks["management"]["gateway"]) == (
        "10.20.0.0/24",
        "10.20.0.1",
    )
    assert networks["public"]["cidr"] == "192.0.2.0/25"
    hosts = yaml.safe_load(file.read_text())["config"]["cloud:hosts"]
    assert [hosts[host]["addresses"]["public"] for host in ("ctl01", "ctl02", "ctl03")] == [
        "192.0.2.11", "192.0.2.99", "192.0.2.13",
    ]  # fmt: skip


def test_the_same_inventory_in_ini_and_yaml_is_the_same(tmp_path: Path) -> None:
    ini = folders.put(
        tmp_path / "ini",
        {
            "hosts": "[a]\nn[01:02] x=1 y='two words'\n[b:children]\na\n[b:vars]\nx=outer\nz=outer\n[all:vars]\nz=all\nw=all\n",
            "group_vars/all.yml": "w: file\n",
            "host_vars/n02/main.yml": "x: 5\n",
        },
    )
    a = "a: {hosts: {'n[01:02]': {x: 1, y: two words}}}"
    said = f"all: {{vars: {{z: all, w: all}}, children: {{b: {{vars: {{x: outer, z: outer}}, children: {{{a}}}}}}}}}"
    other = folders.put(
        tmp_path / "yaml", {"site.yml": said, "group_vars/all": "w: file\n", "host_vars/n02.yaml": "x: 5\n"}
    )
    for found in (read_inventory(ini), read_inventory(other)):
        assert found.hosts("b") == ("n01", "n02")
        assert found.variables("n01") == {"w": "file", "z": "outer", "x": 1, "y": "two words"}
        assert found.variables("n02") == {"w": "file", "z": "outer", "x": 5, "y": "two words"}


def test_all_in_one_is_the_deploy_host_itself(file: Path, tmp_path: Path) -> None:
    local = ["localhost ansible_connection=local"]
    folder = folders.put(
        tmp_path / "kolla",
        {
            "globals.yml": "openstack_release: '2025.1'\nkolla_internal_vip_address: 10.20.0.250\nnetwork_interface: eno1\n",
            "passwords.yml": folders.passwords(),
            "all-in-one": folders.multinode(folders.SERIES, dict.fromkeys(TOP, local)),
        },
    )
    given = {
        "hosts": {"deploy": {"addresses": {"management": "10.20.0.5"}}},
        "networks": {"management": {"cidr": "10.20.0.0/24"}},
    }
    assert run(file, folder, given) == 0
    assert {name: set(host.roles) for name, host in loaded(file).hosts.items()} == {
        "deploy": {*TOP, "deploy"}
    }
