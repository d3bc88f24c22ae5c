"""Unit tests see nothing of the user who runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.cache import cache_folder
from tests.own_home import KEPT

OF_PYTEST = {"LC_CTYPE", "COLUMNS", "LINES"}


def test_home_and_cache_are_the_tests_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    own = tmp_path_factory.getbasetemp()
    assert Path.home().is_relative_to(own)
    assert cache_folder().is_relative_to(own)
    assert not list(Path.home().iterdir())


def test_programs_that_a_test_starts_inherit_no_setting_of_the_user() -> None:
    code = "import os; print(*os.environ)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert set(done.stdout.split()) <= {*KEPT, "HOME"} | OF_PYTEST
    assert "PYTEST_CURRENT_TEST" in os.environ
