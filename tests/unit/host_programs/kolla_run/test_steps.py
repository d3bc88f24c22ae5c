"""What is run for a change, and what a crash leaves to be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_programs.kolla_run import planning, steps
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.runner import FailedError
from tests.unit.host_programs.kolla_run.fake import RENDER, RENDER_GLANCE, FakeHost


def test_the_first_time_everything_is_checked_and_written_without_a_plan(host: FakeHost) -> None:
    steps.prechecks(host.kolla())
    steps.genconfig(host.kolla())
    assert host.ran == ["prechecks", "genconfig"]


def test_nothing_changed_means_nothing_is_run(host: FakeHost) -> None:
    for _ in range(2):
        steps.prechecks(host.kolla())
        steps.genconfig(host.kolla())
    assert host.ran == ["prechecks", "genconfig"]
    assert any("for this very configuration" in line for line in host.said)


def test_one_changed_option_checks_and_writes_its_service_alone_and_is_rendered_once(host: FakeHost) -> None:
    steps.prechecks(host.kolla())
    steps.genconfig(host.kolla())
    host.ran.clear()
    host.options["glance_logging_debug"] = True
    steps.prechecks(host.kolla())
    steps.genconfig(host.kolla())
    assert host.ran == [*RENDER, "prechecks --tags glance", "genconfig --tags glance", "collect"]
    assert "plan: glance-api: restart on ctl01 (glance-api.conf)" in host.said


def test_a_failed_precheck_is_repeated(host: FakeHost) -> None:
    host.fails = {"prechecks"}
    with pytest.raises(FailedError, match="failed on 1 of 1 hosts: ctl01: failed in glance : t: no"):
        steps.prechecks(host.kolla())
    host.fails = set()
    steps.prechecks(host.kolla())
    assert host.ran == ["prechecks", "prechecks"]


def test_what_keeps_a_plan_from_being_made_is_told_by_the_prechecks(deployed: FakeHost) -> None:
    steps.prechecks(deployed.kolla())
    deployed.ran.clear()
    deployed.options["glance_logging_debug"] = True
    deployed.fails = {"genconfig"}
    steps.prechecks(deployed.kolla())
    assert deployed.ran == [*RENDER_GLANCE[:2], "clear", "prechecks"]


def test_a_changed_inventory_is_checked_whole(deployed: FakeHost) -> None:
    steps.prechecks(deployed.kolla())
    deployed.ran.clear()
    deployed.write("inventory", "another host")
    steps.prechecks(deployed.kolla())
    assert deployed.ran == ["prechecks"]


def test_the_first_deployment_is_whole_and_remembers_what_it_left(host: FakeHost) -> None:
    steps.deploy(host.kolla())
    assert host.ran == ["deploy", "collect"]
    assert host.kolla().records.read("current") is None


def test_a_first_deployment_after_files_alone_renders_no_plan(host: FakeHost) -> None:
    steps.genconfig(host.kolla())
    host.ran.clear()
    planning.plan(host.kolla())
    steps.deploy(host.kolla())
    assert host.ran == ["deploy", "collect"]
    assert "plan: first deployment: every service starts on its hosts" in host.said


def test_what_a_one_off_container_leaves_behind_is_no_change(host: FakeHost) -> None:
    def bootstrap() -> None:
        host.on["collect"] = lambda: host.live.update({"nova-api-bootstrap/nova.conf": "x"})

    host.on["deploy"] = bootstrap
    steps.deploy(host.kolla())
    host.options["no_file_has_it"] = True
    planning.plan(host.kolla())
    assert "plan: nothing restarts: the configuration is as it was applied" in host.said


def test_a_second_deployment_of_the_same_runs_nothing_and_renders_no_plan(deployed: FakeHost) -> None:
    planning.plan(deployed.kolla())
    steps.deploy(deployed.kolla())
    assert deployed.ran == []


def test_an_option_that_one_service_reads_is_rendered_and_deployed_there_alone(deployed: FakeHost) -> None:
    deployed.options["glance_logging_debug"] = True
    planning.plan(deployed.kolla())
    steps.deploy(deployed.kolla())
    assert deployed.ran == [*RENDER_GLANCE, "reconfigure --tags glance", "collect"]
    assert "plan: glance-api: restart on ctl01 (glance-api.conf)" in deployed.said


def test_an_option_that_changes_nothing_is_recorded_and_not_run(deployed: FakeHost) -> None:
    deployed.options["kolla_ansible_setup_filter"] = "ansible_[!qt]*"
    steps.deploy(deployed.kolla())
    assert deployed.ran == ["collect", "collect"]
    steps.deploy(deployed.kolla())
    assert deployed.ran == ["collect", "collect"]


def test_changed_passwords_go_through_all_services(deployed: FakeHost) -> None:
    deployed.write("passwords.yml", "others")
    steps.deploy(deployed.kolla())
    assert "reconfigure" in deployed.ran


def test_a_killed_deployment_goes_on_with_the_step_it_was_in(deployed: FakeHost) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    deployed.options["glance_logging_debug"] = True
    deployed.on["reconfigure"] = killed
    with pytest.raises(KeyboardInterrupt):
        steps.deploy(deployed.kolla())
    deployed.on.clear()
    deployed.ran.clear()
    steps.deploy(deployed.kolla())
    assert deployed.ran == ["reconfigure --tags glance", "collect"]
    assert any("goes on with what began at" in line for line in deployed.said)


def test_a_deployment_killed_before_its_record_is_not_run_again(deployed: FakeHost) -> None:
    def killed() -> None:
        raise KeyboardInterrupt

    deployed.options["glance_logging_debug"] = True
    planning.plan(deployed.kolla())
    deployed.on["collect"] = killed
    with pytest.raises(KeyboardInterrupt):
        steps.deploy(deployed.kolla())
    deployed.on.clear()
    deployed.ran.clear()
    steps.deploy(deployed.kolla())
    assert deployed.ran == ["collect"]


def test_a_failed_deployment_is_resumed_and_a_new_change_keeps_its_tags(deployed: FakeHost) -> None:
    deployed.options["glance_logging_debug"] = True
    deployed.fails = {"reconfigure"}
    with pytest.raises(FailedError):
        steps.deploy(deployed.kolla())
    deployed.fails = set()
    deployed.ran.clear()
    # Taken back: the files are as deployed, but who knows what the containers have read.
    deployed.options["glance_logging_debug"] = False
    steps.deploy(deployed.kolla())
    assert deployed.ran == ["collect", "reconfigure --tags glance", "collect"]


def test_another_series_takes_an_upgrade(deployed: FakeHost) -> None:
    kolla = deployed.kolla()
    kolla.release = kolla.release._replace(series="2025.2")
    with pytest.raises(RunError, match=r"2025\.1 is deployed and 2025\.2 is configured"):
        steps.deploy(kolla)


def test_records_are_roots_alone(deployed: FakeHost) -> None:
    for path in Path(deployed.paths.state).glob("*.json"):
        assert path.stat().st_mode & 0o077 == 0, path
