"""`import a.b.c as x` gives the module: no package has another thing of its module's name."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType

import pytest

PACKAGES = ("components", "config", "ops")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_name_of_a_package_hides_one_of_its_modules(package: str) -> None:
    root = importlib.import_module(package)
    names = [found.name for found in pkgutil.walk_packages(root.__path__, f"{package}.")]
    hidden = []
    for name in names:
        parent, _, last = name.rpartition(".")
        if last != "__main__":
            importlib.import_module(name)
            if not isinstance(getattr(importlib.import_module(parent), last), ModuleType):
                hidden.append(name)
    assert len(names) > 10
    assert not hidden
