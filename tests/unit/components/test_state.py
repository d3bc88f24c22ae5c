"""States are written in one way, and parts of a plan cannot silently overrule each other."""

from __future__ import annotations

import hashlib
import json

import pytest

from components.state import canonical, digest, merge


def test_writing_is_independent_of_order_and_keeps_letters() -> None:
    assert canonical({"b": 1, "a": "é"}) == canonical({"a": "é", "b": 1}) == '{"a":"é","b":1}'


def test_digest_is_of_the_bytes_that_are_sent() -> None:
    text = canonical({"files": {"/x": {"content": "é"}}})
    expected = json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert digest(text) == hashlib.sha256(expected.encode()).hexdigest()


def test_parts_are_united() -> None:
    whole = merge(
        {"files": {"/a": {"mode": "0644"}}, "modules": ["x"]}, {"files": {"/b": {}}, "modules": ["x", "y"]}
    )
    assert whole == {"files": {"/a": {"mode": "0644"}, "/b": {}}, "modules": ["x", "y"]}


def test_merging_leaves_its_parts_alone() -> None:
    part = {"units": {"a": {"restart_on": ["x"]}}}
    merge(part, {"units": {"a": {"restart_on": ["y"]}}})
    assert part == {"units": {"a": {"restart_on": ["x"]}}}


def test_a_disagreement_is_an_error_that_names_the_place() -> None:
    with pytest.raises(ValueError, match=r"sysctl\.net\.x.*'1' and '0'"):
        merge({"sysctl": {"net.x": "1"}}, {"sysctl": {"net.x": "0"}})
