"""Which services an option reaches through Kolla-Ansible's own variables."""

from __future__ import annotations

from host_programs.kolla_run.definitions import TASKS, affected, derived, of_tasks, uses

GROUP_VARS = """---
openstack_release: "2025.1"
openstack_tag: "{{ openstack_release ~ openstack_tag_suffix }}"
openstack_logging_debug: "False"
# glance_old: comment
enable_glance: "{{ enable_openstack_core | bool }}"
"""
GLANCE = """---
glance_services:
  glance-api:
    image: "{{ glance_api_image_full }}"
    dimensions: "{{ glance_api_dimensions }}"

glance_tag: "{{ openstack_tag }}"
glance_api_image_full: "{{ glance_api_image }}:{{ glance_api_tag }}"
glance_api_tag: "{{ glance_tag }}"
glance_logging_debug: "{{ openstack_logging_debug }}"
"""
HEAT = """---
heat_services:
  heat-api:
    image: "{{ heat_api_image_full }}"
heat_api_image_full: "{{ heat_api_image }}:{{ heat_tag }}"
heat_tag: "{{ openstack_tag }}"
"""
COMMON = uses(GROUP_VARS)
ROLES = {"glance": uses(GLANCE), "heat": uses(HEAT), "tools": uses("x: 1\n")}


def test_an_image_tag_reaches_the_containers_made_from_it() -> None:
    assert affected(["glance_tag"], COMMON, ROLES) == {"glance": ["glance_tag"]}
    assert affected(["openstack_tag_suffix"], COMMON, ROLES) == {
        "glance": ["openstack_tag_suffix"],
        "heat": ["openstack_tag_suffix"],
    }


def test_what_only_files_are_made_from_reaches_no_container() -> None:
    assert affected(["glance_logging_debug", "openstack_logging_debug"], COMMON, ROLES) == {}


def test_tasks_count_as_one_more_container() -> None:
    roles = {"neutron": {**uses("neutron_services: {}\n"), TASKS: frozenset({"neutron_bridge_name"})}}
    assert affected(["neutron_bridge_name"], {}, roles) == {"neutron": ["neutron_bridge_name"]}


def test_what_only_containers_are_made_from_has_no_tasks_run() -> None:
    words = frozenset({"glance_services", "glance_debug"})
    roles = of_tasks({"glance": {**uses(GLANCE), TASKS: words}})
    assert affected(["glance_tag"], COMMON, roles) == {}
    assert affected(["glance_debug"], COMMON, roles) == {"glance": ["glance_debug"]}


def test_variables_that_use_each_other_come_to_an_end() -> None:
    assert derived(["a"], uses('a: "{{ b }}"\nb: "{{ a }}"\n')) == {"a", "b"}


def test_a_role_without_containers_is_never_named() -> None:
    assert affected(["x"], COMMON, ROLES) == {}
