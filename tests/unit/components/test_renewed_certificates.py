"""A certificate that renews itself is said to be late by its own life, and one that does not by days."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.observability import renewed
from components.observability.plan import prometheus_files
from config.cloud import CloudConfig
from tests.unit.components.support import Raw, cloud
from tests.unit.components.test_edge_tls import edge, with_acme


def from_vault(folder: Path, hours: int = 72) -> CloudConfig:
    def change(raw: Raw) -> None:
        edge(folder, raw)
        raw["vault"]["contents"]["leafHours"] = hours

    return cloud("prod", change)


@pytest.mark.parametrize("hours", [24, 72])
def test_of_the_vaults_it_is_late_when_a_quarter_of_its_life_is_left(tmp_path: Path, hours: int) -> None:
    found = renewed.overdue(from_vault(tmp_path, hours))
    assert len(found) == 2
    assert set(found.values()) == {hours * 3600 // 4}


def test_of_an_acme_server_a_week_before_its_end(tmp_path: Path) -> None:
    config = with_acme(tmp_path)
    assert config.kolla
    assert renewed.overdue(config)[str(config.kolla.external_fqdn)] == 7 * 86400


def test_what_an_operator_brings_is_not_among_them() -> None:
    assert renewed.overdue(cloud("prod")) == {}
    assert renewed.recorded(cloud("prod")) == []


def test_every_probe_of_its_address_is_recorded_and_no_other(tmp_path: Path) -> None:
    config = from_vault(tmp_path)
    (group,) = renewed.recorded(config)
    patterns = [_pattern(rule) for rule in group["rules"]]
    for name, pattern in zip(renewed.overdue(config), patterns, strict=True):
        for url in (f"https://{name}", f"https://{name}:8774", f"https://[{name}]:8774", f"https://{name}/x"):
            assert re.fullmatch(pattern, url), url
        for url in (f"https://{name}.example", f"https://x{name}", f"http://{name}", name, "ctl01"):
            assert not re.fullmatch(pattern, url), url


def _pattern(rule: dict[str, Any]) -> str:
    text = re.search(r'instance=~"(.*)"', rule["expr"])
    assert text
    return text[1].replace("\\\\", "\\")


def test_prometheus_is_given_what_its_rules_ask_for(tmp_path: Path) -> None:
    def change(raw: Raw) -> None:
        edge(tmp_path, raw)
        raw["observability"] = {
            "mail": {"server": "10.0.0.2:25", "sender": "cloud@example.com", "tls": False},
            "receivers": {"all": {"mail": ["operators@example.com"]}},
            "default": "all",
        }

    files = prometheus_files(cloud("prod", change))
    (path,) = [path for path in files if path.endswith("certificates.rules")]
    recording, alerts = yaml.safe_load(files[path])["groups"]
    assert {rule["record"] for rule in recording["rules"]} == {renewed.SERIES}
    assert sum(renewed.SERIES in rule["expr"] for rule in alerts["rules"]) == 3
