"""No unit test can reach the lab of this checkout, nor the machine's record of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lab import paths


@pytest.fixture(autouse=True)
def _a_lab_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every place of the lab, in the test's own folder."""
    for name, path in vars(paths).copy().items():
        if not isinstance(path, Path) or name == "CHECKOUT":
            continue
        for real, own in ((paths.CHECKOUT, tmp_path / "checkout"), (Path("/run"), tmp_path / "run")):
            if path.is_relative_to(real):
                monkeypatch.setattr(paths, name, own / path.relative_to(real))
