"""Which services a plan has to render: each that may read what has changed, and no other."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_programs.kolla_run.readers import Tree, read, readers, writers

FILES = {
    "ansible/group_vars/all.yml": 'openstack_tag: "{{ openstack_release }}"\nenable_heat: "{{ enable_core | bool }}"\n',
    "ansible/site.yml": """
- name: Group hosts
  hosts: all
- name: Apply role glance
  hosts: [glance-api, "&enable_glance_True"]
  roles: [{role: glance}]
- name: Apply role heat
  hosts: [heat-api, "&enable_heat_True"]
  roles: [{role: heat}]
- name: Apply role loadbalancer
  hosts: loadbalancer
  roles: [{role: loadbalancer}]
""",
    "ansible/roles/glance/defaults/main.yml": 'glance_tag: "{{ openstack_tag }}"\nglance_image: "x:{{ glance_tag }}"\n',
    "ansible/roles/heat/defaults/main.yml": """
heat_services:
  heat-api:
    container_name: heat_api
    dimensions: "{{ heat_dimensions }}"

  # the other one
  "heat-engine":
    container_name: heat_engine
heat_dimensions: {}
""",
    "ansible/roles/glance/templates/glance.conf.j2": "debug = {{ glance_debug }}\n",
    "ansible/roles/glance/tasks/config.yml": """
- merge_configs:
    sources: ["{{ node_custom_config }}/global.conf", "{{ node_custom_config }}/glance/{{ inventory_hostname }}.conf"]
- import_role:
    name: service-check
  vars:
    image: "{{ glance_image }}"
""",
    "ansible/roles/heat/tasks/config.yml": """
- merge_configs:
    sources: ["{{ node_custom_config }}/global.conf"]
- template: {src: x, dest: "{{ lookup('vars', 'volumes_' + engine) }}"}
""",
    "ansible/roles/loadbalancer/templates/haproxy.cfg.j2": "maxconn {{ haproxy_connections }}\n",
    "ansible/roles/loadbalancer/tasks/config.yml": (
        "- copy: {src: '{{ node_custom_config }}/{{ item }}'}\n  when: \"{{ project_name }}_bound\" is defined\n"
    ),
    "ansible/roles/loadbalancer/handlers/main.yml": "- file: {path: '{{ node_config_directory }}/haproxy'}\n",
    "ansible/roles/service-check/handlers/main.yml": "- file: {path: '{{ node_config_directory }}/haproxy'}\n",
    "ansible/roles/service-check/tasks/main.yml": "- kolla_container: {timeout: '{{ docker_timeout }}'}\n",
    "ansible/filter_plugins/kolla.py": "from kolla_ansible.address import address\n",
    "package/address.py": "def address(host, network):\n    return host.get(network + '_interface')\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    root = tmp_path_factory.mktemp("kolla")
    for name, text in FILES.items():
        path: Path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return read(f"{root}/ansible", f"{root}/package")


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("glance_debug", {"glance"}),  # a template names it
        ("openstack_release", {"glance"}),  # a task names what is made from it
        ("docker_timeout", {"glance"}),  # a role that it takes in does
        ("enable_glance", {"glance"}),  # its play does, by the group's name
        ("enable_core", {"heat"}),
        ("volumes_docker", {"heat"}),  # the name is put together
        ("heat_bound", {"loadbalancer"}),
        ("haproxy_connections", {"loadbalancer"}),
        ("of_nobody", set()),
        ("api_interface", None),  # a filter looks it up, so any role may
    ],
)
def test_an_option_reaches_the_roles_that_may_read_it(
    option: str, expected: set[str] | None, tree: Tree
) -> None:
    assert readers([option], ["globals.yml"], tree) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("config/glance/ctl01.conf", {"glance", "loadbalancer"}),  # which reads whatever it is told
        ("config/global.conf", {"glance", "heat", "loadbalancer"}),
        ("certificates/haproxy.pem", None),
        ("passwords.yml", None),
    ],
)
def test_a_file_reaches_the_roles_that_may_read_it(name: str, expected: set[str] | None, tree: Tree) -> None:
    assert readers([], [name], tree) == expected


def test_a_file_that_nobody_is_known_to_read_reaches_all(tree: Tree) -> None:
    assert readers([], ["config/x.conf"], tree._replace(roles={})) is None


def test_all_that_changed_counts(tree: Tree) -> None:
    assert readers(["glance_debug", "enable_core"], [], tree) == frozenset({"glance", "heat"})
    assert readers(["glance_debug", "api_interface"], [], tree) is None
    assert readers([], [], tree) == frozenset()


def test_a_folder_is_of_the_role_that_writes_it(tree: Tree) -> None:
    assert writers(tree) == {"heat-api": "heat", "heat-engine": "heat", "haproxy": "loadbalancer"}


def test_a_folder_that_two_roles_write_is_of_neither(tree: Tree) -> None:
    two = {**tree.roles, "other": tree.roles["heat"]}
    assert writers(tree._replace(roles=two)) == {"haproxy": "loadbalancer"}
