"""Each kind describes itself, is in the order, has cases, and is in the operators' table."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from host_programs.hostctl import kinds
from tests.unit.host_programs.hostctl.test_cases import CASES

FOLDER = Path(kinds.__file__).parent
PAGE = Path(__file__).parents[4] / "docs" / "hostctl.md"


def test_every_module_is_a_step_and_every_step_a_module() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__"} == set(kinds.ORDER)


@pytest.mark.parametrize("kind", kinds.KINDS)
def test_a_kind_says_what_it_takes_whether_it_stays_and_is_tried(kind: str) -> None:
    module = kinds.module(kind)
    assert module.SHAPE is not None
    assert isinstance(module.STAYS, bool)
    assert isinstance(getattr(module, "REQUIRED", ()), tuple)
    assert list(inspect.signature(module.compare).parameters) == ["want", "plan"]
    assert list((CASES / kind).glob("*.yaml"))


def test_the_operators_table_has_every_kind() -> None:
    table = PAGE.read_text().partition("## Kinds of state")[2].partition("\n## ")[0]
    listed = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert sorted(listed) == sorted(kinds.KINDS)
    for line in table.splitlines():
        if line.startswith("| `"):
            stays = kinds.module(line.split("`")[1]).STAYS
            assert line.rstrip(" |").rpartition("| ")[2].startswith("stays" if stays else "put back"), line
