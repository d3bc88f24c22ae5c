"""A fault arrives by mail, with what belongs to it and nothing else; so does its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from components.vault_secrets import paths
from tests.lab.support import lab, ssh
from tests.lab.with_cloud.monitoring import Monitoring, mails, wait
from tests.unit.config.kolla_secrets import certificate

pytestmark = pytest.mark.cloud

OFF, OSD_HOST, VAULT_HOST = "cmp01", "ceph02", "ctl02"
BELONG = {("InstanceDown", OFF), ("CephOsdDown", OSD_HOST), ("CertificateEnded", VAULT_HOST)}
"""The alerts of the faults below: nothing else of a host that is off."""
WITH_THEM = {"CephOsdHostDown", "TargetDown"}
"""What may follow from them: it was the host's only OSD, and Prometheus itself no longer trusts that node of the vault."""

GROUPED = 300
"""Seconds that a mail may wait for the last one of its group: area, host and severity."""


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
    """A node of the vault shows one that is long past; what it had is kept."""
    files = (paths.CERTIFICATE, paths.KEY)
    for path in files:
        past = certificate(VAULT_HOST, days=30)
        ssh(VAULT_HOST, f"cp --archive {path} {path}.kept && cat > {path}", stdin=past)
    ssh(VAULT_HOST, f"systemctl reload {paths.UNIT}")
    try:
        yield
    finally:
        for path in files:
            ssh(VAULT_HOST, f"mv {path}.kept {path}")
        ssh(VAULT_HOST, f"systemctl reload {paths.UNIT}")


def arrived(since: int, *words: str) -> bool:
    """Whether a mail has come that has all of these, after so many others."""
    return any(all(word in mail for word in words) for mail in mails()[since:])


@pytest.mark.long(minutes=14, then=3)
def test_each_fault_and_its_end_arrive_by_mail_with_nothing_that_does_not_belong_to_it(
    monitoring: Monitoring,
) -> None:
    since = len(mails())
    down = ("InstanceDown", f"instance = {OFF}", "job = node")
    ended = ("CertificateEnded", f"instance = {VAULT_HOST}")
    with host_off(), osd_stopped(), certificate_ended():
        wait("the host's mail", GROUPED + 300, lambda: arrived(since, "[FIRING", *down))
        wait("the certificate's mail", GROUPED + 300, lambda: arrived(since, "[FIRING", *ended))
        osd = ("CephOsdDown", f"instance = {OSD_HOST}")
        wait("the OSD's mail", GROUPED + 600, lambda: arrived(since, "[FIRING", *osd))
        now = monitoring.unexplained()
    assert now >= BELONG
    assert {name for name, _ in now - BELONG} <= WITH_THEM
    assert {alert for alert in now if alert[1] == OFF} == {("InstanceDown", OFF)}
    wait("all of it to end", 600, lambda: not monitoring.unexplained())
    wait("the mail of the host's return", GROUPED + 300, lambda: arrived(since, "[RESOLVED", *down))
