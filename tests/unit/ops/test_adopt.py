"""`make adopt`: the stack file of a cloud that is there means the same, and says what it cannot say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from components.kolla_cluster.globals import global_options
from components.kolla_cluster.passwords import read_passwords
from components.kolla_cluster.plan import KollaPlan, plan_kolla
from components.kolla_cluster.secret_files import read_secrets
from config.kolla.hosts import TOP
from config.kolla.passwords import parse
from config.kolla.services.grafana import is_dashboard
from config.load import load_mapping
from config.release_map import known
from config.release_map.inventory import groups
from config.stack_file.structure import parse as structured
from ops.adopt.effect import Effect
from ops.adopt.folder import read_folder
from ops.adopt.inventory import Inventory, read_inventory
from ops.adopt.search import Search
from tests.unit.config.expressible import everything
from tests.unit.config.support import fields
from tests.unit.ops import adopt_folders as folders
from tests.unit.ops import adopt_texts
from tests.unit.ops.adopting import loaded, otherwise, run
from tests.unit.support import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.mine.yaml"


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
    """The hosts of each group of the release, besides those of the deploy host itself."""
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
FOR_PROXYSQL = "kolla_copy_ca_into_containers"
"""With TLS inside, ProxySQL of 2025.1 does not start without it (config/kolla/proxysql_tls.py)."""


def test_plain_kolla_ansible_comes_back_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    assert run(file, folder, adopt_texts.ADDRESSES) == 0
    told = otherwise(capsys.readouterr().out)
    assert [told_of(line) for line in told] == [f"the release: {NAMED_OTHERWISE}: "]
    cloud = loaded(file)
    assert differing(folder, plan_kolla(cloud), tmp_path) == {NAMED_OTHERWISE}
    assert read_passwords(cloud) == {
        **(parse(folders.passwords()) or {}),
        "keystone_admin_password": "later-than-passwords-yml",
    }
    texts = {path: text for path, text in plan_kolla(cloud).overrides.items() if not is_dashboard(path)}
    assert texts == {**adopt_texts.INI, "nfs_shares": "192.0.2.9:/volumes\n"}


def test_kayobes_layout_comes_back_whole(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kayobe(tmp_path / "kolla")
    assert run(file, folder, adopt_texts.KAYOBE_ADDRESSES) == 0
    told = otherwise(capsys.readouterr().out)
    assert (
        [told_of(line) for line in told]
        == [
            f"the release: {FOR_PROXYSQL}: ",
            "config/octavia/octavia-api.conf: gets `default_provider_driver = amphora`",  # as is Octavia's own default
            "globals.yml: docker_custom_config: ",
        ]
    )
    cloud = loaded(file)
    plan = plan_kolla(cloud)
    assert differing(folder, plan, tmp_path) == {"docker_custom_config", FOR_PROXYSQL}
    assert plan.overrides.items() >= adopt_texts.KAYOBE_TEXTS.items()
    assert read_passwords(cloud) == parse(folders.passwords())
    assert cloud.kolla
    assert cloud.kolla.neutron.bridges == {"br-a": "eno3", "br-b": "eno4"}
    assert members(inventory_of(plan, tmp_path)) == members(read_folder(folder).inventory)


def test_a_host_keeps_a_device_of_its_own(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kayobe(tmp_path / "kolla")
    own = folder / "inventory" / "overcloud" / "host_vars" / "kcmp2"
    own.write_text(own.read_text().replace("network_interface: bond0.101", "network_interface: eno4"))
    assert run(file, folder, adopt_texts.KAYOBE_ADDRESSES) == 0
    assert "kcmp2: network_interface" not in capsys.readouterr().out
    plan = plan_kolla(loaded(file))
    found = inventory_of(plan, tmp_path)
    assert found.variables("kcmp2")["network_interface"] == "eno4"
    others = [host for host in found.hosts("control") + found.hosts("compute") if host != "kcmp2"]
    assert {found.variables(host)["network_interface"] for host in others} == {"bond0.101"}
    assert "network_interface" not in yaml.safe_load(plan.globals_yaml)


def test_a_cluster_of_ceph_that_is_there_is_used_and_its_keys_are_asked_for(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.with_ceph(tmp_path / "kolla")
    assert run(file, folder, adopt_texts.ADDRESSES) == 0
    out = capsys.readouterr().out
    assert [line.partition(": ")[0] for line in otherwise(out)] == [
        "the release",  # openvswitch_hostname, as above
        "cloud:kolla.cinder.backupShare",  # backups go to Ceph, so nobody reads it
    ]
    asked = re.findall(r"^  (cloud:ceph\S+): a key", out, re.MULTILINE)
    assert asked == [f"cloud:ceph.external.keys.{user}" for user in ("glance", "cinder", "cinder-backup")]
    said = yaml.safe_load(file.read_text())["config"].items()
    raw = {key.removeprefix("cloud:"): value for key, value in said if key.startswith("cloud:")}
    assert raw["ceph"]["fsid"] == "4b5c8c0a-ff60-454b-a1b4-9747aa737d19"
    assert raw["ceph"]["external"] == {"monHosts": ["10.22.0.7", "10.22.0.8"]}
    raw["ceph"]["external"]["keys"] = dict.fromkeys(
        ("glance", "cinder", "cinder-backup"), "encrypted-in-the-stack"
    )
    plan = plan_kolla(load_mapping(raw, "with keys", tmp_path, require_host_keys=False))
    assert differing(folder, plan, tmp_path) == {NAMED_OTHERWISE, "cinder_backup_share"}
    assert not [path for path in plan.overrides if "ceph" in path]


def test_the_products_own_dashboards_are_written_anew_and_the_sites_are_kept(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _, given = folders.prod(tmp_path / "kolla", "2026.1")
    own = folder / "config/grafana/dashboards/mine.json"
    own.write_text('{"title": "Mine"}\n')
    assert run(file, folder, given) == 0
    assert otherwise(capsys.readouterr().out) == []
    kolla = loaded(file).kolla
    assert kolla is not None
    assert [path for path in kolla.overrides if "grafana" in path] == ["grafana/dashboards/mine.json"]
