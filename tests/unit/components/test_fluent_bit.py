"""What Fluent Bit is told: an outage of the store loses no line, few labels, the password nowhere in clear.

Fluent Bit itself is not to be had where this is built: these tests read its configuration, they do not run it.
A real store, and another agent, are in tests/integration/test_logs.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.host_prep.plan import HostPlan, plan_hosts
from components.observability.fluent_bit import CA, DATE, PARSERS
from components.state import canonical
from tests.unit.components.support import Raw, cloud, files

PASSWORD = "s3cret-of-the-store"
SETTINGS, ENVIRONMENT = "/etc/fluent-bit/cloud.yaml", "/etc/fluent-bit/cloud.env"
LOGS: Raw = {
    "url": "https://logs.example.com:3100/loki/api/v1/push",
    "user": "cloud",
    "password": {"secret": PASSWORD},
}


def plans(logs: Raw | None, *on: str) -> dict[str, HostPlan]:
    def change(raw: Raw) -> None:
        receivers = {"ops": {"webhook": {"secret": "https://hooks.example.com/x"}}}
        raw["observability"] = {"receivers": receivers, "default": "ops"} | ({"logs": logs} if logs else {})
        for host in on:
            raw["hosts"][host]["enabled"] = True

    return plan_hosts(cloud("prod", change), files())


def settings(plan: HostPlan) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(plan.base["files"][SETTINGS]["content"])
    return found


def output(plan: HostPlan) -> dict[str, Any]:
    (found,) = settings(plan)["pipeline"]["outputs"]
    return dict(found)


def read(parser: str, line: str) -> dict[str, str] | None:
    """As Ruby's patterns do, which name groups otherwise than Python's."""
    found = re.match(PARSERS[parser][0].replace("(?<", "(?P<"), line)
    return found and {key: value for key, value in found.groupdict().items() if value is not None}


def test_an_outage_of_the_store_loses_no_line() -> None:
    made = settings(plans(LOGS)["ctl01"])
    for one in made["pipeline"]["inputs"]:
        assert one["storage.type"] == "filesystem", "what was read is on disk"
        assert one["storage.pause_on_chunks_overlimit"] == "on", "a full buffer stops the reading"
        assert one["db"].startswith("/var/lib/fluent-bit/"), "a restart reads on where it was"
    assert made["service"]["storage.path"] == "/var/lib/fluent-bit/buffer"
    assert made["service"]["storage.sync"] == "full"
    (out,) = made["pipeline"]["outputs"]
    assert out["retry_limit"] == "no_limits"
    assert "storage.total_limit_size" not in out, "it throws the oldest lines away"


def test_lines_of_an_outage_are_sent_soon_after_it() -> None:
    longest = settings(plans(LOGS)["ctl01"])["service"]["scheduler.cap"]
    assert 5 < longest <= 60, "seconds; without it half an hour; the first wait is 5"


@pytest.mark.parametrize(("mebibytes", "chunks"), [(64, 32), (512, 256)])
def test_the_buffer_is_as_large_as_the_site_says(mebibytes: int, chunks: int) -> None:
    made = settings(plans(LOGS | {"buffer": mebibytes})["ctl01"])
    assert made["service"]["storage.max_chunks_up"] == chunks


def test_lines_go_to_the_store_over_tls_and_its_certificate_is_checked(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text("THE-CA\n")
    plan = plans(LOGS | {"ca": str(ca), "tenant": "prod"})["cmp01"]
    out = output(plan)
    assert (out["host"], out["port"], out["uri"]) == ("logs.example.com", 3100, "/loki/api/v1/push")
    assert (out["tls"], out["tls.verify"], out["tls.ca_file"]) == ("on", "on", CA)
    assert (out["http_user"], out["http_passwd"], out["tenant_id"]) == (
        "cloud",
        "${LOG_STORE_PASSWORD}",
        "prod",
    )
    assert plan.base["files"][CA]["content"] == "THE-CA\n"


def test_what_the_store_asks_for_in_its_address_stays_there() -> None:
    url = "https://logs.example.com/insert/loki/api/v1/push?_msg_field=message,log"
    made = output(plans({"url": url})["ctl01"])
    assert (made["port"], made["uri"]) == (443, "/insert/loki/api/v1/push?_msg_field=message,log")


def test_the_password_is_in_a_file_of_roots_alone() -> None:
    for plan in plans(LOGS).values():
        assert PASSWORD not in canonical(plan.base)
        assert plan.secrets is not None
        file = plan.secrets["files"][ENVIRONMENT]
        assert (file["content"], file["mode"]) == (f"LOG_STORE_PASSWORD={PASSWORD}\n", "0600")
        assert file["sensitive"] is True
        # It starts once both are there.
        assert "fluent-bit.service" not in plan.base["units"]
        assert {SETTINGS, ENVIRONMENT} <= set(plan.secrets["units"]["fluent-bit.service"]["restart_on"])


def test_a_store_without_a_login_needs_no_secret() -> None:
    plan = plans({"url": LOGS["url"]})["ctl01"]
    assert plan.secrets is None
    assert plan.base["units"]["fluent-bit.service"]["active"] is True
    assert "http_user" not in output(plan)


def test_streams_are_told_by_few_labels_and_hosts_by_their_own() -> None:
    made = plans(LOGS)
    for host, plan in made.items():
        out = output(plan)
        assert out["labels"] == f"host={host}, job=$job, service=$service"
        assert "$request_id" in out["structured_metadata"]


def test_one_more_host_changes_no_other() -> None:
    before, after = plans(LOGS), plans(LOGS, "cmp03")
    assert set(after) - set(before) == {"cmp03"}
    assert all(settings(before[host]) == settings(after[host]) for host in before)


def test_without_a_store_no_host_has_it() -> None:
    assert not [host for host, plan in plans(None).items() if "fluent-bit" in canonical(plan.base)]


def test_what_filters_and_inputs_name_is_there() -> None:
    made = settings(plans(LOGS)["ctl01"])
    named = {one["parser"] for one in made["pipeline"]["filters"] if "parser" in one}
    assert named == {one["name"] for one in made["parsers"]} == set(PARSERS)
    several = {one["multiline.parser"] for one in made["pipeline"]["inputs"] if "multiline.parser" in one}
    assert several == {one["name"] for one in made["multiline_parsers"]}
    databases = [one["db"] for one in made["pipeline"]["inputs"]]
    assert len(set(databases)) == len(databases)


ID = "req-5b0f3c6e-0000-4000-8000-000000000001"
NOVA = "2026-11-27 09:00:00.123 7 ERROR nova.compute.manager"


@pytest.mark.parametrize(
    ("parser", "line", "found"),
    [
        (
            "kolla-file",
            "/var/lib/docker/volumes/kolla_logs/_data/nova/nova-api.log",
            {"service": "nova"},
        ),
        (
            "openstack",
            f"{NOVA} [None {ID} admin - -] Down\n  trace",
            {"request_id": ID, "message": "Down\n  trace"},
        ),
        ("openstack", f"{NOVA} [req-1 {ID} admin -] Down", {"request_id": ID, "context": " admin -"}),
        ("openstack", f"{NOVA} [{ID} admin] Down", {"request_id": ID, "level": "ERROR"}),
        ("openstack", f"{NOVA} [-] Down", {"message": "Down", "module": "nova.compute.manager", "pid": "7"}),
        ("openstack", f"{NOVA} Down", {"message": "Down"}),
        (
            "rabbitmq",
            "2026-11-27 09:00:00.123456+00:00 [warning] <0.1.0> low",
            {"level": "warning", "module": "<0.1.0>", "message": "low"},
        ),
        (
            "mariadb",
            "2026-11-27  9:00:00 12 [Note] WSREP: synced",
            {"level": "Note", "message": "WSREP: synced"},
        ),
    ],
)
def test_lines_are_read_by_what_their_service_writes(parser: str, line: str, found: dict[str, str]) -> None:
    made = read(parser, line)
    assert made is not None
    assert {key: made.get(key) for key in found} == found


@pytest.mark.parametrize(
    "line", [f"{NOVA} [-] x", "2026-11-27  9:00:00 12 [Note] x", "2026-11-27T09:00:00Z x"]
)
def test_a_date_begins_a_message(line: str) -> None:
    assert re.match(DATE, line)
    assert not re.match(f"^(?!{DATE[1:]})", line)


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", '  File "x.py", line 1', ""])
def test_a_line_without_a_date_belongs_to_the_one_before(line: str) -> None:
    assert re.match(f"^(?!{DATE[1:]})", line)
