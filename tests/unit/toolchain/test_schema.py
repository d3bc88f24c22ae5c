"""A plugin's schema is the official one, for the types that it has (data/official/PLUGIN.json).

`without` there: words that the source of the file does not tell (an SDK knows nothing of what replaces a resource).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolchain.plugins import PLUGINS, make
from toolchain.plugins.base.check import check
from toolchain.plugins.base.diff import diff
from toolchain.plugins.base.schema import Schema
from toolchain.plugins.base.wire import UNKNOWN, Secret, plain_fields, wire_fields
from toolchain.plugins.command.plugin import SCHEMA

OFFICIAL = {
    path.stem: json.loads(path.read_text())
    for path in Path(__file__).with_name("data").glob("official/*.json")
}
OURS = {name: json.loads(make(name).schema.text) for name in OFFICIAL}
COMMAND = Schema(SCHEMA).resources["command:remote:Command"]
CONNECTION = {"host": "h", "user": "u", "port": 22, "dialErrorLimit": 10, "perDialTimeout": 15}


def flags(plugin: str, properties: dict[str, Any], required: list[str]) -> dict[str, str]:
    found, untold = {}, OFFICIAL[plugin].get("without", ())
    for name, item in properties.items():
        words = [item.get("type") or item["$ref"]]
        words += ["required"] * (name in required)
        words += ["secret"] * item.get("secret", False)
        words += ["replaces"] * (item.get("replaceOnChanges") or item.get("willReplaceOnChanges") or False)
        words += [f"default={item['default']}"] if "default" in item else []
        found[name] = " ".join(word for word in words if word not in untold)
    return found


@pytest.mark.parametrize(
    ("plugin", "token"), [(p, t) for p, o in OFFICIAL.items() for t in sorted(o["resources"])]
)
def test_a_resource_has_the_official_properties(plugin: str, token: str) -> None:
    ours = OURS[plugin]["resources"][token]
    assert {
        "inputs": flags(plugin, ours["inputProperties"], ours.get("requiredInputs", [])),
        "outputs": flags(plugin, ours["properties"], ours.get("required", [])),
    } == OFFICIAL[plugin]["resources"][token]


@pytest.mark.parametrize(
    ("plugin", "token"), [(p, t) for p, o in OFFICIAL.items() for t in sorted(o["types"])]
)
def test_a_type_has_the_official_fields(plugin: str, token: str) -> None:
    ours = OURS[plugin]["types"][token]
    found = (
        [item["value"] for item in ours["enum"]]
        if "enum" in ours
        else flags(plugin, ours["properties"], ours.get("required", []))
    )
    assert found == OFFICIAL[plugin]["types"][token]


@pytest.mark.parametrize("plugin", sorted({*PLUGINS} - {"things"}))
def test_every_type_of_a_plugin_is_compared(plugin: str) -> None:
    """A type without its line in data/official/PLUGIN.json would be tested against nothing."""
    assert plugin in OFFICIAL, f"write tests/unit/toolchain/data/official/{plugin}.json (docs/toolchain.md)"
    for part in ("resources", "types"):
        assert set(OURS[plugin].get(part, {})) == set(OFFICIAL[plugin].get(part, {}))
    assert OURS[plugin]["version"] == OFFICIAL[plugin]["version"]


# inputs, the failures as "property: reason" beginnings
WRONG: list[tuple[dict[str, Any], list[str]]] = [
    ({"connection": CONNECTION}, []),
    ({"connection": UNKNOWN, "create": UNKNOWN}, []),
    ({"connection": Secret(UNKNOWN)}, []),
    ({}, ["connection: is required"]),
    ({"connection": None}, ["connection: is required"]),
    ({"connection": CONNECTION, "stdinn": "x"}, ["stdinn: no such property; did you mean stdin?"]),
    (
        {"connection": {**CONNECTION, "hostkey": "x"}},
        ["connection.hostkey: no such property; did you mean hostKey?"],
    ),
    ({"connection": Secret({"user": "x"})}, ["connection.host: is required"]),
    ({"connection": CONNECTION, "create": 1}, ["create: must be a string, not a number"]),
    ({"connection": CONNECTION, "logging": "all"}, ["logging: must be one of none"]),
    ({"connection": CONNECTION, "triggers": [1, {"a": UNKNOWN}]}, []),
    (
        {"connection": {**CONNECTION, "proxy": {"port": "1"}}},
        ["connection.proxy.port: must be a number", "connection.proxy.host"],
    ),
]


@pytest.mark.parametrize(("inputs", "reasons"), WRONG, ids=repr)
def test_check_names_each_wrong_input(inputs: dict[str, Any], reasons: list[str]) -> None:
    found = [f"{where}: {why}" for where, why in check(wire_fields(inputs), COMMAND.inputs)]
    assert len(found) == len(reasons)
    assert all(text.startswith(reason) for text, reason in zip(found, reasons, strict=True))


def test_check_fills_in_defaults_and_marks_secrets() -> None:
    inputs = wire_fields({"connection": {"host": "h", "privateKey": "k"}})
    assert list(check(inputs, COMMAND.inputs)) == []
    expected = {"host": "h", "privateKey": Secret("k"), "user": "root", "port": 22, "dialErrorLimit": 10}
    assert inputs == wire_fields({"connection": Secret({**expected, "perDialTimeout": 15})})


def test_check_leaves_complete_inputs_as_they_are() -> None:
    inputs = wire_fields({"connection": Secret(CONNECTION), "create": Secret("c"), "stdin": UNKNOWN})
    before = inputs.SerializeToString(deterministic=True)
    assert list(check(inputs, COMMAND.inputs)) == []
    assert inputs.SerializeToString(deterministic=True) == before


# old, new, path -> kind, replacing properties
DIFFS: list[tuple[dict[str, Any], dict[str, Any], dict[str, str], list[str]]] = [
    ({"a": 1}, {"a": 1}, {}, []),
    ({"a": None}, {}, {}, []),
    ({"a": "x"}, {"a": "y"}, {"a": "UPDATE"}, []),
    ({}, {"a": "y"}, {"a": "ADD"}, []),
    ({"a": "x"}, {}, {"a": "DELETE"}, []),
    ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3, "d.e": 4}}, {"a.c": "UPDATE", 'a["d.e"]': "ADD"}, []),
    ({"a": [1, 2]}, {"a": [1, 3, 4]}, {"a[1]": "UPDATE", "a[2]": "ADD"}, []),
    ({"a": Secret({"b": 1})}, {"a": Secret({"b": 2})}, {"a": "UPDATE"}, []),
    ({"a": "x"}, {"a": Secret("x")}, {"a": "UPDATE"}, []),
    ({"a": "x"}, {"a": UNKNOWN}, {"a": "UPDATE"}, []),
    ({"triggers": [1]}, {"triggers": [2]}, {"triggers[0]": "UPDATE_REPLACE"}, ["triggers"]),
    ({}, {"triggers": [2]}, {"triggers": "ADD_REPLACE"}, ["triggers"]),
    ({"ignored": 1}, {"ignored": 2}, {}, []),
]


@pytest.mark.parametrize(("old", "new", "paths", "replaces"), DIFFS, ids=repr)
def test_diff_names_each_change(
    old: dict[str, Any], new: dict[str, Any], paths: dict[str, str], replaces: list[str]
) -> None:
    answer = diff(wire_fields(old), wire_fields(new), COMMAND.replacing, {"ignored"})
    assert {path: item.Kind.Name(item.kind) for path, item in answer.detailedDiff.items()} == paths
    assert list(answer.replaces) == replaces
    assert answer.changes == (answer.DIFF_SOME if paths else answer.DIFF_NONE)


def test_plain_fields_opens_an_object() -> None:
    assert plain_fields(wire_fields({"a": Secret(1)})) == {"a": 1}
