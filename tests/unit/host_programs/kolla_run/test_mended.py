"""Defects of Kolla-Ansible that are mended: where they are, and how."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from config.release_map import known, release
from host_programs.kolla_run import patches, replaced
from tests.unit.host_programs.kolla_run.fake import MODULES
from tests.unit.host_programs.kolla_run.small_tree import DEFECT, RELOADS, WORKER, write


def test_every_release_was_looked_at() -> None:
    looked = [version for row in RELOADS for version in row["releases"]]
    assert sorted(looked) == sorted(release(series).kolla_ansible for series in known())


@pytest.mark.parametrize("row", RELOADS, ids=lambda row: row["text"])
def test_reload_is_mended_only_where_it_is_defective(row: dict[str, Any], tmp_path: Path) -> None:
    write(tmp_path, {WORKER: row["text"]})
    texts, lines = replaced.for_containers(str(tmp_path), "/nowhere")
    assert bool(lines) == bool(texts) == row["defect"]
    if not row["defect"]:
        return
    assert "125 s" in lines[0]
    assert "until Kolla-Ansible calls Reload without arguments" in lines[0]
    called: list[tuple[str, ...]] = []
    space: dict[str, Any] = {}
    exec(texts[WORKER], space)  # noqa: S102 - what was mended, to see what it does
    space["reload"](type("Worker", (), {"perform_action": lambda _, *args: called.append(args)})())
    assert called == [("Reload",)]


# As in every release of the map.
WAITS = """
def wait_for_unit(self, timeout, state='running'):
    delay = 5
    elapsed = 0

    while True:
        if self.get_unit_state() == state:
            return True
        elif elapsed > timeout:
            return False
        else:
            sleep(delay)
            elapsed += delay
"""


@pytest.mark.parametrize(
    ("listed", "wanted", "waits"),
    [
        (None, "dead", 0),
        ("dead", "dead", 0),
        ("running", "running", 0),
        (None, "running", 3),
        ("running", "dead", 3),
    ],
)
def test_a_unit_that_systemd_has_forgotten_is_not_waited_for(
    listed: str | None, wanted: str, waits: int, tmp_path: Path
) -> None:
    write(tmp_path, {WORKER: WAITS})
    texts, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    assert "a unit to stop that systemd has forgotten" in line
    slept: list[int] = []
    space: dict[str, Any] = {"sleep": slept.append}
    exec(texts[WORKER], space)  # noqa: S102 - what was mended, to see what it does
    worker = type("Worker", (), {"get_unit_state": lambda _: listed})()
    assert space["wait_for_unit"](worker, 10, wanted) == (waits == 0)
    assert len(slept) == waits


def test_files_of_the_sites_for_prometheus_are_compared_with_the_mode_that_they_get(tmp_path: Path) -> None:
    path = "roles/prometheus/templates/prometheus-server.json.j2"
    entry = (
        '        {\n            "source": "{{ container_config_directory }}/extras/*",\n'
        '            "dest": "/etc/prometheus/extras/",\n            "preserve_properties": true,\n'
        '            "optional": true\n        }\n'
    )
    write(tmp_path, {path: entry})
    texts, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    assert "restarted at every deployment" in line
    found = json.loads(texts[path])
    assert "preserve_properties" not in found
    assert (found["owner"], found["perm"], found["optional"]) == ("prometheus:kolla", "0600", True)


# As in every release of the map.
COMPARES = """
def compare_environment(self, container_info):
    if self.params.get('environment'):
        current_env = dict()
        for kv in container_info['Config'].get('Env', list()):
            k, v = kv.split('=', 1)
            current_env.update({k: v})

        for k, v in self.params.get('environment').items():
            if k not in current_env:
                return True
            if current_env[k] != v:
                return True
