"""`make test` leaves a long test out where it could not end in time, and fails for any other that is skipped."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.support import ROOT

LONG = "import pytest\n@pytest.mark.long(minutes=18, then=20)\ndef test_long(): pass\n"
SKIPPED = "import pytest\ndef test_skipped(): pytest.skip('no reason')\n"


@pytest.mark.parametrize(
    ("text", "gone", "code", "verdict"),
    [
        (LONG, 40, 0, "1 passed"),
        (LONG, 50, 0, "1 skipped"),
        (SKIPPED, 0, 1, "1 skipped"),
    ],
)
def test_only_a_lack_of_time_excuses_what_was_left_out(
    text: str, gone: int, code: int, verdict: str, tmp_path: Path
) -> None:
    (tmp_path / "test_it.py").write_text(text)
    words = ("-p", "tests.conftest", "-p", "no:cacheprovider", "-n", "0", "--no-skips", "--within", "85")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--rootdir", tmp_path, "-c", os.devnull, *words, tmp_path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TESTS_BEGAN": str(time.time() - gone * 60)},
    )
    assert verdict in done.stdout, done.stdout + done.stderr
    assert done.returncode == code, done.stdout + done.stderr
