"""The generator, on a tiny package of the same layout as the published ones."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from config.release_map import pinned
from ops.release_data.__main__ import main
from ops.release_data.document import document, text
from ops.release_data.kinds import Kinds
from ops.release_data.package import Package, PackageError, find

SERIES = "2025.1"
VERSION = pinned()[SERIES]
FILES = {
    "ansible/group_vars/all.yml": """\
enable_glance: "yes"
enable_cinder: "{{ 'no' if enable_glance | bool else other }}"
glance_port: "9292"
glance_listen_port: "{{ glance_port }}"
kolla_base_distro: "rocky"
long_text: "a text 0123456789012345678901234567890123456789012345678901234567890123"
enable_late: "{{ enable_glance | bool and (glance_port == '9292' or glance_port == '19292') }}"
""",
    "ansible/roles/glance/defaults/main.yml": """\
glance_services:
  glance-api: {container_name: glance_api, group: glance-api, enabled: true}
  glance-agent: {container_name: glance_agent, host_in_groups: "{{ inventory_hostname in groups['compute'] }}"}
glance_extra: []
kolla_base_distro: "never this one"
""",
    "ansible/roles/glance/tasks/main.yml": """\
- command: "true"
  register: glance_result
  when: glance_result is defined and glance_optional | default(true) | bool
- set_fact: {glance_fact: "{{ glance_fact | default(1) }}"}
""",
    "ansible/roles/glance/templates/glance.conf.j2": """\
{% for host_item in groups['x'] %}{{ host_item.some_attribute }}{% endfor %}
key = {{ glance_required }} {{ database_password }} {{ glance_port | some_filter('quoted_word') }}
""",
    "ansible/roles/prechecks/vars/main.yml": "host_os_distributions: {Debian: [bookworm]}\n",
    "ansible/site.yml": """\
- import_playbook: more.yml
- hosts: [glance-api, '&enable_glance_True']
  tags: always
  roles: [{role: glance, tags: glance}]
""",
    "ansible/more.yml": """\
- hosts: [mariadb]
  tasks: [{include_role: {name: mariadb}, tags: mariadb}]
""",
    "ansible/inventory/multinode": """\
[control]
control01  # a host
[compute]
[glance:children]
control
[glance-api:children]
glance
""",
    "etc_examples/kolla/passwords.yml": "database_password:\nkolla_ssh_key: {private_key: , public_key: }\n",
    "etc_examples/kolla/globals.yml": '#only_in_sample: "x"\n# A sentence: not an option\n',
    "requirements-core.yml": "collections: [{name: ansible.posix, version: <2}]\n",
}
METADATA = "Metadata-Version: 2.1\nName: kolla-ansible\nRequires-Python: >=3.10\nRequires-Dist: ansible-core<2.19,>=2.17\n"
ENTRIES = "[kolla_ansible.cli]\ndeploy = a:B\ncheck = a:C\n"


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with one small wheel."""
    folder = tmp_path / "packages"
    folder.mkdir()
    with zipfile.ZipFile(folder / f"kolla_ansible-{VERSION}-py3-none-any.whl", "w") as wheel:
        for path, content in FILES.items():
            wheel.writestr(f"kolla_ansible-{VERSION}.data/data/share/kolla-ansible/{path}", content)
        wheel.writestr(f"kolla_ansible-{VERSION}.dist-info/METADATA", METADATA)
        wheel.writestr(f"kolla_ansible-{VERSION}.dist-info/entry_points.txt", ENTRIES)
    return folder


@pytest.fixture
def read(packages: Path) -> dict[str, Any]:
    return document(find(VERSION, packages), SERIES)


def test_options_have_type_default_and_place(read: dict[str, Any]) -> None:
    options = read["options"]
    assert list(options) == sorted(options)
    assert options["enable_glance"] == ("bool", "yes", "group_vars/all")
    assert options["enable_cinder"][0] == "bool"
    assert options["glance_listen_port"] == ("int", "{{ glance_port }}", "group_vars/all")
    assert options["kolla_base_distro"] == ("str", "rocky", "group_vars/all")
    assert options["glance_extra"] == ("list", "[]", "roles/glance/defaults")
    assert options["long_text"][1].endswith("…")
    assert len(options["long_text"][1]) == 60
    assert options["enable_late"][1].endswith("'19292') }}")


