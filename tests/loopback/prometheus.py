"""A real Prometheus, Alertmanager and node exporter on 127.0.0.1, with the product's rules, and a server that takes mail."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import yaml

from components.observability.alertmanager import alertmanager_yaml
from components.observability.rules import rule_file
from config.observability import Observability
from lab.mail_sink import MailSink
from tests.debian_programs import CACHE, fetch, server
from tests.loopback.vaults import free_ports

AREAS = ("host", "disk", "monitoring")
"""Those whose exporters run here."""
HOST = "mon01"


@dataclass
class Site:
    """One monitored host."""

    folder: Path
    taken: list[EmailMessage] = field(default_factory=list)
    """Every mail."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fetch(CACHE)
        self._mail = MailSink(("127.0.0.1", 0), self._take)
        threading.Thread(target=self._mail.serve_forever, daemon=True).start()
        names = ("prometheus", "prometheus-alertmanager", "prometheus-node-exporter", "cluster")
        self._at = {n: f"127.0.0.1:{port}" for n, port in zip(names, free_ports(len(names)), strict=True)}
        (self.folder / "alertmanager.yml").write_text(yaml.safe_dump(self._alertmanager()))
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(self._prometheus()))
        for area in AREAS:
            (self.folder / f"cloud-{area}.rules").write_text(rule_file(area))
        self._arguments = {
            "prometheus": (
                f"--config.file={self.folder}/prometheus.yml",
                f"--storage.tsdb.path={self.folder}/data",
                f"--web.listen-address={self._at['prometheus']}",
            ),
            "prometheus-alertmanager": (
                f"--config.file={self.folder}/alertmanager.yml",
                f"--storage.path={self.folder}/alerts",
                f"--web.listen-address={self._at['prometheus-alertmanager']}",
                f"--cluster.listen-address={self._at['cluster']}",
                f"--cluster.advertise-address={self._at['cluster']}",
            ),
            "prometheus-node-exporter": (f"--web.listen-address={self._at['prometheus-node-exporter']}",),
        }
        for name in reversed(self._arguments):
            self.start(name)

    def start(self, name: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            argv = (*server(name), *self._arguments[name])
            self.running[name] = subprocess.Popen(argv, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def stop(self, name: str) -> None:
        process = self.running.pop(name)
        process.terminate()
        process.wait(30)

    def end(self) -> None:
        for name in list(self.running):
            self.stop(name)
        self._mail.shutdown()
        self._mail.server_close()

    def _take(self, text: bytes) -> None:
        self.taken.append(message_from_bytes(text, policy=policy.default))

    def wait(self, what: str, seconds: float, holds: Callable[[], bool]) -> None:
        """Wait for something that has to come; fails when it does not, or when a program has ended."""
        deadline = time.monotonic() + seconds
        while not holds():
            for name, process in self.running.items():
                log = (self.folder / f"{name}.log").read_text().splitlines()[-5:]
                assert process.poll() is None, "\n".join((f"{name} has ended:", *log))
            assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
            time.sleep(0.2)

    def ask(self, path: str) -> Any:
        """What Prometheus answers, empty while it does not."""
        try:
            return (
                httpx.get(f"http://{self._at['prometheus']}/api/v1/{path}", timeout=10).json().get("data", [])
            )
        except (httpx.TransportError, ValueError):
            return []

    def tell(self, *alerts: dict[str, str]) -> None:
        """Give Alertmanager alerts, by their labels."""
        body = [{"labels": labels} for labels in alerts]
        url = f"http://{self._at['prometheus-alertmanager']}/api/v2/alerts"
        httpx.post(url, json=body, timeout=10).raise_for_status()

    def silenced(self) -> list[dict[str, str]]:
        """Labels of the alerts that Alertmanager holds back because of another one."""
        url = f"http://{self._at['prometheus-alertmanager']}/api/v2/alerts"
        alerts = httpx.get(url, timeout=10).json()
        return [alert["labels"] for alert in alerts if alert["status"]["inhibitedBy"]]

    def firing(self) -> list[dict[str, str]]:
        """Labels of the alerts that fire."""
        alerts = (self.ask("alerts") or {}).get("alerts", [])
        return [alert["labels"] for alert in alerts if alert["state"] == "firing"]

    def up(self, value: str) -> list[str]:
        """Jobs whose target is up (`1`) or down (`0`)."""
        found = (self.ask("query?query=up") or {}).get("result", [])
        return sorted(one["metric"]["job"] for one in found if one["value"][1] == value)

    def _alertmanager(self) -> Any:
        own = Observability.model_validate(
            {
                "mail": {
                    "server": f"127.0.0.1:{self._mail.server_address[1]}",
                    "sender": "cloud@example.com",
                    "tls": False,
                },
                "receivers": {"operators": {"mail": ["ops@example.com"]}},
                "default": "operators",
            }
        )
        document = yaml.safe_load(alertmanager_yaml(own))
        # As in the product, but for how long it gathers alerts before it tells them.
        document["route"] |= {"group_wait": "1s", "group_interval": "2s"}
        return document

    def _prometheus(self) -> dict[str, Any]:
        jobs = {
            "node": "prometheus-node-exporter",
            "prometheus": "prometheus",
            "alertmanager": "prometheus-alertmanager",
        }
        return {
            "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
            "rule_files": [f"cloud-{area}.rules" for area in AREAS],
            "scrape_configs": [
                {
                    "job_name": job,
                    "static_configs": [{"targets": [self._at[name]], "labels": {"instance": HOST}}],
                }
                for job, name in jobs.items()
            ],
            "alerting": {
                "alertmanagers": [{"static_configs": [{"targets": [self._at["prometheus-alertmanager"]]}]}]
            },
        }
