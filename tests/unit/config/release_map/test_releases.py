"""Facts of the releases: complete, in agreement with the packages and with each other."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from typing import get_args

import pytest
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from config.release_map import (
    host_systems,
    known,
    pinned,
    refuse_data_loss,
    release,
    support_ended,
    upgrades_to,
)
from config.release_map.data_file import data
from config.site.releases import HOST_SYSTEMS, HostOs, OpenStackRelease
from tests.unit.config.support import ROOT

SERIES = pytest.mark.parametrize("series", known())
PASSWORDS = {"2024.1": 121, "2024.2": 121, "2025.1": 120, "2025.2": 110, "2026.1": 107}
PYTHON = {"debian-12": "3.11", "debian-13": "3.13", "ubuntu-22.04": "3.10", "ubuntu-24.04": "3.12"}
"""What a deploy host's venv is made with."""
OWN_NAMES = {
    "Debian": {"bookworm": "debian-12", "trixie": "debian-13"},
    "Ubuntu": {"jammy": "ubuntu-22.04", "noble": "ubuntu-24.04"},
}


def test_the_releases_are_those_of_the_configuration() -> None:
    assert known() == get_args(OpenStackRelease)
    assert dict(HOST_SYSTEMS) == dict(host_systems())
    assert {system for systems in HOST_SYSTEMS.values() for system in systems} <= set(get_args(HostOs))


@SERIES
def test_every_fact_is_there(series: str) -> None:
    it = release(series)
    assert it.dialect == ("shell" if series == "2024.1" else "cliff")
    verbs = {"deploy", "prechecks", "genconfig", "bootstrap-servers", "reconfigure", "pull"}
    assert verbs <= set(data(series)["verbs"])
    assert f"kolla-ansible=={it.kolla_ansible}" in it.pins()
    assert len(it.collections) == 7


@SERIES
def test_the_data_are_of_the_pinned_package(series: str) -> None:
    assert data(series)["package"] == pinned()[series] == release(series).kolla_ansible
    assert data(series)["series"] == series


@SERIES
def test_pins_lie_in_the_ranges_of_the_package(series: str) -> None:
    it = release(series)
    for name, version in it.requirements.items():
        if name != "kolla-ansible":
            assert Version(version) in SpecifierSet(data(series)["requires"][name]), name


@SERIES
def test_python_lies_in_the_range_of_the_package(series: str) -> None:
    for system in host_systems()[series]:
        assert Version(PYTHON[system]) in SpecifierSet(data(series)["requires"]["python"])


@SERIES
def test_passwords_are_as_many_as_in_the_package(series: str) -> None:
    names = release(series).passwords
    assert len(names) == len(set(names)) == PASSWORDS[series]
    assert {"database_password", "keystone_admin_password", "kolla_ssh_key"} <= set(names)


@SERIES
def test_our_host_systems_pass_the_release_s_own_prechecks(series: str) -> None:
    accepted = {
        OWN_NAMES[distribution][version]
        for distribution, versions in data(series)["hostSystems"].items()
        for version in versions
        if version in OWN_NAMES.get(distribution, {})
    }
    assert set(host_systems()[series]) <= accepted


def test_upgrades_go_to_the_next_release_and_from_slurp_to_slurp() -> None:
    for index, series in enumerate(known()):
        slurp = series.endswith(".1")
        to = known()[index + 1 : index + 3 if slurp else index + 2]
        assert upgrades_to(series) == to


def test_what_upstream_no_longer_mends_says_so_from_the_next_day_on() -> None:
    last = dt.date(2026, 10, 2)
    assert support_ended("2025.1", last) is None
    said = support_ended("2025.1", last + dt.timedelta(days=1))
    assert said == (
        "support of OpenStack 2025.1 (Epoxy) ended on 2026-10-02: no more fixes come; it upgrades to 2025.2 or 2026.1"
    )


def test_a_pin_that_loses_data_is_refused() -> None:
    floor = {"version": "20.6.0", "because": "keys are lost"}
    refuse_data_loss("2025.1", "20.10.0", floor)
    refuse_data_loss("2025.1", "18.0.0", None)
    with pytest.raises(ValueError, match=r"2025\.1: kollaAnsible: 20\.5\.0: keys are lost; pin 20\.6\.0"):
        refuse_data_loss("2025.1", "20.5.0", floor)


def test_an_unknown_release_is_a_key_error() -> None:
    with pytest.raises(KeyError, match=re.escape("2019.1")):
        release("2019.1")


def test_one_release_loads_in_50_ms() -> None:
    code = (
        "import yaml, json, time, config.release_map.options as o, config.release_map as m; t = time.process_time();"
        "m.release('2025.1'); o.options('2025.1'); print(time.process_time() - t)"
    )
    times = [
        float(
            subprocess.run(
                [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(3)
    ]
    assert min(times) < 0.05
