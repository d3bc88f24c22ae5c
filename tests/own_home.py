"""A home and an environment of its own for each test: what it finds does not depend on whose machine it is."""

from __future__ import annotations

import os
import tempfile

import pytest

KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "PYTEST_CURRENT_TEST")
"""What programs that a test starts need; everything else is the user's own."""


@pytest.fixture(autouse=True)
def own_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in os.environ:
        if name not in KEPT:
            monkeypatch.delenv(name)
    homes = tmp_path_factory.getbasetemp() / "homes"
    homes.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", tempfile.mkdtemp(dir=homes))  # of a fork of pytest too (`make mutants`)
