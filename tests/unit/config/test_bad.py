"""Every mistake in bad/ is reported where it is, with its reason and its fix, and nothing else is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from config.load import load_mapping
from config.model.errors import ConfigErrors
from config.stack_file.yaml_file import read_yaml
from tests.unit.config.support import ROOT, fields

BAD = Path(__file__).with_name("bad")
"""One file for each room of config/, named after it."""
CASES = {
    f"{path.relative_to(BAD).with_suffix('')}: {name}": case
    for path in sorted(BAD.rglob("*.yaml"))
    for name, case in read_yaml(path).value.items()
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_report_is_exactly(case: dict[str, Any]) -> None:
    raw = fields("prod", case.get("set"), case.get("unset", ()))
    with pytest.raises(ConfigErrors) as caught:
        load_mapping(raw, "prod", ROOT, require_host_keys=False)
    problems = caught.value.problems
    assert [p.path for p in problems] == [want["path"] for want in case["expect"]], str(caught.value)
    for problem, want in zip(problems, case["expect"], strict=True):
        assert want["reason"] in problem.reason
        assert want["fix"] in problem.fix
        if "value" in want:
            assert problem.value == want["value"]
    assert "hunter2" not in str(caught.value)
