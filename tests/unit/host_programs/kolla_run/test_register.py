"""The registration in Keystone: that it asks for what the release's own role asks for, and the way into the toolbox."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment

from config.release_map import known, release
from host_programs.ansible.module_utils import cloud_keystone_inside as inside
from host_programs.kolla_run import replaced
from host_programs.kolla_run.dialect import Request
from tests.unit.host_programs.kolla_run.fake import OURS, FakeHost
from tests.unit.host_programs.kolla_run.keystone_host import (
    OLD_NAMES,
    PASSWORD,
    VARIABLES,
    Toolbox,
    truth,
)
from tests.unit.host_programs.kolla_run.support import data

ROLES: list[dict[str, Any]] = data("register_roles.yaml")
CONNECTION = ("region_name", "auth", "cloud", "interface", "cacert")


def _role_calls(row: dict[str, Any], variables: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Modules and arguments as the release's own role gives them."""
    environment = NativeEnvironment()
    environment.filters["bool"] = truth
    omit = object()

    def render(text: str, item: Any) -> Any:
        # str() of a native value is what the role passes where it is no mapping.
        return environment.from_string(text).render({**variables, "item": item, "omit": omit})

    for task in row["tasks"]:
        loop = task["loop"]
        items = render(loop if isinstance(loop, str) else loop[0], None)
        if not isinstance(loop, str):
            items = [(item, below) for item in items for below in item[loop[1]]]
        for item in items:
            if "when" in task and not render("{{ " + task["when"] + " }}", item):
                continue
            args = {name: render(text, item) for name, text in task["args"].items()}
            name = task["module"].removeprefix("openstack.cloud.")
            yield OLD_NAMES.get(name, name), {k: v for k, v in args.items() if v is not omit}


def _ours(variables: dict[str, Any]) -> list[inside.Call]:
    given = {
        "endpoint_region": variables["service_ks_register_endpoint_region"],
        "domain": variables["service_ks_register_domain"],
        "update_passwords": variables["update_keystone_service_user_passwords"],
        **{
            name: variables[f"service_ks_register_{name}"]
            for name in ("services", "users", "roles", "user_roles")
        },
    }
    return list(inside.calls(given))


def test_every_release_was_compared() -> None:
    looked = [version for row in ROLES for version in row["releases"]]
    assert sorted(looked) == sorted(release(series).kolla_ansible for series in known())
    assert {row["sha256"][:16] for row in ROLES} == replaced.REGISTER_ROLES


@pytest.mark.parametrize("always", [False, True])
@pytest.mark.parametrize("row", ROLES, ids=lambda row: row["releases"][0])
def test_the_same_modules_get_the_same_arguments(row: dict[str, Any], always: bool) -> None:
    variables = {**VARIABLES, "update_keystone_service_user_passwords": always}
    theirs = [
        (name, {key: value for key, value in args.items() if key not in CONNECTION})
        for name, args in _role_calls(row, variables)
    ]
    ours = [
        (call.module, {key: value for key, value in call.args.items() if value is not None})
        for call in _ours(variables)
    ]
    # A state that is the module's own default need not be given.
    for _, args in [*theirs, *ours]:
        if args.get("state") == "present":
            del args["state"]
    assert ours == theirs


@pytest.mark.parametrize("row", ROLES, ids=lambda row: row["releases"][0])
def test_our_role_reads_what_the_releases_own_reads(row: dict[str, Any]) -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"\b(?:service_ks_|openstack_|update_keystone_)\w+", text))

    [task] = yaml.safe_load((OURS / replaced.REGISTER).read_text())
    theirs = names(json.dumps([[task["loop"], task["args"]] for task in row["tasks"]]))
    assert theirs <= names(json.dumps(task["cloud_keystone_register"])) <= theirs | {"openstack_auth_cloud"}
    assert {task[key] for key in ("become", "run_once")} == {True}
    assert [names(str(task[key])) for key in ("retries", "delay")] == [
        {"service_ks_register_retries"},
        {"service_ks_register_delay"},
    ]