"""


@pytest.mark.parametrize(
    ("wanted", "differs"), [(None, False), ("", False), ("/etc/etcd/cert.pem", True), ("None", True)]
)
def test_a_container_with_an_empty_variable_is_not_started_anew(
    wanted: str | None, differs: bool, tmp_path: Path
) -> None:
    path = "module_utils/kolla_container_worker.py"
    write(tmp_path, {path: COMPARES})
    texts, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    assert "until Kolla-Ansible compares what the container is given" in line
    space: dict[str, Any] = {}
    exec(texts[path], space)  # noqa: S102 - what was mended, to see what it does
    worker = type("Worker", (), {"params": {"environment": {"ETCD_NAME": "ctl01", "ETCD_CERT_FILE": wanted}}})
    runs = {"Config": {"Env": ["ETCD_NAME=ctl01", "ETCD_CERT_FILE="]}}
    assert bool(space["compare_environment"](worker, runs)) == differs


UWSGI = "roles/service-uwsgi-config/templates/uwsgi.ini.j2"


def test_an_api_without_its_application_ends_whatever_writes_its_configuration(tmp_path: Path) -> None:
    write(tmp_path, {UWSGI: "[uwsgi]\nlazy-apps = true\nmaster = true\nthunder-lock = true\n"})
    deployed, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    assert (
        deployed[UWSGI] == "[uwsgi]\nlazy-apps = true\nmaster = true\nneed-app = true\nthunder-lock = true\n"
    )
    assert "until Kolla-Ansible's uwsgi.ini has need-app" in line
    rendered = replaced.for_configuration(str(tmp_path), str(MODULES), deployed=True)
    assert rendered[UWSGI] == deployed[UWSGI]
    write(tmp_path, {UWSGI: deployed[UWSGI]})
    assert replaced.for_containers(str(tmp_path), "/nowhere") == ({}, [])


RABBITMQ = "roles/rabbitmq/templates/rabbitmq.conf.j2"
DISCOVERY = "cluster_formation.peer_discovery_backend = rabbit_peer_discovery_classic_config\n"


def test_the_first_node_of_a_new_cluster_does_not_wait_for_those_that_come_after_it(tmp_path: Path) -> None:
    write(tmp_path, {RABBITMQ: f"listeners.tcp.1 = x\n\n{DISCOVERY}{{% for host in hosts %}}\n"})
    texts, (line,) = replaced.for_containers(str(tmp_path), "/nowhere")
    limit = "cluster_formation.discovery_retry_limit = 2\n"
    assert texts[RABBITMQ] == f"listeners.tcp.1 = x\n\n{DISCOVERY}{limit}{{% for host in hosts %}}\n"
    assert "until Kolla-Ansible starts all nodes of a new cluster at once" in line
    write(tmp_path, {RABBITMQ: texts[RABBITMQ]})
    assert replaced.for_containers(str(tmp_path), "/nowhere") == ({}, [])


def test_the_toolbox_that_writing_configuration_asks_is_mended_too(tmp_path: Path) -> None:
    call = "client.exec_create(kolla_toolbox, command_line, environment=environment)\n"
    write(tmp_path, {"library/kolla_toolbox.py": call})
    asked = replaced.for_configuration(str(tmp_path), str(MODULES), deployed=True)
    assert "ANSIBLE_LOG_PATH='/dev/null'" in asked["library/kolla_toolbox.py"]
    stands_in = replaced.for_configuration(str(tmp_path), str(MODULES), deployed=False)
    assert stands_in["library/kolla_toolbox.py"] == (MODULES / "kolla_toolbox.py").read_text()


def test_two_defects_of_one_file_are_both_mended(tmp_path: Path) -> None:
    write(tmp_path, {WORKER: DEFECT + WAITS})
    texts, lines = replaced.for_containers(str(tmp_path), "/nowhere")
    assert len(lines) == 2
    assert "job_mode" not in texts[WORKER]
    assert "or 'dead'" in texts[WORKER]


def test_a_mended_file_that_would_restart_daemons_is_for_new_releases_only() -> None:
    older, newer = patches.of("2025.1"), patches.of("2026.1")
    assert set(older) < set(newer) == set(patches.PATCHES)
    assert {patch.path for patch in newer if patch not in older} == {RABBITMQ}
