"""Where the cache is, and that asking for it needs nothing that is not there yet."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from config.cache import cache_folder

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("own", "xdg", "folder"),
    [
        ("/own", "/x", "/own"),
        ("~/own", "", "/h/own"),
        ("", "/x", "/x/openstack-cloud"),
        ("", "~/x", "/h/x/openstack-cloud"),
        ("", "", "/h/.cache/openstack-cloud"),
    ],
)
def test_the_cache_is_where_the_environment_says(
    monkeypatch: pytest.MonkeyPatch, own: str, xdg: str, folder: str
) -> None:
    monkeypatch.setenv("HOME", "/h")
    monkeypatch.setenv("OPENSTACK_CLOUD_CACHE", own)
    monkeypatch.setenv("XDG_CACHE_HOME", xdg)
    assert cache_folder() == Path(folder)


def test_lab_and_toolchain_find_it_without_any_installed_package() -> None:
    code = "import config.cache, lab.paths, toolchain.paths; print(config.cache.cache_folder())"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
