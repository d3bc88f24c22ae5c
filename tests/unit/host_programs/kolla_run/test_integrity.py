"""What a cloud lacks: the comparison as data; then the whole check, with a cloud and a clock of the test."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from host_programs.contract.kolla_run import Catalogued, Expectations
from host_programs.kolla_run import integrity, integrity_run
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.integrity import Mismatch
from host_programs.kolla_run.openstack import Endpoint, NoAnswerError, Reply
from tests.unit.host_programs.kolla_run.fake import FakeHost
from tests.unit.host_programs.kolla_run.support import data

CASES: dict[str, list[dict[str, Any]]] = data("integrity.yaml")
GLANCE: list[Catalogued] = [
    {
        "service": "glance",
        "type": "image",
        "endpoints": {"internal": "10.10.10.250", "public": "api.cloud.test"},
    }
]


def cases(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES[kind]])


def lines(found: Any) -> list[str]:
    return [one.text for one in found]


@cases("agents")
def test_agents(case: dict[str, Any]) -> None:
    rows = integrity.agent_rows(case["api"], case["rows"])
    found = list(integrity.agents(case["api"], case["expected"], rows))
    assert lines(found) == case["lines"]
    assert {one.settles for one in found} <= {case.get("settles")}


@cases("catalogue")
def test_the_catalogue(case: dict[str, Any]) -> None:
    found = list(integrity.catalogue(GLANCE, [Endpoint(*row) for row in case["found"]], "RegionOne"))
    assert lines(found) == case["lines"]
    assert not any(one.settles for one in found), "no service enters the catalogue by waiting"


@cases("answers")
def test_endpoints_answer(case: dict[str, Any]) -> None:
    assert lines(integrity.answers({"http://vip/": case["got"]})) == case["lines"]


@cases("containers")
def test_containers(case: dict[str, Any]) -> None:
    host = {"problem": "", "containers": {"nova_api": case["state"]}}
    assert lines(integrity.hosts(["ctl01"], {"ctl01": host})) == case["lines"]


def test_hosts_that_cannot_be_asked_or_run_nothing() -> None:
    found = {
        "ctl02": {"problem": "docker: Cannot connect", "containers": {}},
        "ctl03": {"problem": "", "containers": {}},
    }
    assert lines(integrity.hosts(["ctl01", "ctl02", "ctl03"], found)) == [
        "ctl01: could not be asked",
        "ctl02: docker: Cannot connect",
        "ctl03: Kolla-Ansible has started no container here",
    ]


@cases("clusters")
def test_clusters(case: dict[str, Any]) -> None:
    hosts = {host: {"members": {"galera": member}} for host, member in case["members"].items()}
    assert lines(integrity.clusters({"galera": ["ctl01", "ctl02", "ctl03"]}, hosts)) == case["lines"]


@cases("addresses")
def test_virtual_addresses(case: dict[str, Any]) -> None:
    hosts = {host: {"addresses": ["10.10.10.250"]} for host in case["holders"]}
    assert lines(integrity.addresses({"10.10.10.250": ["ctl01", "ctl02"]}, hosts)) == case["lines"]


def test_what_is_waited_for_is_told_in_a_few_words() -> None:
    found = [
        Mismatch("a on x: is down"),
        Mismatch("b: is missing", settles=False),
        Mismatch("c on y: is down"),
    ]
    assert integrity.kinds(found) == "a on x: is down (and 1 more)"


PASSWORD = "the-password-of-admin"
TOKEN = "the-token-of-admin"
EXPECTED: Expectations = {
    "region": "RegionOne",
    "catalogue": [
        {"service": "nova", "type": "compute", "endpoints": {"internal": "vip", "public": "api.test"}}
    ],
    "agents": {"compute": {"nova-compute": ["cmp01"]}},
    "clusters": {"galera": ["ctl01"]},
    "addresses": {"10.10.10.250": ["ctl01"]},
    "hosts": ["ctl01"],
}
OBSERVED: dict[str, Any] = {
    "containers": {"nova_api": {"state": "running", "health": "healthy", "code": 0}},
    "members": {"galera": {"problem": "", "sees": 1}},
    "addresses": ["10.10.10.250"],
    "answers": {"https://api.test:8774/": 200},
    "problem": "",
}


class Site:
    """A deploy host with a cloud, whose time is the test's."""

    def __init__(self, root: Path) -> None:
        self.host = FakeHost(root)
        self.host.write("expectations.json", json.dumps(EXPECTED))
        self.host.on["observe"] = self._observe
        self.observed = json.loads(json.dumps(OBSERVED))
        self.state = "up"
        self.keystone = 201
        self.time = 0.0
        self.comes_up_at: float | None = None
        self.asked: list[tuple[str, dict[str, str]]] = []

    def _observe(self) -> None:
        Path(self.host.paths.results, "ctl01.json").write_text(json.dumps(self.observed))

    def wait(self, seconds: float) -> None:
        self.time += seconds
        if self.comes_up_at is not None and self.time >= self.comes_up_at:
            self.state = "up"

    def fetch(self, url: str, headers: Mapping[str, str], document: Any) -> Reply:
        self.asked.append((url, dict(headers)))
        if url == "http://vip:5000/v3/auth/tokens":
            assert document["auth"]["identity"]["password"]["user"]["password"] == PASSWORD
            endpoints = [
                {"interface": "internal", "region_id": "RegionOne", "url": "http://vip:8774/v2.1"},
                {"interface": "public", "region_id": "RegionOne", "url": "https://api.test:8774/v2.1"},
            ]
            token = {"catalog": [{"type": "compute", "endpoints": endpoints}]}
            return Reply(self.keystone, TOKEN, {"token": token})
        if url == "http://vip:8774/v2.1/os-services":
            row = {"binary": "nova-compute", "host": "cmp01", "state": self.state, "updated_at": "noon"}
            return Reply(200, "", {"services": [row]})
        if url == "http://vip:8774/":
            return Reply(300, "", None)
        raise NoAnswerError("connection refused")

    def check(self, patience: float = integrity_run.PATIENCE) -> dict[str, Any]:
        auth = {
            "auth_url": "http://vip:5000",
            "username": "admin",
            "password": PASSWORD,
            "project_name": "admin",
            "user_domain_name": "Default",
            "project_domain_name": "Default",
        }
        clouds = [{"clouds": {"kolla-admin-internal": {"auth": auth}}}]
        kolla = self.host.kolla()
        clock = integrity_run.Clock(lambda: self.time, self.wait)
        with mock.patch("host_programs.kolla_run.integrity_run.read_yaml", return_value=clouds):
            return integrity_run.check(kolla, clock, self.fetch, patience=patience)


