"""Editors know the same stack file as the program."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from jsonschema import Draft7Validator

from config.schema import main, stack_schema
from config.stack_file.yaml_file import read_yaml
from tests.unit.config.support import ROOT

SCHEMA = stack_schema()


def test_the_committed_schema_and_table_are_current() -> None:
    assert main(["--check"]) == 0


def test_the_schema_is_one() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("stack", ["prod", "lab"])
def test_stack_files_are_valid_and_name_the_schema(stack: str) -> None:
    path = ROOT / f"Pulumi.{stack}.yaml"
    assert path.read_text().startswith("# yaml-language-server: $schema=schema/pulumi-stack.schema.json\n")
    assert [e.message for e in Draft7Validator(SCHEMA).iter_errors(read_yaml(path).value)] == []


@pytest.mark.parametrize(
    ("path", "value", "valid"),
    [
        (["cloud:nme"], "x", False),
        (["aws:region"], "x", True),
        (["cloud:releases", "openstack"], 2025.1, True),
        (["cloud:releases", "openstack"], "2025.1", True),
        (["cloud:releases", "openstack"], "caracal", False),
        (["cloud:hosts", "ctl01", "roles"], ["controller"], False),
        (["cloud:hosts", "ctl01", "sysctl"], {"vm.swappiness": 1}, True),
        (["cloud:hosts", "ctl01", "addresses", "managment"], "10.10.10.1", False),
        (["cloud:ssh", "key"], {"secret": {"secure": "v1:abc"}}, True),
        (["cloud:ssh", "key"], {"secret": "text"}, True),
        (["cloud:ssh", "key"], {"secret": {"secur": "v1:abc"}}, False),
        (["cloud:ssh", "known_hosts"], "x", False),
        (["cloud:networks", "public", "vlan"], 4095, False),
    ],
)
def test_the_schema_accepts_what_the_loader_accepts(path: list[str], value: Any, valid: bool) -> None:
    stack = copy.deepcopy(read_yaml(ROOT / "Pulumi.prod.yaml").value)
    parent = stack["config"]
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    assert Draft7Validator(SCHEMA).is_valid(stack) is valid


def test_every_field_is_explained() -> None:
    unexplained = [
        line for line in (ROOT / "docs/config.md").read_text().splitlines() if line.endswith("|  |")
    ]
    assert unexplained == []


def test_the_schema_has_no_path_or_secret_of_this_machine() -> None:
    assert str(ROOT) not in json.dumps(SCHEMA)
