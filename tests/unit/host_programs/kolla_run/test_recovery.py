"""Recovery: each observed state and the exact steps that follow, as data; then the walk through the gates."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from host_programs.contract.kolla_run import Expectations
from host_programs.kolla_run.integrity_run import Clock
from host_programs.kolla_run.recovery import narrowed, ovn, walk
from host_programs.kolla_run.recovery.gate import Gate, Order, Seen, Step, Verb, Verdict
from host_programs.kolla_run.recovery.recover import GATES
from tests.unit.host_programs.kolla_run.fake import FakeHost
from tests.unit.host_programs.kolla_run.support import data

CASES: dict[str, list[dict[str, Any]]] = data("recovery.yaml")
CONTROLLERS = ("ctl01", "ctl02", "ctl03")
EXPECTED: Expectations = {
    "region": "RegionOne",
    "catalogue": [],
    "agents": {},
    "clusters": {name: list(CONTROLLERS) for name in ("galera", "rabbitmq", "ovn-nb", "ovn-sb")},
    "addresses": {},
    "hosts": list(CONTROLLERS),
}
NODES = [f"rabbit@{host}" for host in CONTROLLERS]
SERVERS = {"aa": "tcp:10.0.0.1:6643", "bb": "tcp:10.0.0.2:6643", "cc": "tcp:10.0.0.3:6643"}


def whole(host: str) -> dict[str, Any]:
    """What a controller of a whole cloud shows."""
    units = [f"kolla-{name}-container.service" for name in ("mariadb", "rabbitmq")]
    raft = {
        "problem": "",
        "sees": 3,
        "cluster": "5c3f",
        "address": SERVERS[{"ctl01": "aa", "ctl02": "bb", "ctl03": "cc"}[host]],
        "leads": host == "ctl01",
        "servers": dict(SERVERS),
    }
    shown = {
        "problem": "",
        "units": {unit: {"active": "active", "enabled": True} for unit in units},
        "containers": {"mariadb": {"state": "running", "health": "healthy", "code": 0}},
        "rejected": False,
        "ceph": {},
        "members": {
            "galera": {"problem": "", "sees": 3, "primary": True, "bootstraps": False},
            "rabbitmq": {
                "problem": "",
                "sees": 3,
                "running": NODES,
                "nodes": NODES,
                "queues": dict.fromkeys(["", *NODES], 7),
            },
            "ovn-nb": raft,
            "ovn-sb": raft,
        },
    }
    if host == "ctl01":
        shown["ceph"] = {"problem": "", "quorum": list(CONTROLLERS), "down": {}, "osds": 3, "flags": []}
    copy: dict[str, Any] = json.loads(json.dumps(shown))
    return copy


def changed(base: dict[str, Any], change: dict[str, Any]) -> None:
    """Lay a change over what is there; None takes away, an empty mapping empties."""
    for key, value in change.items():
        if value is None:
            base.pop(key, None)
        elif isinstance(value, dict) and value and isinstance(base.get(key), dict) and key != "down":
            changed(base[key], value)
        else:
            base[key] = value


def seen(case: dict[str, Any]) -> Seen:
    hosts = {host: whole(host) for host in CONTROLLERS if host not in case.get("gone", ())}
    for name, change in case.get("change", {}).items():
        for host in CONTROLLERS if name == "ctl*" else [name]:
            changed(hosts.get(host, {}), change)
    for host, servers in case.get("servers", {}).items():
        hosts[host]["members"]["ovn-nb"]["servers"] = servers
    return Seen(
        hosts, EXPECTED, frozenset(case.get("without", ())), case.get("record", {}), case.get("waited", 0.0)
    )


def shown(step: Step) -> Any:
    """A step as the data has it."""
    if not isinstance(step, tuple) or isinstance(step, Verb):
        return str(step)
    script = ovn._JOIN
    return [
        str(order._replace(argv=tuple("JOIN" if word == script else word for word in order.argv)))
        for order in step
        if isinstance(order, Order)
    ]


def cases() -> Iterator[Any]:
    for gate, rows in CASES.items():
        for row in rows:
            yield pytest.param(gate, row, id=f"{gate}: {row['name']}")


@pytest.mark.parametrize(("name", "case"), list(cases()))
def test_what_is_seen_leads_to_exactly_these_steps(name: str, case: dict[str, Any]) -> None:
    gate = next(one for one in GATES if one.name == name)
    verdict = gate.judge(seen(case))
    assert verdict.found == case["found"]
    assert [shown(step) for step in verdict.steps] == case.get("steps", [])
    assert verdict.waits == case.get("waits", "")
    assert verdict.stuck == case.get("stuck", "")


def test_a_whole_cloud_opens_every_gate_at_once() -> None:
    for gate in GATES:
        verdict = gate.judge(seen({}))
        assert (verdict.steps, verdict.waits, verdict.stuck) == ((), "", ""), gate.name


class Cloud:
    """A cloud whose state is a number; a step raises it, or time does."""

    def __init__(self, root: Path) -> None:
        self.host = FakeHost(root)
        self.kolla = self.host.kolla()
        self.time = 0.0
        self.looks = 0
        self.mended = False
        self.comes_at = float("inf")
        self.fails = False

    def look(self) -> Seen:
        self.looks += 1
        return Seen({}, EXPECTED)

    def judge(self, _: Seen) -> Verdict:
        if self.mended or self.time >= self.comes_at:
            return Verdict("well")
        return Verdict("broken", (Verb("it is broken", "mariadb-recovery"),), "it to be well")

    def recovered(self) -> None:
        self.mended = not self.fails

    def walk(self, *gates: Gate) -> int:
        self.host.on["mariadb-recovery"] = self.recovered
        if self.fails:
            self.host.fails.add("mariadb-recovery")
        hands = walk.Hands(self.kolla, lambda call: pytest.fail(str(call)))
        return walk.walk(gates or [self.gate()], self.look, hands, Clock(lambda: self.time, self.wait))

    def gate(self) -> Gate:
        return Gate("galera", "the database", self.judge, 300)

    def wait(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def cloud(tmp_path: Path) -> Cloud:
    return Cloud(tmp_path)


def test_what_is_needed_is_done_once_and_looked_at(cloud: Cloud) -> None:
    assert cloud.walk() == 1
    assert cloud.host.ran == ["mariadb-recovery"]
    assert cloud.host.said[0] == "galera: broken"
    assert "galera: runs kolla-run mariadb-recovery (it is broken)" in cloud.host.said


def test_gates_that_are_open_share_one_look(cloud: Cloud) -> None:
    cloud.mended = True
    assert cloud.walk(cloud.gate(), cloud.gate()) == 0
    assert (cloud.looks, cloud.host.ran) == (1, [])


def test_a_step_that_failed_is_judged_by_what_came_of_it(cloud: Cloud) -> None:
    cloud.fails, cloud.comes_at = True, 40.0
    assert cloud.walk() == 1
    assert cloud.host.ran == ["mariadb-recovery"]
    assert any("that failed" in line for line in cloud.host.said)
    assert "galera: waits at most 300 s more for it to be well" in cloud.host.said


def test_a_gate_that_does_not_open_ends_the_walk_and_is_not_tried_twice(cloud: Cloud) -> None:
    cloud.fails = True
    after = Gate("after", "nothing", lambda _: pytest.fail("must not be reached"), 1)
    with pytest.raises(walk.StuckError, match="galera: waited 300 s for it to be well") as caught:
        cloud.walk(cloud.gate(), after)
    assert caught.value.code == 2
    assert cloud.host.ran == ["mariadb-recovery"]
    waits = [line for line in cloud.host.said if "waits at most" in line]
    assert len(waits) == 5, "once a minute, not at each look"


def test_a_dry_run_says_all_and_does_nothing(cloud: Cloud) -> None:
    walk.rehearse("recover", [cloud.gate()], cloud.look(), cloud.host.said.append)
    assert cloud.host.ran == []
    assert cloud.host.said == [
        "galera: looks at the database",
        "galera: broken",
        "galera: would run kolla-run mariadb-recovery (it is broken)",
        "galera: would wait at most 300 s for it to be well",
        "recover: a dry run: 1 steps would be taken as things are now",
    ]


def test_orders_of_one_step_go_to_their_hosts_at_once(cloud: Cloud) -> None:
    orders = (Order("w", "ctl01", ("a", "b")), Order("w", "ctl02", ("c",)), Order("w", "ctl01", ("d",)))
    walk.Hands(cloud.kolla, lambda _: None).do(orders)
    given = json.loads(cloud.host.argv[cloud.host.argv.index("-e") + 1])
    assert (given["what"], given["orders"]) == ("w", {"ctl01": [["a", "b"], ["d"]], "ctl02": [["c"]]})
    assert cloud.host.ran == ["orders"]


def test_kolla_ansible_works_without_the_hosts_that_are_off(cloud: Cloud) -> None:
    text = "[control]\nctl01 ansible_host=10.0.0.1\nctl011\nctl03 x=1\n\n[mariadb:children]\ncontrol\n[x]\nctl03\n"
    cloud.host.write("inventory", text)
    with narrowed.narrowed(cloud.kolla, ["ctl03"], "nobody"):
        other = Path(cloud.kolla.paths.inventory)
        assert other.read_text() == text.replace("ctl03 x=1\n", "").replace("ctl03\n", "")
        assert other.stat().st_mode & 0o777 == 0o600
        assert other.parent == Path(cloud.kolla.paths.config), "group_vars are looked for beside it"
    assert not other.exists()
    assert cloud.kolla.paths.inventory == f"{cloud.kolla.paths.config}/inventory"
