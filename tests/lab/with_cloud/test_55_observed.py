"""The cloud watches itself: every target of the inventory answers, a fault is told by mail with what belongs to it, and its end too."""

from __future__ import annotations

from typing import Any

import pytest

from components.observability.jobs import jobs
from ops.stack import load
from tests.lab.support import Stack, lab, ssh
from tests.lab.with_cloud.monitoring import Monitoring, mails, wait

pytestmark = pytest.mark.cloud

OFF = "cmp02"
OSD_HOST = "ceph03"
EXPLAINED: set[str] = set()
"""Alerts that this lab always has: two cores under twelve hosts."""


@pytest.fixture(scope="module")
def monitoring(passwords: dict[str, Any]) -> Monitoring:
    return Monitoring(passwords)


def told(*words: str) -> bool:
    """Whether a mail has come whose lines have all of these."""
    return any(all(word in mail for word in words) for mail in mails())


def test_every_expected_target_is_up_and_none_is_missing_or_extra(
    stack: Stack, monitoring: Monitoring
) -> None:
    expected = jobs(load("lab", stack.file))
    wait(
        "all targets up", 180, lambda: {target["health"] for target in monitoring.targets()} == {"up"}
    )
    asked: dict[str, set[str]] = {}
    for target in monitoring.targets():
        asked.setdefault(target["labels"]["job"], set()).add(target["labels"]["instance"])
    assert set(asked) == set(expected)
    of_hosts = {name: set(hosts) for name, hosts in expected.items() if hosts}
    assert {name: asked[name] for name in of_hosts} == of_hosts


def test_no_alert_fires_that_the_lab_does_not_explain(monitoring: Monitoring) -> None:
    assert {alert for alert in monitoring.firing() if alert[0] not in EXPLAINED} == set()


def test_a_host_that_is_off_and_an_osd_that_is_stopped_are_told_by_mail_and_so_is_their_return(
    monitoring: Monitoring,
) -> None:
    (osd,) = ssh(OSD_HOST, "systemctl list-units --plain --no-legend 'ceph-osd@*' | cut -d' ' -f1").stdout.split()
    before = {alert for alert in monitoring.firing() if alert[0] not in EXPLAINED}
    lab("power", "off", OFF)
    ssh(OSD_HOST, f"systemctl stop {osd}")
    try:
        wait("the host's mail", 300, lambda: told("InstanceDown", f"instance = {OFF}", "job = node"))
        wait("the OSD's mail", 600, lambda: told("CephOsdDown", f"instance = {OSD_HOST}"))
        new = {alert for alert in monitoring.firing() if alert[0] not in EXPLAINED} - before
    finally:
        ssh(OSD_HOST, f"systemctl start {osd}")
        lab("power", "on", OFF)
    assert ("InstanceDown", OFF) in new
    assert {alert for alert in new if alert[1] == OFF} == {("InstanceDown", OFF)}
    wait("nothing new to fire", 600, lambda: not {alert for alert in monitoring.firing() if alert[0] not in EXPLAINED} - before)
    wait("the mail of its return", 400, lambda: told("[RESOLVED", "InstanceDown", f"instance = {OFF}"))
