"""The cloud watches itself: every target of the inventory answers, and a fault is told by mail with what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from components.observability.jobs import jobs
from components.vault_secrets import paths
from ops.stack import load
from tests.lab.support import Stack, lab, ssh
from tests.lab.with_cloud.monitoring import Monitoring, mails, wait
from tests.unit.config.kolla_secrets import certificate

pytestmark = pytest.mark.cloud

OFF, OSD_HOST, VAULT_HOST = "cmp02", "ceph03", "ctl03"
BELONG = {("InstanceDown", OFF), ("CephOsdDown", OSD_HOST), ("CertificateEnded", VAULT_HOST)}
"""What the faults below are told as: nothing else of a host that is off."""
WITH_THEM = {"CephOsdHostDown", "InstanceDown"}
"""What may come of them too: it was the host's only OSD, and Prometheus itself no longer trusts that node of the vault."""
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


def told(since: int, *words: str) -> bool:
    """Whether a mail has come that has all of these, after so many others."""
    return any(all(word in mail for word in words) for mail in mails()[since:])


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
    wait(f"no alert to fire; {firing(monitoring)}", 300, lambda: not firing(monitoring))


@contextmanager
def host_off() -> Iterator[None]:
    lab("power", "off", OFF)
    try:
        yield
    finally:
        lab("power", "on", OFF)


@contextmanager
def osd_stopped() -> Iterator[None]:
    listed = "systemctl list-units --plain --no-legend 'ceph-osd@*' | cut -d' ' -f1"
    (osd,) = ssh(OSD_HOST, listed).stdout.split()
    ssh(OSD_HOST, f"systemctl stop {osd}")
    try:
        yield
    finally:
        ssh(OSD_HOST, f"systemctl start {osd}")


@contextmanager
def certificate_ended() -> Iterator[None]:
    """A node of the vault shows one that is long past; what it had is kept beside it."""
    files = (paths.CERTIFICATE, paths.KEY)
    for path in files:
        ssh(
            VAULT_HOST,
            f"cp --archive {path} {path}.kept && cat > {path}",
            stdin=certificate(VAULT_HOST, days=30),
        )
    ssh(VAULT_HOST, f"systemctl reload {paths.UNIT}")
    try:
        yield
    finally:
        for path in files:
            ssh(VAULT_HOST, f"mv {path}.kept {path}")
        ssh(VAULT_HOST, f"systemctl reload {paths.UNIT}")


def test_each_fault_is_told_by_mail_with_nothing_that_does_not_belong_to_it_and_so_is_its_end(
    monitoring: Monitoring,
) -> None:
    since = len(mails())
    with host_off(), osd_stopped(), certificate_ended():
        wait(
            "the host's mail",
            300,
            lambda: told(since, "[FIRING", "InstanceDown", f"instance = {OFF}", "job = node"),
        )
        wait(
            "the certificate's mail",
            300,
            lambda: told(since, "[FIRING", "CertificateEnded", f"instance = {VAULT_HOST}"),
        )
        wait("the OSD's mail", 600, lambda: told(since, "[FIRING", "CephOsdDown", f"instance = {OSD_HOST}"))
        now = firing(monitoring)
    assert now >= BELONG
    assert {name for name, _ in now - BELONG} <= WITH_THEM
    assert {alert for alert in now if alert[1] == OFF} == {("InstanceDown", OFF)}
    wait("all of it to end", 600, lambda: not firing(monitoring))
    wait(
        "the mail of the host's return",
        400,
        lambda: told(since, "[RESOLVED", "InstanceDown", f"instance = {OFF}"),
    )
