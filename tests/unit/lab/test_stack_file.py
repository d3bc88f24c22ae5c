"""The lab's stack file: the committed one, with a profile's sections and another release."""

from __future__ import annotations

import pytest
import yaml

from lab import paths, stack_file
from lab.errors import LabError

BASE = paths.BASE_STACK_FILE.read_text()
CLOUD = (paths.PROFILES / "cloud.yaml").read_text()


@pytest.mark.parametrize("release", ["", "2024.2", "2026.1"])
def test_a_profile_adds_its_sections_and_a_release_changes_the_release_alone(release: str) -> None:
    made = yaml.safe_load(stack_file.assembled(BASE, [CLOUD], release))["config"]
    expected = {**yaml.safe_load(BASE)["config"], **yaml.safe_load(CLOUD)}
    assert made.pop("cloud:releases") == {
        **expected.pop("cloud:releases"),
        **({"openstack": float(release)} if release else {}),
    }
    assert made == expected


def test_what_a_release_needs_besides_is_in_the_profiles_sections() -> None:
    own = {"cloud:kolla": {"globals": {"more": True}, "octavia": {"enabled": False}}}
    made = yaml.safe_load(stack_file.assembled(BASE, [CLOUD, yaml.safe_dump(own)], ""))["config"]
    expected = {**yaml.safe_load(BASE)["config"], **yaml.safe_load(CLOUD)}
    expected["cloud:kolla"]["globals"]["more"] = True
    expected["cloud:kolla"]["octavia"]["enabled"] = False
    assert made == expected


def test_the_profile_of_hosts_alone_adds_nothing() -> None:
    paths.write(paths.BASE_STACK_FILE, BASE)
    stack_file.write(stack_file.PLAIN, "")
    assert yaml.safe_load(paths.STACK_FILE.read_text()) == yaml.safe_load(BASE)


def test_a_profile_of_two_names_is_the_first_and_more_each_with_what_the_release_needs() -> None:
    paths.write(paths.BASE_STACK_FILE, BASE)
    for name, text in {
        "cloud": "cloud:kolla: {a: 1, b: 1, c: 1, d: 1}",
        "cloud-2026.1": "cloud:kolla: {b: 2, c: 2, d: 2}",
        "cloud-observed": "cloud:kolla: {c: 3, d: 3}",
        "cloud-observed-2026.1": "cloud:kolla: {d: 4}",
        "cloud-2025.1": "cloud:kolla: {a: 5}",
    }.items():
        paths.write(paths.PROFILES / f"{name}.yaml", text)
    stack_file.write("cloud-observed", "2026.1")
    made = yaml.safe_load(paths.STACK_FILE.read_text())["config"]
    assert made["cloud:kolla"] == {"a": 1, "b": 2, "c": 3, "d": 4}


def test_a_profile_that_is_not_there_is_named_beside_those_that_are() -> None:
    paths.write(paths.BASE_STACK_FILE, BASE)
    for name in ("cloud", "cloud-2026.1", "cloud-observed"):
        paths.write(paths.PROFILES / f"{name}.yaml", CLOUD)
    with pytest.raises(
        LabError, match=r"^profile clout: there is none of that name; there are hosts, cloud, cloud-observed$"
    ):
        stack_file.write("clout", "")
