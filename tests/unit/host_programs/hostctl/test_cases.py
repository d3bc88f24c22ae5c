"""Every kind of state, each case a data file: checked, applied, applied again, killed at each step, undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.stack_file.yaml_file import read_yaml
from host_programs.hostctl import engine, kinds, rollback
from host_programs.hostctl.errors import HostctlError
from host_programs.hostctl.state import canonical, parse
from host_programs.hostctl.store import Store
from tests.unit.host_programs.hostctl.fake import FakeSystem, Killed

CASES = Path(__file__).parent / "cases"
# What these change stays, as they say themselves: there is nothing to compare after an undo.
STAYING = {kind for kind in kinds.KINDS if kinds.module(kind).STAYS}


def load() -> list[Any]:
    """All cases, named KIND/CASE."""
    files = sorted(CASES.rglob("*.yaml"))
    return [pytest.param(read_yaml(path).value, id=f"{path.parent.name}/{path.stem}") for path in files]


def good() -> list[Any]:
    """Cases that end well."""
    return [case for case in load() if "error" not in case.values[0]["expect"]]


def undoable(*, first: bool) -> list[Any]:
    """Good cases whose kinds are put back; `first`: with no state before them."""
    cases = []
    for param in good():
        case = param.values[0]
        kinds = set(case["state"]) | set(case.get("previous", {}))
        # What was wrong before (drift) is not brought back.
        if (
            not kinds & STAYING
            and not {"pending", "drift"} & set(case)
            and not (first and "previous" in case)
        ):
            cases.append(param)
    return cases


class Bench:
    """A fake host in the state that a case describes."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case
        self.group: str = case.get("group", "base")
        self.host = FakeSystem(case.get("facts"))
        self.store = Store(self.host)
        self.state = parse(canonical(case["state"]))
        if "previous" in case:
            engine.apply(self.host, self.store, self.group, parse(canonical(case["previous"])))
        if "pending" in case:
            self.store.prepare()
            self.store.save_pending(self.group, set(case["pending"]))
        for path, content in case.get("then_files", {}).items():
            self.host.put(path, content)
        self.host.ran.clear()
        self.host.changes = 0

    def apply(self) -> engine.Outcome:
        return engine.apply(self.host, self.store, self.group, self.state)

    def compare(self) -> engine.Outcome:
        return engine.compare(self.host, self.store, self.group, self.state)


@pytest.mark.parametrize("case", load())
def test_a_check_says_what_an_apply_would_do_and_touches_nothing(case: dict[str, Any]) -> None:
    bench = Bench(case)
    before = bench.host.snapshot()
    expect = case["expect"]
    if expect.get("error_in") == "plan":
        with pytest.raises(HostctlError, match=expect["error"]):
            bench.compare()
    else:
        outcome = bench.compare()
        assert outcome.changed == expect.get("check", expect.get("changed", []))
        assert outcome.notes == expect.get("notes", [])
    assert bench.host.changes == 0
    assert bench.host.snapshot() == before


@pytest.mark.parametrize("case", load())
def test_an_apply_does_what_is_expected_and_a_second_one_nothing(case: dict[str, Any]) -> None:
    bench = Bench(case)
    expect = case["expect"]
    if "error" in expect:
        with pytest.raises(HostctlError, match=expect["error"]) as caught:
            bench.apply()
        for secret in case.get("secret", []):
            assert secret not in str(caught.value)
        return
    outcome = bench.apply()
    assert outcome.changed == expect.get("changed", [])
    assert bench.host.ran == expect.get("ran", [])
    assert outcome.notes == expect.get("notes", [])
    for path, entry in expect.get("files", {}).items():
        _compare_file(bench.host, path, entry)
    for secret in case.get("secret", []):
        assert not any(secret in text for text in [*outcome.changed, *outcome.notes, *bench.host.ran])

    bench.host.ran.clear()
    again = bench.apply()
    assert again.changed == []
    assert bench.host.ran == []
    assert again.ok > 0 or not case["state"]


@pytest.mark.parametrize("case", good())
def test_an_apply_killed_at_any_step_is_completed_by_the_next_one(case: dict[str, Any]) -> None:
    clean = Bench(case)
    clean.apply()
    finished = clean.host.snapshot()
    restarts = {words for words in clean.host.ran if words.startswith(("systemctl re", "apt-get update"))}
    for step in range(1, clean.host.changes + 1):
        bench = Bench(case)
        bench.host.die_at = step
        with pytest.raises(Killed):
            bench.apply()
        bench.host.die_at = None
        bench.apply()
        assert bench.host.snapshot() == finished, f"killed before change {step}"
        assert restarts <= set(bench.host.ran), f"killed before change {step}"
        assert bench.compare().changed == []


@pytest.mark.parametrize("case", undoable(first=True))
def test_what_leaves_the_state_is_put_back(case: dict[str, Any]) -> None:
    bench = Bench(case)
    before = bench.host.snapshot()
    bench.apply()
    engine.apply(bench.host, bench.store, bench.group, {})
    assert bench.host.snapshot() == before
    assert engine.compare(bench.host, bench.store, bench.group, {}).changed == []


@pytest.mark.parametrize("case", undoable(first=False))
def test_an_unconfirmed_apply_is_undone(case: dict[str, Any]) -> None:
    bench = Bench(case)
    before, stored = bench.host.snapshot(), bench.store.state(bench.group)
    outcome = engine.apply(bench.host, bench.store, bench.group, bench.state, window=60)
    if not outcome.changed:
        assert bench.store.rollback(bench.group) is None
        return
    assert bench.store.record(bench.group)["status"] == "armed"
    assert rollback.undo(bench.host, bench.store, bench.group, "window") == []
    assert bench.host.snapshot() == before
    assert bench.store.state(bench.group) == stored
    assert bench.store.record(bench.group)["status"] == "rolled back"


def _compare_file(host: FakeSystem, path: str, entry: Any) -> None:
    if entry is None:
        assert not host.exists(path)
    elif isinstance(entry, str):
        assert host.read(path) == entry
    else:
        assert {key: host.files[path].get(key) for key in entry} == entry
