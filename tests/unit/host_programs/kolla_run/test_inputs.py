"""What a deployment is made from, and the playbooks that it is rendered with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from host_programs.kolla_run.definitions import variables
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.events import judge
from host_programs.kolla_run.inputs import Inputs, changed_options, read_inputs, read_yaml, reason_for_all
from tests.unit.host_programs.kolla_run.fake import FakeHost


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("globals.yml", "passwords.yml", "inventory", "ansible.cfg", "config/glance/ceph.conf"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def _read(folder: Path, **options: object) -> Inputs:
    return read_inputs(str(folder), "20.6.0", options)


@pytest.mark.parametrize(
    "name",
    ["globals.yml", "passwords.yml", "inventory", "config/glance/ceph.conf", "certificates/ca/new.crt"],
)
def test_another_file_is_another_input(folder: Path, name: str) -> None:
    before = _read(folder).digest
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("changed")
    assert _read(folder).digest != before


@pytest.mark.parametrize("name", ["ansible.cfg", "admin-openrc.sh", "clouds.yaml"])
def test_what_only_says_how_or_comes_from_post_deploy_is_none(folder: Path, name: str) -> None:
    before = _read(folder).digest
    (folder / name).write_text("changed")
    assert _read(folder).digest == before


def test_a_missing_file_is_named(folder: Path) -> None:
    (folder / "inventory").unlink()
    with pytest.raises(RunError, match="inventory: cannot be read: No such file"):
        _read(folder)


def test_options_are_compared_by_value(folder: Path) -> None:
    before = _read(folder, kept=[1, {"a": None}], changed="no", gone=1).document()
    now = _read(folder, kept=[1, {"a": None}], changed=False, new=1)
    assert changed_options(now, before) == ["changed", "gone", "new"]


def test_why_all_services_are_gone_through(folder: Path) -> None:
    now = _read(folder)
    assert reason_for_all(now, None) == "it is the first time"
    assert reason_for_all(now, now.document()) == ""
    assert reason_for_all(now, {**now.document(), "inventory": "x"}) == "the inventory changed"
    old = reason_for_all(now, {**now.document(), "release": "20.5.0"})
    assert old == "Kolla-Ansible 20.5.0 became 20.6.0"


def test_yaml_is_read_by_ansibles_python_and_its_errors_show_no_content(tmp_path: Path) -> None:
    good, bad = tmp_path / "globals.yml", tmp_path / "passwords.yml"
    good.write_text("a: yes\nb: [1]\n")
    bad.write_text("password: [canary")
    assert read_yaml(sys.executable, str(good)) == [{"a": True, "b": [1]}]
    with pytest.raises(RunError) as caught:
        read_yaml(sys.executable, str(good), str(bad))
    assert "canary" not in str(caught.value)
    bad.write_text("- canary\n")
    with pytest.raises(RunError, match="no mapping of names"):
        read_yaml(sys.executable, str(bad))


def test_variables_are_those_of_deployed_roles(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    common, roles = variables(host.paths.venv("2025.1"))
    assert set(common) == {"glance_tag"}
    assert set(roles) == {"glance", "heat"}
    assert "glance_api_image_full" in roles["glance"]["glance_services"]


def test_the_deploy_host_itself_counts_only_where_it_is_alone() -> None:
    def recap(*hosts: str) -> int:
        return judge([*({"e": "host", "host": host} for host in hosts), {"e": "end"}], 0).hosts

    assert recap("ctl01", "localhost") == 1
    assert recap("localhost") == 1
