"""The cloud watches itself: every target of the inventory answers, and nothing is told that the lab does not explain."""

from __future__ import annotations

from typing import Any

import pytest

from components.observability.jobs import jobs
from ops.stack import load
from tests.lab.support import Stack, lab
from tests.lab.with_cloud.monitoring import Monitoring, wait

pytestmark = pytest.mark.cloud

EXPLAINED = {
    "FilesystemFull FilesystemLow FilesystemFilling": "all hosts share their machine's disk",
    "HostLoadHigh HostCpuBusy HostCpuStolen HostWaitsForDisk HostMemoryLow DiskSaturated ScrapeSlow ApiSlow": "and its two cores",
    "HostRestarted HaproxyRestarted MariadbRestarted RabbitmqRestarted": "the cloud has started from a snapshot",
}
"""Alerts that this lab may have at any time, and why."""
_NAMES = {name for names in EXPLAINED for name in names.split()}


@pytest.fixture(scope="module")
def monitoring(passwords: dict[str, Any]) -> Monitoring:
    lab("mail")  # starts the site's mail server
    return Monitoring(passwords)


def firing(monitoring: Monitoring) -> set[tuple[str, str]]:
    """What the lab does not explain: name, `instance`."""
    return {alert for alert in monitoring.firing() if alert[0] not in _NAMES}


def test_every_expected_target_is_up_and_none_is_missing_or_extra(
    stack: Stack, monitoring: Monitoring
) -> None:
    expected = jobs(load("lab", stack.file))
    wait("all targets up", 180, lambda: {target["health"] for target in monitoring.targets()} == {"up"})
    asked: dict[str, set[str]] = {}
    for target in monitoring.targets():
        asked.setdefault(target["labels"]["job"], set()).add(target["labels"]["instance"])
    assert set(asked) == set(expected)
    of_hosts = {name: set(hosts) for name, hosts in expected.items() if hosts}
    assert {name: asked[name] for name in of_hosts} == of_hosts


def test_no_alert_fires_that_the_lab_does_not_explain(monitoring: Monitoring) -> None:
    wait(f"no alert to fire; {firing(monitoring)}", 600, lambda: not firing(monitoring))