def test_a_whole_cloud_is_looked_at_once(tmp_path: Path) -> None:
    site = Site(tmp_path)
    assert site.check() == {"action": "integrity", "ok": True, "hosts": 1, "changed": 0}
    assert site.host.ran == ["observe"]
    assert site.host.said[-1].startswith("integrity: all there: 1 services in the catalogue, 1 agents")


def test_an_agent_gets_time_for_its_first_report(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.state, site.comes_up_at = "down", 40.0
    assert site.check()["ok"]
    assert site.time == 45.0
    assert "waits at most 600 s more for compute service nova-compute on cmp01" in site.host.said[0]


def test_one_look_waits_for_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.state, site.comes_up_at = "down", 40.0
    with pytest.raises(integrity_run.MissingError):
        site.check(patience=0)
    assert site.time == 0


def test_waiting_has_an_end_and_every_line_is_told(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.state = "down"
    site.observed["containers"]["nova_api"]["health"] = "starting"
    with pytest.raises(integrity_run.MissingError) as caught:
        site.check()
    assert site.time == integrity_run.PATIENCE
    expected = [
        "compute service nova-compute on cmp01: is down since noon",
        "container nova_api on ctl01: is starting",
    ]
    assert caught.value.summary["mismatches"] == expected
    assert caught.value.summary["ok"] is False
    assert caught.value.code == 2
    assert site.host.said[-2:] == [f"integrity: {line}" for line in expected]


def test_what_cannot_come_right_is_not_waited_for(tmp_path: Path) -> None:
    site = Site(tmp_path)
    other = json.loads(json.dumps(EXPECTED))
    other["catalogue"][0]["endpoints"]["internal"] = "elsewhere"
    site.host.write("expectations.json", json.dumps(other))
    with pytest.raises(
        integrity_run.MissingError, match=r"leads to http://vip:8774/v2\.1, expected is elsewhere"
    ):
        site.check()
    assert site.time == 0


def test_a_dead_keystone_and_dead_hosts_are_lines_too(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.keystone = 503
    site.host.on["observe"] = lambda: None
    site.host.fails = {"observe"}
    with pytest.raises(integrity_run.MissingError) as caught:
        site.check()
    assert caught.value.summary["mismatches"] == [
        "keystone: no token from http://vip:5000: answers 503",
        "ctl01: could not be asked",
        "galera: 0 of 1 members: ctl01 is missing",
        "virtual address 10.10.10.250: is on none of ctl01",
    ]


def test_no_password_and_no_token_goes_astray(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.state = "down"
    with pytest.raises(integrity_run.MissingError) as caught:
        site.check()
    told = [*site.host.said, *site.host.ran, str(caught.value), json.dumps(caught.value.summary)]
    assert not [text for text in told if PASSWORD in text or TOKEN in text]
    with_token = {url for url, headers in site.asked if TOKEN in headers.values()}
    assert with_token == {"http://vip:8774/v2.1/os-services"}


def test_without_expectations_the_fix_is_told(tmp_path: Path) -> None:
    site = Site(tmp_path)
    Path(site.host.paths.config, "expectations.json").unlink()
    with pytest.raises(RunError, match=r"expectations.json: cannot be read \(run pulumi up"):
        site.check()