def test_what_is_only_read_counts_and_what_plays_make_does_not(read: dict[str, Any]) -> None:
    options = read["options"]
    assert options["glance_optional"] == ("any", "", "read in roles/glance")
    assert options["glance_required"][2] == "read in roles/glance"
    assert options["only_in_sample"][2] == "etc/kolla/globals.yml"
    made = {
        "glance_result",
        "glance_fact",
        "host_item",
        "some_attribute",
        "some_filter",
        "quoted_word",
        "database_password",
    }
    assert not made & set(options)


def test_the_rest_of_the_release(read: dict[str, Any]) -> None:
    assert read["groups"] == {"control": [], "compute": [], "glance": ["control"], "glance-api": ["glance"]}
    assert read["plays"] == [
        ["mariadb", ["mariadb"], ["mariadb"]],
        ["glance", ["always", "glance"], ["glance-api"]],
    ]
    assert read["services"] == {
        "glance-agent": ["glance", "glance_agent", ["compute"]],
        "glance-api": ["glance", "glance_api", ["glance-api"]],
    }
    assert read["passwords"] == ["database_password", "kolla_ssh_key"]
    assert read["verbs"] == ["check", "deploy"]
    assert read["requires"] == {"ansible-core": "<2.19,>=2.17", "python": ">=3.10"}
    assert read["collections"] == {"ansible.posix": "<2"}
    assert read["hostSystems"] == {"Debian": ["bookworm"]}


def test_the_file_has_a_line_for_each_entry(read: dict[str, Any]) -> None:
    written = text(read)
    assert json.loads(written)["options"]["glance_port"] == ["int", "9292", "group_vars/all"]
    assert '"glance_port": ["int", "9292", "group_vars/all"],\n' in written


def test_check_says_what_is_out_of_date_and_writes_nothing(
    packages: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = [SERIES, "--packages", str(packages), "--output", str(tmp_path)]
    assert main([*arguments, "--check"]) == 1
    assert f"out of date: {SERIES}" in capsys.readouterr().err
    assert not (tmp_path / f"{SERIES}.json").exists()
    assert main(arguments) == 0
    assert main([*arguments, "--check"]) == 0
    assert main(arguments) == 0
    assert capsys.readouterr().out.endswith("nothing changed\n")


def test_a_missing_package_is_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([SERIES, "--packages", str(tmp_path)]) == 1
    assert f"has no kolla_ansible-{VERSION}-" in capsys.readouterr().err


def test_another_wheel_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="not a wheel of kolla-ansible"):
        Package(tmp_path / "requests-2.0-py3-none-any.whl")


@pytest.mark.parametrize(
    ("default", "kind"),
    [
        (True, "bool"),
        ("no", "bool"),
        ("False", "bool"),
        (3, "int"),
        ("3306", "int"),
        (1.5, "float"),
        ("text", "str"),
        ("", "any"),
        (None, "any"),
        ([], "list"),
        ({}, "dict"),
        ("{{ a | bool }}", "bool"),
        ("{{ a | default('x') | int }}", "int"),
        ("{{ a | bool and not b | bool }}", "bool"),
        ("{{ a == 'x' }}", "bool"),
        ("{{ a is defined }}", "bool"),
        ("{{ (a or b) | bool }}", "bool"),
        ("{{ (a == 'x') and (b | length > 0) }}", "bool"),
        ("{{ 'yes' if a else 'no' }}", "bool"),
        ("{{ '443' if a | bool else '80' }}", "int"),
        ("{{ 'x' if a else [] }}", "any"),
        ("{{ number }}", "int"),
        ("{{ circle }}", "any"),
        ("{{ omit }}", "any"),
        ("{{ a }}-{{ b }}", "str"),
        ("{{ a or b }}", "any"),
        ("{% if a %}1{% endif %}", "any"),
    ],
)
def test_a_default_tells_the_type(default: Any, kind: str) -> None:
    assert Kinds({"number": "5", "circle": "{{ circle }}"}).kind(default) == kind
