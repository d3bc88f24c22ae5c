"""Which stack a command works on, before the engine knows it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ops import stack

UNKNOWN = "error: no stack named 'mine' found"


class Engine:
    """Answers as pulumi does that knows the stacks of a set."""

    def __init__(self, known: set[str]) -> None:
        self.known = known
        self.asked: list[str] = []

    def __call__(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        words = command[1:]
        self.asked.append(words[0])
        if words[:2] == ["stack", "init"]:
            self.known.add(words[2])
            return subprocess.CompletedProcess(command, 0, "", "")
        if words[words.index("--stack") + 1] not in self.known:
            return subprocess.CompletedProcess(command, 255, "", UNKNOWN)
        return subprocess.CompletedProcess(command, 0, "{}", "")


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    found = Engine({"old"})
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(subprocess, "run", found)
    return found


@pytest.mark.parametrize(("name", "asked"), [("old", ["config"]), ("mine", ["config", "stack", "config"])])
def test_the_secrets_of_a_stack_that_the_engine_does_not_know_yet_are_read_all_the_same(
    engine: Engine, name: str, asked: list[str], tmp_path: Path
) -> None:
    assert stack.decrypted(name, tmp_path / "file") == {}
    assert engine.asked == asked


def test_other_failures_of_the_engine_make_no_stack(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    failed = subprocess.CompletedProcess([], 255, "", "error: incorrect passphrase")
    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: failed)
    with pytest.raises(stack.StackError, match="incorrect passphrase"):
        stack.decrypted("mine", tmp_path / "file")
