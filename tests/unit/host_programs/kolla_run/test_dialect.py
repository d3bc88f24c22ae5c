"""The exact command lines of each release's Kolla-Ansible."""

from __future__ import annotations

from typing import Any

import pytest

from host_programs.kolla_run.dialect import Request, command, environment, playbook
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.paths import Paths
from tests.unit.host_programs.kolla_run.support import CLIFF, SHELL, data

RELEASES = {release.series: release for release in (CLIFF, SHELL)}


@pytest.mark.parametrize("case", data("commands.yaml"), ids=lambda case: case["name"])
def test_the_command_line_is_exactly_this(case: dict[str, Any]) -> None:
    argv = command(RELEASES[case["series"]], Request(**case["request"]), Paths())
    text = " ".join(argv).replace(f"/opt/kolla-ansible/{case['series']}", "VENV")
    assert text.replace("/etc/kolla-deploy", "CONFIG") == case["argv"]


def test_what_the_shell_script_would_tear_apart_is_refused() -> None:
    for value in ('a={"b": 1}', "a=b c", "a=$(id)", "a=*"):
        with pytest.raises(RunError, match=r"cannot be passed to the kolla-ansible of 2024\.1"):
            command(SHELL, Request("deploy", extra=[value]), Paths())
        assert value in command(CLIFF, Request("deploy", extra=[value]), Paths())


def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(RunError, match="restart: is no action of kolla-run"):
        command(CLIFF, Request("restart"), Paths())


def test_a_playbook_of_our_own_gets_the_inventory_and_sorted_variables() -> None:
    argv = playbook("2025.1", "/opt/kolla-run/playbooks/collect.yml", {"b": {"c": [2]}, "a": "1"}, Paths())
    assert argv == [
        "/opt/kolla-ansible/2025.1/bin/ansible-playbook",
        *("-i", "/etc/kolla-deploy/inventory", "-e", '{"a": "1", "b": {"c": [2]}}'),
        "/opt/kolla-run/playbooks/collect.yml",
    ]


def test_the_environment_is_our_own_and_names_the_venv() -> None:
    found = environment("2024.1", Paths(), scratch="/x")
    assert found["VIRTUAL_ENV"] == "/opt/kolla-ansible/2024.1"
    assert found["PATH"].startswith("/opt/kolla-ansible/2024.1/bin:")
    assert found["ANSIBLE_STDOUT_CALLBACK"] == "cloud_progress"
    assert found["CLOUD_KOLLA_SCRATCH"] == "/x"
    assert "CLOUD_KOLLA_SCRATCH" not in environment("2024.1", Paths())
