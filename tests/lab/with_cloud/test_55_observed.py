"""The cloud watches itself: every target of the inventory answers, and nothing is told that the lab does not explain."""

from __future__ import annotations

import pytest

from components.observability.jobs import jobs
from ops.stack import load
from tests.lab.support import Stack
from tests.lab.with_cloud.monitoring import Monitoring, wait

pytestmark = pytest.mark.cloud


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
    wait("no alert to fire", 600, lambda: not monitoring.unexplained())
