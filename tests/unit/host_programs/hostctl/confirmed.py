"""A fake host whose group `network` needs confirmation and may have a confirmed state."""

from __future__ import annotations

from typing import Any

from host_programs.hostctl import engine, rollback
from host_programs.hostctl.store import Store
from tests.unit.host_programs.hostctl.fake import FakeSystem

GOOD: dict[str, Any] = {"files": {"/etc/x": {"content": "good\n"}}}
BAD: dict[str, Any] = {"files": {"/etc/x": {"content": "bad\n"}, "/etc/y": {"content": "bad\n"}}}
WORSE: dict[str, Any] = {"files": {"/etc/x": {"content": "worse\n"}}}


class Host:
    """The host and what is done to it."""

    def __init__(self, *, confirmed: bool = True) -> None:
        self.system = FakeSystem()
        self.store = Store(self.system)
        if confirmed:
            self.apply(GOOD)
            self.confirm()

    def apply(self, state: dict[str, Any], window: int | None = 60) -> engine.Outcome:
        return engine.apply(self.system, self.store, "network", state, window)

    def confirm(self, sha256: str = "") -> None:
        rollback.confirm(self.system, self.store, "network", sha256)

    def undo(self, reason: str = "window", *, boot: bool = False) -> list[str]:
        return rollback.undo(self.system, self.store, "network", reason, boot=boot)

    @property
    def status(self) -> str:
        return str(self.store.record("network")["status"])
