"""What Prometheus asks: each host that the stack file has, by the job that Kolla-Ansible or we make; each rule's metric has one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.observability.jobs import KOLLA, jobs
from components.observability.plan import AREAS, prometheus_files
from components.observability.rules import areas
from components.vault_secrets.server import configuration
from config.cloud import CloudConfig
from config.observability import BLACKBOX, SCRAPE, VAULT_CA
from tests.unit.components.metrics import DATA, job_of, words
from tests.unit.components.support import Raw, cloud
from tests.unit.config.kolla_secrets import certificate

RECEIVER: Raw = {
    "mail": {"server": "smtp.example.com:587", "sender": "cloud@example.com"},
    "receivers": {"ops": {"mail": ["ops@example.com"]}},
    "default": "ops",
}


CA = certificate("vault-ca", with_key=False)


def observed(*changes: Callable[[Raw], None], ca: Path | None = None) -> CloudConfig:
    """The example cloud with alerts, and with a vault where there is a CA for it."""

    def change(raw: Raw) -> None:
        raw["observability"] = RECEIVER
        if ca is not None:
            ca.write_text(CA)
            raw["vault"] = {
                "version": "2.7.2",
                "tls": {"certificate": "none.pem", "ca": str(ca), "key": {"file": "none.key"}},
                "operators": {"threshold": 1, "pgpKeys": {"ann": "a.asc"}},
            }
        for one in changes:
            one(raw)

    return cloud("prod", change, secrets=False)


def on(*hosts: str) -> Callable[[Raw], None]:
    def change(raw: Raw) -> None:
        for host in hosts:
            raw["hosts"][host]["enabled"] = True

    return change


def added(cloud_: CloudConfig) -> dict[str, Any]:
    """Our own jobs by name."""
    text = prometheus_files(cloud_).get(SCRAPE, "{}")
    return {job["job_name"]: job for job in yaml.safe_load(text).get("scrape_configs", [])}


def targets(job: dict[str, Any]) -> dict[str, list[str]]:
    """Addresses by host and service."""
    return {
        " ".join(one["labels"][label] for label in ("instance", "service") if label in one["labels"]): one[
            "targets"
        ]
        for one in job["static_configs"]
    }


RULES = [(area, name) for area, rules in areas().items() for name in rules]


@pytest.mark.parametrize(("area", "name"), RULES, ids=[name for _, name in RULES])
def test_each_metric_of_a_rule_is_given_by_the_job_that_brings_its_area(area: str, name: str) -> None:
    allowed = {AREAS[area], DATA["other_jobs"].get(name, [AREAS[area]])[0]}
    for metric in words(areas()[area][name].expr) - set(DATA["every_job"]):
        assert job_of(metric) in allowed, metric


def test_exceptions_are_of_rules_that_exist_and_jobs_that_exist() -> None:
    assert set(DATA["other_jobs"]) <= {name for _, name in RULES}
    assert set(DATA["jobs"].values()) | set(AREAS.values()) <= {*KOLLA, "vault", "certificates"}


def test_a_job_that_a_rule_names_is_one_that_there_is() -> None:
    named = {job for area, name in RULES for job in re.findall(r'job="(\w+)"', areas()[area][name].expr)}
    assert named <= {*KOLLA, "vault", "certificates"}


def test_one_more_compute_host_is_asked_by_just_the_jobs_of_computes() -> None:
    before, after = jobs(observed()), jobs(observed(on("cmp03")))
    more = {name: set(after[name]) - set(before.get(name, ())) for name in after}
    assert {name for name, hosts in more.items() if hosts} == {
        "node",
        "cadvisor",
        "fluentd",
        "libvirt_exporter",
        "network_exporter",
    }
    assert {host for hosts in more.values() for host in hosts} == {"cmp03"}
    assert prometheus_files(observed()) == prometheus_files(observed(on("cmp03"))), (
        "Kolla-Ansible asks it by itself"
    )


def test_every_host_but_the_deploy_host_is_asked_for_itself() -> None:
    made = observed()
    assert set(jobs(made)["node"]) == set(made.active()) - set(made.with_role("deploy"))


def test_one_more_node_of_the_vault_adds_its_two_targets_and_nothing_else(tmp_path: Path) -> None:
    def nodes(*names: str) -> Callable[[Raw], None]:
        return lambda raw: raw["vault"].update(nodes=list(names))

    ca = tmp_path / "ca.pem"
    before = observed(nodes("ctl01", "ctl02", "ctl03"), ca=ca)
    after = observed(nodes("ctl01", "ctl02", "ctl03", "mon01", "cmp01"), ca=ca)
    old, new = prometheus_files(before), prometheus_files(after)
    assert {path for path in new if old.get(path) != new[path]} == {SCRAPE}
    for job, label in (("vault", ""), ("certificates", " vault")):
        was, is_ = (targets(added(one)[job]) for one in (before, after))
        assert {key: value for key, value in is_.items() if key not in was} == {
            f"{host}{label}": [f"{after.hosts[host].addresses['management']}:8200"]
            for host in ("mon01", "cmp01")
        }


def test_the_vaults_nodes_are_asked_by_their_own_ca_and_only_where_they_are(tmp_path: Path) -> None:
    made = prometheus_files(observed(ca=tmp_path / "ca.pem"))
    job = added(observed(ca=tmp_path / "ca.pem"))["vault"]
    assert job["tls_config"] == {"ca_file": f"/etc/{VAULT_CA}"}
    assert made[VAULT_CA] == CA
    assert "prometheus/cloud-vault.rules" in made
    without = prometheus_files(observed())
    assert not {SCRAPE, VAULT_CA, BLACKBOX, "prometheus/cloud-vault.rules"} & set(without)


def test_each_certificate_that_is_not_behind_a_virtual_address_is_probed(tmp_path: Path) -> None:
    def tls(raw: Raw) -> None:
        raw["kolla"]["tls"] |= {
            "queues": True,
            "queueCertificate": "none.pem",
            "queueKey": {"file": "none.key"},
            "backend": True,
            "backendCertificate": "none.pem",
            "backendKey": {"file": "none.key"},
            "ca": "none.pem",
        }

    found = targets(added(observed(tls, ca=tmp_path / "ca.pem"))["certificates"])
    control = ("ctl01", "ctl02", "ctl03")
    assert {key: value[0].split(":")[1] for key, value in found.items()} == {
        f"{host} {service}": port
        for service, port in (("vault", "8200"), ("rabbitmq", "5671"), ("keystone", "5000"))
        for host in control
    }


def test_without_a_blackbox_exporter_nothing_is_probed(tmp_path: Path) -> None:
    def off(raw: Raw) -> None:
        raw["kolla"].setdefault("globals", {})["enable_prometheus_blackbox_exporter"] = False

    made = observed(off, ca=tmp_path / "ca.pem")
    assert set(added(made)) == {"vault"}
    assert BLACKBOX not in prometheus_files(made)


def test_a_vault_tells_its_numbers_where_they_are_read_and_nowhere_else(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    with_, without = observed(ca=ca), observed(lambda raw: raw.pop("observability"), ca=ca)
    for made, tells in ((with_, True), (without, False)):
        assert made.vault is not None
        written = json.loads(configuration(made, made.vault, "ctl01"))
        assert ("telemetry" in written, "telemetry" in written["listener"][0]["tcp"]) == (tells, tells)
