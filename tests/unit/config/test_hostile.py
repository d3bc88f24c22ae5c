"""No stack file whatever ends in a traceback: hostile values at every place, and YAML itself.

The whole of Pulumi.prod.yaml with every optional section filled is the tree; hypothesis replaces any node of it, or the
key of any mapping. What is accepted has to be planned as well. Reports are one line for each fact and printable.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from components.firewall.plan import plan_firewall
from components.kolla_cluster.plan import plan_kolla
from config.load import load_mapping, load_stack_file
from config.model.errors import ConfigErrors
from config.stack_file.yaml_file import read_yaml
from tests.unit.config.support import ROOT, fields

_FILLED: dict[str, Any] = read_yaml(Path(__file__).with_name("filled.yaml")).value
TREE = fields("prod", _FILLED)
_ODD: list[Any] = read_yaml(Path(__file__).with_name("odd.yaml")).value
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**19), 10**19)
    | st.floats(allow_nan=False, allow_infinity=False)
)
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
_VALUES = st.sampled_from(_ODD) | st.recursive(
    _LEAVES | _TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _nodes(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of every node."""
    if place:
        yield place
    steps: Any = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, below in steps:
        yield from _nodes(below, (*place, step))


PLACES = list(_nodes(TREE))


def _changed(place: tuple[Any, ...], value: Any, *, key: bool) -> dict[str, Any]:
    raw = copy.deepcopy(TREE)
    parent: Any = raw
    for step in place[:-1]:
        parent = parent[step]
    if key and isinstance(parent, dict):
        parent[str(value)] = parent.pop(place[-1])
    else:
        parent[place[-1]] = value
    return raw


def _reported(raw: dict[str, Any]) -> ConfigErrors | None:
    """The report; none: the cloud is planned."""
    try:
        cloud = load_mapping(raw, "hostile", ROOT, require_host_keys=False)
    except ConfigErrors as errors:
        return errors
    plan_firewall(cloud)
    plan_kolla(cloud)
    return None


def test_the_tree_itself_is_right() -> None:
    assert _reported(TREE) is None


@settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(place=st.sampled_from(PLACES), value=_VALUES, key=st.booleans())
@example(place=("kolla", "images", "registry"), value="https://a:hunter2@b", key=False)
def test_a_hostile_stack_file_is_one_report_or_a_plan(place: tuple[Any, ...], value: Any, key: bool) -> None:
    if errors := _reported(_changed(place, value, key=key)):
        _check(errors)


def _check(errors: ConfigErrors) -> None:
    assert errors.problems
    report = str(errors)
    assert all(sign.isprintable() or sign == "\n" for sign in report)
    assert "hunter2" not in report
    for problem in errors.problems:
        assert "\n" not in problem.path + problem.reason + problem.fix + (problem.value or "")


@settings(
    max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(text=st.text(st.sampled_from("a:- \n{}[]*&!|>'\"?,#<~0x9e.%@`\t\\"), max_size=60))
def test_any_text_as_a_stack_file_is_a_report(tmp_path: Path, text: str) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(text)
    with pytest.raises(ConfigErrors) as caught:
        load_stack_file(file)
    _check(caught.value)


_LAUGHS = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{at}: &a{at} [{','.join([f'*a{at - 1}'] * 10)}]\n" for at in range(1, 10)
)
YAML = {
    "merged text": ("  cloud:x: {<<: hello}\n", "merges what is not a mapping"),
    "merged list": ("  cloud:x:\n    <<: [1, 2]\n", "merges what is not a mapping"),
    "merged nothing": ("  cloud:x:\n    <<:\n", "merges what is not a mapping"),
    "merged itself": ("  cloud:x: &x\n    <<: *x\n", "refers to itself"),
    "huge number": (f"  cloud:x: {'9' * 5000}\n", "is a number of 5000 characters"),
    "huge hexadecimal number": (f"  cloud:x: 0x{'f' * 5000}\n", "is a number of 5002 characters"),
    "huge octal number": (f"  cloud:x: 0o{'7' * 5000}\n", "is a number of 5002 characters"),
    "endless number": ("  cloud:x: 1.0e999\n", "is a number without an end"),
    "deep": (f"  cloud:x: {'[' * 500}{']' * 500}\n", "has more than 64 levels"),
    "deep and open": (f"  cloud:x: {'[' * 100_000}\n", "has more than 64 levels"),
    "deep list": (f"  cloud:x:\n    {'- ' * 10_000}\n", "has more than 64 levels"),
    "deep keys": (f"  cloud:x:\n    {'? ' * 10_000}\n", "has more than 64 levels"),
    "laughs": (_LAUGHS, "has more than 100000 values"),
    "mapping as a key": ("  ? {a: b}\n  : c\n", "has a mapping as a key"),
    "list as a key": ("  [1, 2]: c\n", "has a list as a key"),
    "half a character": ('  cloud:x: "\\ud800"\n', "has half a character"),
    "half a character as a key": ('  "cloud:\\ud800": 1\n', "has a key with half a character"),
    "unknown alias": ("  cloud:x: *nope\n", "is not valid YAML"),
    "no field": ('  "cloud:": 1\n', "there is no such key"),
    "tag": ("  cloud:x: !!python/object:os.system ls\n", "there is no such key"),
    "two documents": ("---\nconfig: {}\n", "is not valid YAML"),
    "NUL": ("  cloud:x: \0\n", "is not valid YAML"),
    "control characters": ('  "cloud:\\e[31m": 1\n', "there is no such key"),
}


@pytest.mark.parametrize(("more", "reason"), YAML.values(), ids=YAML)
def test_yaml_that_nobody_means_is_told(tmp_path: Path, more: str, reason: str) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text((ROOT / "Pulumi.prod.yaml").read_text() + more)
    with pytest.raises(ConfigErrors) as caught:
        load_stack_file(file, require_host_keys=False)
    assert any(reason in problem.reason for problem in caught.value.problems), str(caught.value)
    _check(caught.value)


def test_a_release_is_not_rounded(tmp_path: Path) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(
        (ROOT / "Pulumi.prod.yaml").read_text().replace("openstack: 2026.1", "openstack: 2025.10")
    )
    with pytest.raises(ConfigErrors, match=r"2025.10\n    is read as the number 2025.1"):
        load_stack_file(file, require_host_keys=False)


def test_a_hundred_wrong_options_and_paths_are_one_report() -> None:
    raw = fields("prod")
    raw["kolla"]["globals"] = {f"enable_nonesuch_{at}": True for at in range(100)}
    raw["kolla"]["overrides"] = {f"nova/nova-{at}/nova-compute.conf.d": "[DEFAULT]\n" for at in range(100)}
    errors = _reported(raw)
    assert errors
    assert len(errors.problems) == 200
