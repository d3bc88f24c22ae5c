"""What the tests of `make new` share: a run, and the stack that it made."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from config.cloud import CloudConfig
from config.load import load_stack_file
from ops.new.__main__ import main
from tests.unit.config.kolla_secrets import fake_password
from tests.unit.support import host_key


@pytest.fixture(autouse=True)
def quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.kolla.passwords._ssh_key", lambda: fake_password("nova_ssh_key"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.mine.yaml"


def run(file: Path, *words: str, name: str = "mine", asking: Any = None) -> int:
    return main(["--stack", name, "--config-file", str(file), *words], asking)


def loaded(file: Path) -> CloudConfig:
    """The stack as every command loads it, once its hosts' keys were collected."""
    hosts = yaml.safe_load(file.read_text())["config"]["cloud:hosts"]
    (file.parent / "known_hosts.mine").write_text("".join(f"{name} {host_key(name)}\n" for name in hosts))
    return load_stack_file(file)
