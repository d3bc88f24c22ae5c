"""What a plan renders and compares, and what it leaves as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from host_programs.kolla_run import planning, steps
from tests.unit.host_programs.kolla_run.fake import MODULES, OURS, RENDER, RENDER_GLANCE, FakeHost


def test_writing_configuration_uses_playbooks_that_touch_no_container(host: FakeHost) -> None:
    steps.genconfig(host.kolla())
    library = Path(host.paths.tree, "library")
    for name in ("kolla_container.py", "kolla_toolbox.py"):
        assert (library / name).read_text() == (MODULES / name).read_text()
    steps.deploy(host.kolla())
    host.kolla().generate()
    assert (library / "kolla_toolbox.py").read_text() == "theirs"
    assert (library / "kolla_container.py").read_text() == (MODULES / "kolla_container.py").read_text()


def test_a_plan_has_the_module_of_the_release_compare_containers_and_nothing_else(deployed: FakeHost) -> None:
    deployed.options["glance_logging_debug"] = True
    planning.plan(deployed.kolla())
    tree = Path(deployed.paths.tree)
    assert (tree / "library/kolla_container.py").read_text() == "theirs"
    plugin = (OURS / "action_plugins/differing_containers.py").read_text()
    assert (tree / "action_plugins/kolla_container.py").read_text() == plugin
    config = (tree / "roles/glance/tasks/config.yml").read_text()
    assert "import_tasks: check-containers.yml" in config


def test_a_container_that_differs_is_in_the_plan_with_its_hosts(deployed: FakeHost) -> None:
    deployed.options["glance_tag"] = "new"
    deployed.differing = {"ctl01": {"glance-api": ["image"]}}
    planning.plan(deployed.kolla())
    steps.deploy(deployed.kolla())
    assert "plan: glance-api: restart on ctl01 (container: image)" in deployed.said
    assert deployed.ran == [*RENDER_GLANCE, "reconfigure --tags glance", "collect"]


def test_an_option_that_no_service_reads_has_nothing_rendered(deployed: FakeHost) -> None:
    deployed.options["no_role_has_it"] = True
    steps.deploy(deployed.kolla())
    assert deployed.ran == ["collect", "collect"]
    assert "plan: nothing restarts: the configuration is as it was applied" in deployed.said


def test_what_changed_by_hand_in_another_service_is_still_seen(deployed: FakeHost) -> None:
    deployed.live["heat-api/heat.conf"] = "as deployed"
    record = deployed.kolla().records.read("deployed")
    assert record is not None
    record["files"]["ctl01"]["heat-api/heat.conf"] = ["rendered", "as deployed"]
    deployed.kolla().records.write("deployed", record)
    deployed.live["heat-api/heat.conf"] = "by hand"
    deployed.options["glance_logging_debug"] = True
    planning.plan(deployed.kolla())
    assert "plan: heat-api: restart on ctl01 (heat.conf)" in deployed.said


@pytest.mark.parametrize(
    "name", ["certificates/haproxy.pem", "group_vars/control.yml", "config/of-nobody.conf"]
)
def test_a_file_that_any_service_may_read_has_all_rendered(deployed: FakeHost, name: str) -> None:
    deployed.write(name, "new")
    planning.plan(deployed.kolla())
    assert deployed.ran == RENDER


def test_where_a_folder_is_of_no_known_service_all_is_rendered(deployed: FakeHost) -> None:
    record = deployed.kolla().records.read("deployed")
    assert record is not None
    record["files"]["ctl01"]["of-nobody/x.conf"] = ["rendered", "as deployed"]
    deployed.kolla().records.write("deployed", record)
    deployed.options["glance_logging_debug"] = True
    planning.plan(deployed.kolla())
    assert deployed.ran == RENDER
