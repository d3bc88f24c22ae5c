"""`make mutants` calls killed only what a test tells: not a mutant that ran out of time, nor one that never ran."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest

from tests.mutants import fork


def fail() -> str:
    raise RuntimeError


def killed_by(number: signal.Signals) -> Callable[[], str]:
    def kill() -> str:
        os.kill(os.getpid(), number)
        return "survived"

    return kill


@pytest.mark.parametrize(
    ("run", "outcome"),
    [
        *((lambda said=said: said, said) for said in fork.OUTCOMES),
        (fail, "not tried"),
        (killed_by(signal.SIGXCPU), "timed out"),
        (killed_by(signal.SIGALRM), "timed out"),
        (killed_by(signal.SIGKILL), "SIGKILL"),
    ],
)
def test_what_becomes_of_a_fork(run: Callable[[], str], outcome: str) -> None:
    assert fork.in_a_fork(run) == outcome


def test_an_endless_mutant_has_timed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fork, "SECONDS", 0)

    def endless() -> str:
        while True:
            pass

    assert fork.in_a_fork(endless) == "timed out"
