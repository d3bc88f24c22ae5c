"""A cloud that does what it is told: units start and stop, servers too, the database never begins by itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest import mock

from host_programs.contract.kolla_run import ADMIN_CLOUD, Expectations
from host_programs.kolla_run.integrity_run import Clock
from host_programs.kolla_run.openstack import NoAnswerError, Reply
from host_programs.kolla_run.recovery import power_off, recover
from tests.unit.host_programs.kolla_run.fake import FakeHost

UNIT = "kolla-{}-container.service"
PLACES = {
    "ctl01": ("haproxy", "mariadb", "ovn_nb_db", "ovn_sb_db", "octavia_health_manager", "rabbitmq"),
    "ctl02": ("haproxy", "mariadb", "ovn_nb_db", "ovn_sb_db", "rabbitmq"),
    "cmp01": ("nova_compute",),
}
EXPECTED: Expectations = {
    "region": "R",
    "catalogue": [],
    "agents": {},
    "clusters": {name: ["ctl01", "ctl02"] for name in ("galera", "rabbitmq", "ovn-nb", "ovn-sb")},
    "addresses": {},
    "hosts": list(PLACES),
}
SERVERS = {"s1": ["web", "ACTIVE"], "s2": ["spare", "SHUTOFF"], "a1": ["amphora-1", "ACTIVE"]}
MEMBERS = {
    "galera": {"problem": "", "sees": 2, "primary": True, "bootstraps": False},
    "rabbitmq": {
        "problem": "",
        "sees": 2,
        "running": ["rabbit@ctl01", "rabbit@ctl02"],
        "nodes": ["rabbit@ctl01", "rabbit@ctl02"],
        "queues": {"": 1, "rabbit@ctl01": 1, "rabbit@ctl02": 1},
    },
    **{
        name: {
            "problem": "",
            "sees": 2,
            "cluster": "c",
            "address": "",
            "leads": True,
            "servers": {"a": "", "b": ""},
        }
        for name in ("ovn-nb", "ovn-sb")
    },
}


class Site:
    """Hosts, servers, Ceph's flags, and the orders that changed them."""

    def __init__(self, root: Path) -> None:
        self.host = FakeHost(root)
        self.host.write("expectations.json", json.dumps(EXPECTED))
        self.host.on = {"observe": self._observe, "orders": self._orders, "mariadb-recovery": self._recovered}
        self.units = {
            host: {UNIT.format(name): {"active": "active", "enabled": True} for name in names}
            for host, names in PLACES.items()
        }
        self.servers = {one: list(pair) for one, pair in SERVERS.items()}
        self.flags = {"sortbitwise", "nobackfill"}
        self.primary = True
        self.orders: list[str] = []
        self.time = 0.0
        self.refuses = ""
        """A command that has no effect."""

    def _observe(self) -> None:
        for host, units in self.units.items():
            up = {name for name in PLACES[host] if units[UNIT.format(name)]["active"] == "active"}
            clusters = {
                "mariadb": "galera",
                "rabbitmq": "rabbitmq",
                "ovn_nb_db": "ovn-nb",
                "ovn_sb_db": "ovn-sb",
            }
            members = {clusters[name]: dict(MEMBERS[clusters[name]]) for name in up & set(clusters)}
            if "galera" in members and not self.primary:
                members["galera"] = {
                    "problem": "Can't connect to local server through socket 'x' (2)",
                    "sees": 0,
                }
            ceph = {"problem": "", "quorum": ["x"], "down": {}, "osds": 1, "flags": sorted(self.flags)}
            shown = {
                "problem": "",
                "units": units,
                "containers": {
                    name: {"state": "running" if name in up else "exited", "health": "", "code": 0}
                    for name in PLACES[host]
                },
                "members": members,
                "addresses": [],
                "answers": {},
                "rejected": False,
                "ceph": ceph if host == "ctl01" else {},
            }
            Path(self.host.paths.results, f"{host}.json").write_text(json.dumps(shown))

    def _orders(self) -> None:
        given = json.loads(self.host.argv[self.host.argv.index("-e") + 1])["orders"]
        for host, argvs in given.items():
            for argv in argvs:
                self.orders.append(f"{host}: {' '.join(argv)}")
                if self.refuses and self.refuses in self.orders[-1]:
                    continue
                self._obey(host, argv)

    def _obey(self, host: str, argv: list[str]) -> None:
        if argv[0] == "ceph":
            (self.flags.add if argv[-2] == "set" else self.flags.discard)(argv[-1])
            return
        for unit in (word for word in argv if word.endswith(".service")):
            state = self.units[host][unit]
            if argv[1] in ("stop", "disable"):
                state["active"] = "inactive"
            elif argv[1] in ("start", "enable"):
                state["active"] = "active"
            if argv[1] in ("disable", "enable"):
                state["enabled"] = argv[1] == "enable"
        if not any(
            self.units[name][UNIT.format("mariadb")]["active"] == "active" for name in ("ctl01", "ctl02")
        ):
            self.primary = False

    def _recovered(self) -> None:
        self.primary = True

    def fetch(self, url: str, headers: Mapping[str, str], document: Any) -> Reply:
        if not self.primary or self.units["ctl01"][UNIT.format("haproxy")]["active"] != "active":
            raise NoAnswerError("connection refused")
        path = url.removeprefix("http://vip")
        if path.endswith("/auth/tokens"):
            kinds = ("compute", "load-balancer")
            endpoint = {"interface": "internal", "region_id": "R", "url": "http://vip"}
            catalogue = [{"type": kind, "endpoints": [endpoint]} for kind in kinds]
            return Reply(201, "token", {"token": {"catalog": catalogue}})
        if path.endswith("/action"):
            one = path.split("/")[2]
            self.orders.append(f"{self.servers[one][0]}: {next(iter(document))}")
            self.servers[one][1] = "SHUTOFF" if "os-stop" in document else "ACTIVE"
            return Reply(202, "", None)
        lists: dict[str, tuple[str, Any]] = {
            "/servers/detail": (
                "servers",
                [
                    {"id": one, "name": name, "status": status, "OS-EXT-SRV-ATTR:host": "cmp01"}
                    for one, (name, status) in self.servers.items()
                ],
            ),
            "/v2.0/octavia/amphorae": ("amphorae", [{"compute_id": "a1"}]),
            "/v2.0/lbaas/loadbalancers": (
                "loadbalancers",
                [{"id": "l1", "name": "lb", "provisioning_status": "ACTIVE"}],
            ),
        }
        key, rows = lists[path.partition("?")[0]]
        return Reply(200, "", {key: rows})

    def _do(self, work: Any, **options: Any) -> dict[str, Any]:
        auth = dict.fromkeys(
            ("username", "password", "project_name", "user_domain_name", "project_domain_name"), "x"
        )
        clouds = [{"clouds": {ADMIN_CLOUD: {"auth": {**auth, "auth_url": "http://vip"}}}}]
        clock = Clock(lambda: self.time, self._wait)
        with mock.patch("host_programs.kolla_run.integrity_run.read_yaml", return_value=clouds):
            done: dict[str, Any] = work(self.host.kolla(), clock=clock, fetch=self.fetch, **options)
            return done

    def _wait(self, seconds: float) -> None:
        self.time += seconds

    def power_off(self, **options: Any) -> dict[str, Any]:
        return self._do(power_off.power_off, **options)

    def recover(self, **options: Any) -> dict[str, Any]:
        return self._do(recover.recover, **options)

    @property
    def record(self) -> Any:
        return self.host.kolla().records.read(power_off.RECORD)
