"""What the lab's own Prometheus and Alertmanager say, asked as an operator does."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from tests.lab.support import ssh

ADDRESS = "10.10.10.51"
PROMETHEUS, ALERTMANAGER = 9091, 9093
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

    def _ask(self, port: int, path: str) -> Any:
        order = {"url": f"http://{ADDRESS}:{port}{path}", "login": self._logins[port]}
        return json.loads(ssh("mon01", f"python3 -c '{_ASK}'", stdin=json.dumps(order)).stdout)


def wait(what: str, seconds: float, met: Callable[[], bool]) -> None:
    """Until something is so. Raises AssertionError with the words of it when it is not in time."""
    end = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < end, f"not within {seconds:.0f} s: {what}"
        time.sleep(5)
