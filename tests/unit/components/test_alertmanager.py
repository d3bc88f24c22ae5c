"""Alerts reach whom the stack file says, when it says; Alertmanager's own amtool reads what is written for it."""

from __future__ import annotations

import json
import re
import subprocess
from typing import Any

import pytest

from components.kolla_cluster.overrides import overrides
from components.kolla_cluster.passwords import read_passwords
from components.observability.alertmanager import SILENCES, alertmanager_yaml
from components.observability.jobs import KOLLA
from components.observability.plan import ALSO, AREAS, alert_secrets, prometheus_files
from components.observability.rules import areas
from config.cloud import CloudConfig
from config.observability import ALERTMANAGER
from config.release_map import known
from config.release_map.data_file import option_rows
from tests.debian_programs import program
from tests.unit.components.support import Raw, cloud

PASSWORD, TOKEN = 'it\'s "mine" {%', "https://hooks.example.com/t0ken"
OWN: Raw = {
    "runbooks": "https://git.example.com/cloud/docs/runbooks",
    "mail": {
        "server": "smtp.example.com:587",
        "sender": "cloud@example.com",
        "user": "alertmanager",
        "password": {"secret": PASSWORD},
    },
    "receivers": {
        "operators": {"mail": ["ops@example.com", "team@example.com"]},
        "pager": {"webhook": {"secret": TOKEN}},
        "storage": {"chat": {"secret": TOKEN}, "resolved": False},
    },
    "default": "operators",
    "hours": {"office": {"timeZone": "Europe/Paris"}},
    "routes": [
        {"receiver": "pager", "severities": ["critical"]},
        {"receiver": "operators", "severities": ["critical", "warning"], "hours": "office"},
        {"receiver": "storage", "areas": ["ceph", "disk"]},
    ],
}


def with_alerts(**changes: Any) -> CloudConfig:
    def change(raw: Raw) -> None:
        raw["observability"] = OWN
        raw["kolla"]["prometheus"] = raw["kolla"]["prometheus"] | changes

    return cloud("prod", change)


def filled_in(text: str, secrets: dict[str, str]) -> str:
    """As Ansible's `to_json` does."""
    return re.sub(r"\{\{ (\w+) \| to_json \}\}", lambda found: json.dumps(secrets[found[1]]), text)


def amtool(*argv: str) -> str:
    done = subprocess.run((program("amtool"), *argv), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> str:
    made = with_alerts()
    path = tmp_path_factory.mktemp("alertmanager") / "alertmanager.yml"
    path.write_text(filled_in(prometheus_files(made)[ALERTMANAGER], alert_secrets(made)))
    return str(path)


def test_alertmanager_understands_its_configuration(written: str) -> None:
    assert "SUCCESS" in amtool("check-config", written)


@pytest.mark.parametrize(
    ("labels", "receivers"),
    [
        ("severity=critical area=host", "pager,operators"),
        ("severity=warning area=host", "operators"),
        ("severity=warning area=ceph", "operators,storage"),
        ("severity=info area=host", "operators"),
        ("severity=info area=disk", "storage"),
    ],
)
def test_an_alert_goes_by_every_route_it_fits_or_to_the_default(
    written: str, labels: str, receivers: str
) -> None:
    told = amtool("config", "routes", "test", f"--config.file={written}", *labels.split()).split()
    assert told == [receivers]


def test_secrets_are_in_the_passwords_and_nowhere_else() -> None:
    made = with_alerts()
    assert not [path for path, text in overrides(made).items() if PASSWORD in text or TOKEN in text]
    passwords = read_passwords(made)
    assert passwords["observability_mail_password"] == PASSWORD
    assert passwords["observability_pager_webhook"] == passwords["observability_storage_chat"] == TOKEN


def test_every_area_says_what_has_to_run_for_its_rules() -> None:
    assert sorted(AREAS) == sorted(areas())


def test_rules_come_with_the_exporter_that_they_read() -> None:
    assert "prometheus/cloud-ceph.rules" in overrides(with_alerts())
    without = overrides(with_alerts(ceph=False))
    assert "prometheus/cloud-ceph.rules" not in without
    assert "prometheus/cloud-host.rules" in without


def test_links_lead_to_the_sites_own_copy_of_the_runbooks() -> None:
    text = prometheus_files(with_alerts())["prometheus/cloud-host.rules"]
    assert "https://git.example.com/cloud/docs/runbooks/host.md#instancedown" in text


def test_without_the_section_nothing_is_written() -> None:
    assert prometheus_files(cloud("prod")) == {}
    assert alert_secrets(cloud("prod")) == {}


def test_a_receiver_without_mail_needs_no_mail_server() -> None:
    def change(raw: Raw) -> None:
        raw["observability"] = {"receivers": {"pager": {"webhook": {"secret": TOKEN}}}, "default": "pager"}

    own = cloud("prod", change).observability
    assert own is not None
    assert "smtp" not in alertmanager_yaml(own)


@pytest.mark.parametrize(("source", "target", "equal"), SILENCES)
def test_what_silences_and_what_is_silenced_are_alerts_that_exist(
    source: str, target: str, equal: tuple[str, ...]
) -> None:
    names = [name for rules in areas().values() for name in rules]
    for matchers in (source, target):
        found = re.search(r'alertname=~?"([^"]+)"', matchers)
        assert found
        assert [name for name in names if re.fullmatch(found[1], name)], matchers


@pytest.mark.parametrize("series", known())
def test_every_release_has_the_switches_that_bring_rules(series: str) -> None:
    named = {
        word
        for on in (*ALSO.values(), *(KOLLA[job].when for job in AREAS.values() if job in KOLLA))
        for word in re.findall(r"enable_\w+|neutron_\w+", on)
    }
    newer = {"enable_prometheus_openstack_network_exporter"}
    assert named - set(option_rows(series)) <= newer