def test_a_state_and_a_user_without_a_password_are_passed_on() -> None:
    service = {"name": "old", "type": "old", "state": "absent", "endpoints": []}
    variables = {
        **VARIABLES,
        "update_keystone_service_user_passwords": True,
        "service_ks_register_services": [service],
        "service_ks_register_users": [{"project": "service", "user": "x", "role": "y"}],
    }
    calls = {call.module: call.args for call in _ours(variables)}
    assert calls["catalog_service"]["state"] == "absent"
    assert calls["identity_user"]["update_password"] == "on_create"


def test_what_is_there_stays_and_what_differs_is_updated_in_place(tmp_path: Path) -> None:
    box = Toolbox(tmp_path)
    first = box.register()
    rows = box.rows()
    assert len(first["done"]) == 12
    assert [row["url"] for row in rows["endpoint"]] == ["http://in:9292", "http://out:9292"]
    assert [row["name"] for row in rows["service"]] == ["glance"]
    assert box.register() == {"changed": False, "done": []}
    assert box.rows() == rows

    moved = json.loads(json.dumps(VARIABLES["service_ks_register_services"]).replace("in:9292", "in:9999"))
    label = "endpoint glance internal http://in:9999"
    assert box.register(check=True, service_ks_register_services=moved)["done"] == [label]
    assert box.rows() == rows
    assert box.register(service_ks_register_services=moved)["done"] == [label]
    assert [row["url"] for row in box.rows()["endpoint"]] == ["http://in:9999", "http://out:9292"]


def test_a_password_of_a_user_that_is_there_is_set_only_where_the_release_says_so(tmp_path: Path) -> None:
    box = Toolbox(tmp_path)
    box.register()
    users = json.loads(json.dumps(VARIABLES["service_ks_register_users"]).replace(PASSWORD, "other"))
    assert box.register(service_ks_register_users=users)["done"] == []
    done = box.register(service_ks_register_users=users, update_keystone_service_user_passwords=True)["done"]
    assert done == ["user glance", "user glance2"]
    assert [row["password"] for row in box.rows()["user"]] == ["other", "other2"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            ("http://out:9292", "http://refuse"),
            "endpoint glance public http://refuse: ConnectionError: Keystone is away",
        ),
        (
            ('"public"', '"outside"'),
            "endpoint glance outside http://out:9292: value of endpoint_interface must be one of",
        ),
        (
            ('"interface"', '"face"'),
            "an entry has no 'interface': see services, users and user_roles of the role",
        ),
    ],
)
def test_a_failure_is_one_line_that_says_what_it_was_about(
    change: tuple[str, str], message: str, tmp_path: Path
) -> None:
    services = json.loads(json.dumps(VARIABLES["service_ks_register_services"]).replace(*change))
    said = Toolbox(tmp_path).register(service_ks_register_services=services)["msg"]
    assert said.startswith(message)
    assert "\n" not in said


def test_a_toolbox_that_does_not_run_is_said(tmp_path: Path) -> None:
    box = Toolbox(tmp_path)
    box.script("docker", "echo 'Error response from daemon: No such container: kolla_toolbox' >&2; exit 1")
    said = box.register()["msg"]
    assert said == "kolla_toolbox: exit code 1: Error response from daemon: No such container: kolla_toolbox"


def test_only_a_role_that_was_compared_is_replaced(tmp_path: Path) -> None:
    host = FakeHost(tmp_path)
    path = host.source / replaced.REGISTER
    path.parent.mkdir(parents=True)
    path.write_text("- name: another\n")
    host.kolla().run(Request("deploy"))
    assert "-p" not in host.argv
    assert any("is not one that ours was compared with" in line for line in host.said)
    known_now = {hashlib.sha256(path.read_bytes()).hexdigest()[:16]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replaced, "REGISTER_ROLES", known_now)
        host.kolla().run(Request("deploy"))
    for name in (replaced.REGISTER, *replaced.REGISTER_MODULES):
        assert Path(host.paths.tree, name).read_text() == (OURS / name).read_text()
