"""Clouds as sites really have them are accepted, and what they say comes out under Kolla-Ansible's names."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

from config.cloud import CloudConfig
from config.kolla.variables import effective, owners, variables
from config.load import load_mapping
from config.model.errors import ConfigErrors
from config.model.shape import field_at
from config.release_map import known
from config.release_map.options import options
from config.stack_file.yaml_file import read_yaml
from tests.unit.config.support import ROOT, fields

CASES: dict[str, dict[str, Any]] = read_yaml(Path(__file__).parent / "good" / "kolla.yaml").value
BAD = {
    name: case
    for path in sorted((Path(__file__).parent / "bad" / "kolla").glob("*.yaml"))
    for name, case in read_yaml(path).value.items()
}


def load(case: dict[str, Any]) -> CloudConfig:
    raw = fields("prod", case.get("set"), case.get("unset", ()))
    return load_mapping(raw, "prod", ROOT, require_host_keys=False)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_it_is_accepted_and_comes_out_right(case: dict[str, Any]) -> None:
    cloud = load(case)
    written = effective(cloud)
    for name, value in case.get("globals", {}).items():
        assert written[name] == value, name
    assert not set(case.get("not", ())) & set(written)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_option_that_a_field_sets_is_one_of_the_release(case: dict[str, Any]) -> None:
    cloud = load(case)
    assert not {row.name for row in variables(cloud) if row.value is not None} - set(
        options(cloud.releases.openstack)
    )


@pytest.mark.parametrize("series", known())
def test_every_option_that_a_field_owns_is_one_of_the_release(series: str) -> None:
    backend = "valkey" if series >= "2025.1" else "redis"
    change: dict[str, Any] = {"releases.openstack": series, "kolla.coordination.backend": backend}
    unset = ("kolla.cinder.clusterName",) if series < "2024.2" else ()
    cloud = load({"set": change, "unset": unset})
    assert not set(owners(cloud)) - set(options(series))


def test_no_option_has_two_fields() -> None:
    rows = list(variables(load({})))
    assert len({row.name for row in rows}) == len(rows)


def test_each_field_that_owns_an_option_exists() -> None:
    for name, field in owners(load({})).items():
        assert field_at(CloudConfig, tuple(field.split(".")))[0] is not None, (name, field)


def test_there_are_enough_real_mistakes() -> None:
    assert len(BAD) >= 60


def test_the_report_needs_no_network_and_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any, **kwargs: Any) -> None:
        raise AssertionError("the report must not contact anything")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    for case in BAD.values():
        with pytest.raises(ConfigErrors):
            load(case)
