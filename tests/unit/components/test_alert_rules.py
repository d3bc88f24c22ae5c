"""Every alert fires on what it is for, is silent when that is mended, and has a runbook; promtool is Prometheus' own."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from components.observability.rules import RUNBOOKS, areas, rule_file
from tests.debian_programs import program
from tests.unit.components.rule_tests import test_file as promtool_file
from tests.unit.support import ROOT


def promtool(folder: Path, *argv: str) -> None:
    done = subprocess.run(
        (program("promtool"), *argv), cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("area", areas())
def test_each_rule_fires_and_is_silent_as_its_test_says(area: str, tmp_path: Path) -> None:
    (tmp_path / f"{area}.rules").write_text(rule_file(area))
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(promtool_file(area, f"{area}.rules"), width=1000))
    promtool(tmp_path, "check", "rules", "--lint-fatal", f"{area}.rules")
    promtool(tmp_path, "test", "rules", "tests.yml")


def test_a_name_is_given_once() -> None:
    names = [name for rules in areas().values() for name in rules]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("area", areas())
def test_what_is_healthy_differs_from_what_fires(area: str) -> None:
    for name, rule in areas()[area].items():
        assert rule.test.fires | rule.test.healthy != rule.test.fires, name


@pytest.mark.parametrize("area", areas())
def test_each_rule_has_a_runbook_and_each_runbook_a_rule(area: str) -> None:
    text = (ROOT / RUNBOOKS / f"{area}.md").read_text()
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == list(areas()[area])
    for section in re.split(r"^## ", text, flags=re.MULTILINE)[1:]:
        name = section.split("\n", 1)[0]
        for part in ("**Meaning.**", "**Check.**", "**Fix.**"):
            assert section.count(part) == 1, f"{name}: {part}"
