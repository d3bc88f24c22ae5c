"""Kolla-Ansible's own role takes our jobs: its template, joined with ours by its merge, is what Prometheus' promtool accepts.

The published packages and this project's Ansible; nothing is deployed. A host's files are written below the test's folder.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kolla_cluster.plan import plan_kolla
from components.observability.jobs import jobs
from config.cloud import CloudConfig
from config.observability import BLACKBOX
from tests.debian_programs import CACHE, fetch, program
from tests.loopback.kolla_package import run_playbook, unpacked
from tests.unit.components.support import Raw
from tests.unit.components.test_scrape import observed

HOST = "mon01"
PLAY = "- {hosts: prometheus, gather_facts: false, tasks: [{include_role: {name: prometheus, tasks_from: config}}]}\n"


@pytest.fixture(scope="module", params=["2025.1", "2026.1"])
def rendered(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[CloudConfig, Path]:
    """A cloud of a release, and what its monitoring host gets."""
    release, folder = request.param, tmp_path_factory.mktemp(f"kolla-{request.param}")

    def change(raw: Raw) -> None:
        raw["releases"]["openstack"] = release
        raw["kolla"]["passwords"] = {"secret": "<sealed>"}
        raw["kolla"]["tls"] |= {
            "queues": True,
            "queueCertificate": "none.pem",
            "queueKey": {"file": "none.key"},
        }

    cloud = observed(change, ca=folder / "vault-ca.pem")
    play = unpacked(release, folder) / "scrape.yml"
    play.write_text(PLAY)
    _written(cloud, folder)
    options = {
        "ansible_become": False,
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "node_config": str(folder),
        "node_config_directory": str(folder / "hosts/{{ inventory_hostname }}"),
        "node_custom_config": str(folder / "config"),
        # What asks collections and hash functions that are not needed for these files.
        "kolla_copy_ca_into_containers": False,
        "kolla_same_external_internal_vip": False,
    }
    run_playbook(folder, play, options, folder / "globals.yml", folder / "passwords.yml")
    return cloud, folder / "hosts" / HOST


def _written(cloud: CloudConfig, folder: Path) -> None:
    """What Kolla-Ansible is given, and facts of the hosts instead of asking them."""
    plan = plan_kolla(cloud)
    (folder / "inventory").write_text(plan.inventory)
    (folder / "globals.yml").write_text(plan.globals_yaml)
    for path, text in {**plan.overrides, "prometheus/web.yml": "{}\n"}.items():
        place = folder / "config" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    texts = (path.read_text() for path in (folder / "package").rglob("*") if path.suffix in {".j2", ".yml"})
    names = {name for text in texts for name in re.findall(r"\b[a-z_]+_password\b", text)}
    (folder / "passwords.yml").write_text(yaml.safe_dump(dict.fromkeys(sorted(names), "none-of-these")))
    device = str(cloud.networks.defined()["management"].device())
    (folder / "facts").mkdir()
    for name, host in cloud.active().items():
        address = {"ipv4": {"address": str(host.addresses["management"])}}
        facts = {f"ansible_{re.sub('[^a-z0-9]', '_', device)}": address, "ansible_os_family": "Debian"}
        (folder / "facts" / name).write_text(
            json.dumps({**facts, f"ansible_{device}": address, "ansible_hostname": name})
        )


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def test_promtool_accepts_kollas_jobs_joined_with_ours(rendered: tuple[CloudConfig, Path]) -> None:
    fetch(CACHE)
    _, host = rendered
    place = host / "prometheus-server"
    here = place / "here.yml"
    here.write_text((place / "prometheus.yml").read_text().replace("/etc/prometheus", str(place)))
    done = subprocess.run(
        (program("promtool"), "check", "config", str(here)),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (place / "extras/vault-ca.pem").read_text().startswith("-----BEGIN CERTIFICATE-----")


def test_each_job_is_there_and_asks_the_hosts_that_we_say(rendered: tuple[CloudConfig, Path]) -> None:
    cloud, host = rendered
    found = {
        job["job_name"]: job for job in read(host / "prometheus-server/prometheus.yml")["scrape_configs"]
    }
    expected = jobs(cloud)
    assert set(found) == set(expected)
    for name, hosts in expected.items():
        asked = [
            one["labels"]["instance"]
            for one in found[name]["static_configs"]
            if "instance" in one.get("labels", {})
        ]
        assert sorted(asked) == sorted(hosts), name


def test_the_blackbox_exporter_has_kollas_modules_and_ours(rendered: tuple[CloudConfig, Path]) -> None:
    _, host = rendered
    modules = read(host / "prometheus-blackbox-exporter" / Path(BLACKBOX).name)["modules"]
    assert {"os_endpoint", "http_2xx", "certificate"} <= set(modules)
    assert modules["certificate"]["tcp"] == {"tls": True, "tls_config": {"insecure_skip_verify": True}}
    for job in read(host / "prometheus-server/prometheus.yml")["scrape_configs"]:
        if job["job_name"] == "blackbox_exporter":
            used = {target.split(":")[1] for one in job["static_configs"] for target in one["targets"]}
            assert used <= set(modules)


def test_apis_are_probed_over_tls_where_they_have_it(rendered: tuple[CloudConfig, Path]) -> None:
    cloud, host = rendered
    assert cloud.kolla
    assert cloud.kolla.tls.external
    assert cloud.kolla.tls.internal
    found = read(host / "prometheus-server/prometheus.yml")["scrape_configs"]
    (probes,) = (job for job in found if job["job_name"] == "blackbox_exporter")
    asked = [target for one in probes["static_configs"] for target in one["targets"]]
    apis = [target for target in asked if ":os_endpoint:" in target]
    assert len(apis) > 10
    assert not [target for target in apis if ":https://" not in target]
