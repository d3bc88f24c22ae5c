"""The figures of a fault: how failed seconds are counted, and that a lost or doubled write is found."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from lab.chaos import load
from lab.chaos.faults import FAULTS
from lab.chaos.figures import Call, Figures, Writes, failed_seconds, table
from lab.chaos.load import Load, User


@pytest.mark.parametrize(
    ("outcomes", "seconds"),
    [
        ("", 0.0),
        ("....", 0.0),
        (".x..", 1.0),
        (".xxx.", 3.0),
        ("x.x.", 2.0),
        ("..xx", 1.0),
        ("x", 0.0),
    ],
)
def test_a_stretch_lasts_from_its_first_failed_call_to_the_next_that_is_served(
    outcomes: str, seconds: float
) -> None:
    calls = [Call(float(at), "HTTP 503" if one == "x" else "") for at, one in enumerate(outcomes)]
    assert failed_seconds(calls) == seconds
    assert failed_seconds(reversed(calls)) == seconds


def test_the_table_says_what_failed_longest_first_and_what_was_lost() -> None:
    writes = {"network": Writes(frozenset({"a", "b", "c"}), ("b", "b"))}
    one = Figures("a fault", "ctl01", {"image": 1.5, "identity": 9.0}, 42.4, writes)
    assert one.longest == 9.0
    assert one.wrong == [
        "network a: acknowledged and lost",
        "network c: acknowledged and lost",
        "network b: there twice",
    ]
    assert table([one]).splitlines()[-1] == "| a fault | ctl01 | identity 9.0, image 1.5 | 42 | 3 | 2 | 1 |"


class Cloud(http.server.ThreadingHTTPServer):
    """APIs that acknowledge every write; some of them forget one, or make it twice."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Api)
        self.made: dict[str, list[dict[str, str]]] = {"projects": [], "networks": []}
        self.down = False
        self.quotas: list[Any] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Api(http.server.BaseHTTPRequestHandler):
    server: Cloud

    def do_GET(self) -> None:
        key = self.path.split("/")[-1].split("?")[0]
        self.answer(200, {key: self.server.made.get(key, [])})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path.endswith("/auth/tokens"):
            kinds = ("image", "network", "compute", "volumev3", "identity")
            points = [{"interface": "internal", "url": self.server.url}]
            catalogue = [{"type": kind, "endpoints": points} for kind in kinds]
            self.answer(201, {"token": {"catalog": catalogue, "project": {"id": "p"}}})
            return
        ((kind, made),) = body.items()
        at = self.server.made[f"{kind}s"]
        times = {3: 0, 4: 2}.get(int(made["name"].split("-")[-1]), 1) if kind == "network" else 1
        at.extend({"id": f"{made['name']}.{number}", "name": made["name"]} for number in range(times))
        self.answer(201, {})

    def do_PUT(self) -> None:
        self.server.quotas.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.answer(200, {})

    def do_DELETE(self) -> None:
        kind, identity = self.path.split("/")[-2:]
        if kind in self.server.made:
            at = self.server.made[kind]
            at[:] = [one for one in at if one["id"] != identity]
        else:
            self.server.quotas.clear()
        self.answer(204, {})

    def answer(self, status: int, body: dict[str, Any]) -> None:
        status = 503 if self.server.down else status
        data = json.dumps(body).encode() if status != 204 else b""
        self.send_response(status)
        self.send_header("X-Subject-Token", "token")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    with Cloud() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def until(come: Any) -> None:
    end = time.monotonic() + 60
    while not come():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_a_load_finds_lost_and_doubled_writes_and_leaves_nothing(
    cloud: Cloud, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(load, "PACE", 0.02)
    with Load(User(cloud.url, "password"), "chaos") as running:
        until(lambda: len(cloud.made["networks"]) > 8)
        assert cloud.quotas == [{"quota": {"network": -1}}]
        began = time.monotonic()
        until(lambda: running.served(began))
        cloud.down = True
        until(lambda: len(running.reasons()) == len(running.loops))
        assert not running.served(0.0)
        cloud.down = False
        began = time.monotonic()
        until(lambda: running.served(began))
    writes = running.writes()
    assert [name.split("-")[-1] for name in writes["network"].lost] == ["3"]
    assert [name.split("-")[-1] for name in writes["network"].doubled] == ["4"]
    assert (writes["identity"].lost, writes["identity"].doubled) == ([], [])
    assert set(running.reasons().values()) == {"HTTP 503"}
    assert set(running.failed()) == {loop.name for loop in running.loops}
    assert cloud.made == {"projects": [], "networks": []}
    assert cloud.quotas == []


def test_every_fault_has_a_name_that_says_what_happens() -> None:
    assert len(FAULTS) >= 10
    assert all(fault.strike.__doc__ for fault in FAULTS.values())
