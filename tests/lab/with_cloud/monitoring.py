"""What the lab's own Prometheus, Alertmanager and mail server say, asked as an operator does."""

from __future__ import annotations

import email
import email.policy
import json
import re
import time
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

from tests.lab.support import lab, ssh

ADDRESS = "10.10.10.51"
PROMETHEUS, ALERTMANAGER = 9091, 9093
EXPLAINED = {
    "FilesystemFull FilesystemLow FilesystemFilling": "all hosts share their machine's disk",
    "HostLoadHigh HostCpuBusy HostCpuStolen HostWaitsForDisk HostMemoryLow DiskSaturated ScrapeSlow ApiSlow": "and its two cores",
    "HostRestarted HaproxyRestarted MariadbRestarted RabbitmqRestarted": "the cloud has started from a snapshot",
}
"""Alerts that this lab may have at any time, and why."""
_NAMES = {name for names in EXPLAINED for name in names.split()}
# On the monitoring host, whose curl is not there; the password goes by stdin.
_ASK = """\
import base64, json, sys, urllib.request
order = json.load(sys.stdin)
login = base64.b64encode(order["login"].encode()).decode()
request = urllib.request.Request(order["url"], headers={"Authorization": "Basic " + login})
sys.stdout.write(urllib.request.urlopen(request, timeout=20).read().decode())
"""


class Monitoring:
    """Prometheus and Alertmanager of the lab's cloud.

    Args:
        passwords: of its services, by name.
    """

    def __init__(self, passwords: dict[str, Any]) -> None:
        self._logins = {
            PROMETHEUS: f"admin:{passwords['prometheus_password']}",
            ALERTMANAGER: f"admin:{passwords['prometheus_alertmanager_password']}",
        }

    def targets(self) -> list[dict[str, Any]]:
        """What Prometheus asks, as its API gives it."""
        found: list[dict[str, Any]] = self._ask(PROMETHEUS, "/api/v1/targets")["data"]["activeTargets"]
        return found

    def firing(self) -> set[tuple[str, str]]:
        """Alerts that Alertmanager has and that nothing silences: name, `instance`."""
        alerts = self._ask(ALERTMANAGER, "/api/v2/alerts?active=true&inhibited=false&silenced=false")
        return {(alert["labels"]["alertname"], alert["labels"].get("instance", "")) for alert in alerts}

    def unexplained(self) -> set[tuple[str, str]]:
        """Those that the lab does not explain."""
        return {alert for alert in self.firing() if alert[0] not in _NAMES}

    def _ask(self, port: int, path: str) -> Any:
        order = {"url": f"http://{ADDRESS}:{port}{path}", "login": self._logins[port]}
        return json.loads(ssh("mon01", f"python3 -c '{_ASK}'", stdin=json.dumps(order)).stdout)


def mails() -> list[str]:
    """Each mail that arrived: its subject, an empty line, its text."""
    parts = re.split(r"(?m)^From /\S+\.eml\n", lab("mail").stdout)[1:]
    return [_text(email.message_from_string(part, policy=email.policy.default)) for part in parts]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("html",))
    words = re.sub(r"<[^>]+>", " ", body.get_content()) if body else ""
    return f"{mail['Subject']}\n\n{' '.join(words.split())}"


def wait(what: str, seconds: float, met: Callable[[], bool]) -> None:
    """Until something is so. Raises AssertionError with the words of it when it is not in time."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(5)
