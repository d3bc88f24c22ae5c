"""Whoever loads a configuration for the components also makes the checks that only they can make."""

from __future__ import annotations

import asyncio
import importlib.util
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from components.firewall import table
from tests.unit.components.support import ROOT

CLASH = "cloud:firewall.services.ssh"


@pytest.fixture
def stack_file(tmp_path: Path) -> Path:
    """The lab's stack with a service of the site that is called like one of the product's."""
    document = yaml.safe_load((ROOT / "Pulumi.lab.yaml").read_text())
    service = {"protocol": "tcp", "ports": ["3307"], "roles": ["control"], "network": "management"}
    document["config"].setdefault("cloud:firewall", {})["services"] = {"ssh": service, "own": service}
    path = tmp_path / "Pulumi.lab.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def test_the_firewall_s_table_refuses_a_name_of_the_product(
    stack_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert table.main(["--stack", "lab", "--config-file", str(stack_file)]) == 1
    report = capsys.readouterr().err
    assert report.count("the product has a service of this name") == 1
    assert CLASH in report
    assert "site-ssh" in report


def test_the_program_refuses_it_in_its_one_report(stack_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    values = {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in yaml.safe_load(stack_file.read_text())["config"].items()
    }
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps(values))
    monkeypatch.chdir(ROOT)
    with pytest.raises(pulumi.RunError) as caught:
        asyncio.run(_program(monkeypatch)())
    assert str(caught.value).count("the product has a service of this name") == 1
    assert CLASH in str(caught.value)


def _program(monkeypatch: pytest.MonkeyPatch) -> Callable[[], Awaitable[None]]:
    """`main` of the program, which would otherwise run as soon as it is imported."""
    found: list[Any] = []
    monkeypatch.setattr(pulumi, "run", found.append)
    monkeypatch.setattr("gc.disable", lambda: None)
    spec = importlib.util.spec_from_file_location("the_program", ROOT / "__main__.py")
    assert spec is not None
    assert spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
    (main,) = found
    return main  # type: ignore[no-any-return]
