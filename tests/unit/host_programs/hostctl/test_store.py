"""What is remembered on hosts outlives the program that wrote it: these texts are on hosts that are in use."""

from __future__ import annotations

from host_programs.hostctl import engine, rollback
from host_programs.hostctl.store import Store
from tests.unit.host_programs.hostctl.fake import FakeSystem

BEFORE = '{"content":"before\\n","mode":"0640","owner":"root:root"}'
STATE = '{"files":{"/etc/x":{"content":"ours\\n"}}}'
RECORD = '{"made":{"files":{"/etc/x":%s}},"status":"%s","window":%s}'
ROLLBACK = (
    '{"attempts":0,"desired":%s,"previous":null,"record":{"made":{},"status":"confirmed","window":null},'
    '"snapshot":[["files","/etc/x",%s]],"window":60}'
)


def _host(**files: str) -> FakeSystem:
    notes = {f"/var/lib/hostctl/base.{name}": text for name, text in files.items()}
    return FakeSystem({"files": {"/etc/x": "ours\n", "/var/lib/hostctl/base.json": STATE, **notes}})


def test_what_an_earlier_hostctl_replaced_is_put_back() -> None:
    host = _host(**{"record.json": RECORD % (BEFORE, "confirmed", "null")})
    outcome = engine.apply(host, Store(host), "base", {})
    assert outcome.changed == ["file /etc/x restored"]
    assert (host.read("/etc/x"), host.files["/etc/x"]["mode"]) == ("before\n", "0640")


def test_what_an_earlier_hostctl_armed_is_undone() -> None:
    armed = {"record.json": RECORD % (BEFORE, "armed", "60"), "rollback.json": ROLLBACK % (STATE, BEFORE)}
    host = _host(**armed)
    assert rollback.undo(host, Store(host), "base", "window") == []
    assert host.read("/etc/x") == "before\n"
    assert Store(host).record("base")["status"] == "rolled back"


def test_what_is_written_keeps_the_words_of_those_files() -> None:
    host = FakeSystem({"files": {"/etc/x": {"content": "before\n", "mode": "0640"}}})
    engine.apply(host, Store(host), "base", {"files": {"/etc/x": {"content": "ours\n"}}})
    assert host.read("/var/lib/hostctl/base.record.json") == RECORD % (BEFORE, "confirmed", "null")
