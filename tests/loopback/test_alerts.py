"""A host that is lost is told by mail, once, and so is its return; rules ask for metrics that real exporters have.

Real Prometheus, Alertmanager and node exporter (Debian's); root. One site, the tests go one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from components.observability.rules import areas
from tests.loopback.prometheus import AREAS, HOST, Site

HARDWARE = ("node_bonding_", "node_md_", "node_edac_", "node_hwmon_", "node_disk_", "node_nf_conntrack_")
"""Metrics that only a machine with such a part, or its driver, has."""
_METRIC = re.compile(r"\b(?:node|prometheus|alertmanager|scrape)_\w+|\bup\b")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    made = Site(tmp_path_factory.mktemp("prometheus"))
    yield made
    made.end()


def mails(site: Site, beginning: str) -> list[EmailMessage]:
    return [mail for mail in site.taken if str(mail["Subject"]).startswith(beginning)]


def text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain", "html"))
    assert body is not None
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body.get_content()))


def test_every_target_is_up_and_every_rule_evaluates(site: Site) -> None:
    site.wait("all targets up", 60, lambda: site.up("1") == ["alertmanager", "node", "prometheus"])
    groups = (site.ask("rules") or {}).get("groups", [])
    assert sorted(group["name"] for group in groups) == sorted(AREAS)
    site.wait("all rules evaluated", 60, lambda: _health(site) == {"ok"})


def _health(site: Site) -> set[str]:
    return {rule["health"] for group in site.ask("rules")["groups"] for rule in group["rules"]}


@pytest.mark.parametrize("area", AREAS)
def test_rules_ask_for_metrics_that_exist(site: Site, area: str) -> None:
    have = set(site.ask("label/__name__/values"))
    for name, rule in areas()[area].items():
        asked = {metric for metric in _METRIC.findall(rule.expr) if not metric.startswith(HARDWARE)}
        assert asked <= have, f"{name}: {sorted(asked - have)}"


def test_a_lost_host_is_told_by_mail_with_its_labels_and_its_runbook(site: Site) -> None:
    site.stop("prometheus-node-exporter")
    site.wait("the mail", 120, lambda: any("InstanceDown" in text(mail) for mail in mails(site, "[FIRING")))
    told = text(next(mail for mail in mails(site, "[FIRING") if "InstanceDown" in text(mail)))
    for label in ("area = host", f"instance = {HOST}", "job = node", "severity = critical"):
        assert label in told
    assert f"Instance {HOST} down (node)" in told
    assert "docs/runbooks/host.md#instancedown" in told


def test_its_return_is_told_too(site: Site) -> None:
    site.start("prometheus-node-exporter")
    site.wait("the target up", 60, lambda: site.up("0") == [])
    site.wait("the mail", 60, lambda: any("InstanceDown" in text(mail) for mail in mails(site, "[RESOLVED")))
    assert not [labels for labels in site.firing() if labels["alertname"] == "InstanceDown"]


def test_a_host_that_is_down_silences_what_runs_on_it_and_nothing_else(site: Site) -> None:
    down = {"alertname": "InstanceDown", "job": "node", "instance": "cmp01"}
    same = [
        {"alertname": "NovaServiceDown", "instance": "cmp01", "service": "nova-compute"},
        {"alertname": "TargetDown", "job": "libvirt_exporter", "instance": "cmp01"},
    ]
    other = {"alertname": "NovaServiceDown", "instance": "cmp02", "service": "nova-compute"}
    site.tell(down, *same, other)
    site.wait("what runs on it is silent", 30, lambda: _sorted(site.silenced()) == _sorted(same))


def _sorted(alerts: list[dict[str, str]]) -> list[list[tuple[str, str]]]:
    return sorted(sorted(labels.items()) for labels in alerts)
