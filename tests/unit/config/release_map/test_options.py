"""options.yaml: which options each release takes, and with what words it refuses the others."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.release_map import known
from config.release_map.data_file import data
from config.release_map.options import options, problems
from config.release_map.removed import removal, removals

CASES: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("options.yaml").read_text(encoding="utf-8"))
REFUSED = [(series, case) for series, cases in CASES.items() for case in cases["refused"]]


def test_every_release_has_cases() -> None:
    assert tuple(CASES) == known()


@pytest.mark.parametrize("series", CASES)
def test_legal_options_are_accepted(series: str) -> None:
    assert problems(series, CASES[series]["accepted"], "kolla.globals") == []


@pytest.mark.parametrize(
    ("series", "case"),
    REFUSED,
    ids=[f"{series} {case['option']}={case['value']}" for series, case in REFUSED],
)
def test_wrong_options_are_refused_with_reason_and_fix(series: str, case: dict[str, Any]) -> None:
    (problem,) = problems(series, {case["option"]: case["value"]}, "kolla.globals")
    assert (problem.name, problem.value) == (case["option"], case["value"])
    assert case["reason"] in problem.reason
    assert case["fix"] in problem.fix


def test_a_password_is_not_shown() -> None:
    (problem,) = problems("2025.1", {"database_password": "hunter2"}, "kolla.globals")
    assert "hunter2" not in str(problem)
    assert "hunter2" not in repr(problem)


@pytest.mark.parametrize("series", known())
def test_a_release_accepts_each_of_its_own_defaults(series: str) -> None:
    """What the generator writes as type and default must agree; long defaults are cut and left out."""
    known_removed = {entry.pattern for entry in removals()}
    values = {
        name: yaml.safe_load(option.default)
        for name, option in options(series).items()
        if option.type in ("bool", "int", "list", "dict") and option.default and "…" not in option.default
        if "{" not in option.default and name not in known_removed
    }
    assert len(values) > 300
    assert problems(series, values, "kolla.globals") == []


@pytest.mark.parametrize("series", known())
def test_a_removal_never_hides_an_option_that_the_release_defines(series: str) -> None:
    defined = {
        name for name, option in options(series).items() if not option.source.startswith(("read", "etc"))
    }
    gone = {entry.pattern for entry in removals() if entry.since == "earlier" or entry.since <= series}
    assert not defined & gone


def test_a_renamed_option_exists_under_its_new_name() -> None:
    for entry in removals():
        for series in known():
            if entry.renamed_to and (entry.since == "earlier" or entry.since <= series):
                assert entry.renamed_to in options(series), (entry.pattern, series)


def test_a_hundred_mistakes_are_told_well_within_a_second() -> None:
    start = time.process_time()
    found = problems("2025.1", {f"enable_galnce{n}": True for n in range(100)}, "kolla.globals")
    assert len(found) == 100
    assert time.process_time() - start < 1


@pytest.mark.parametrize("series", known())
def test_a_misspelt_name_is_told_and_nothing_that_would_be_refused(series: str) -> None:
    """Some options, and some that are gone, with two letters swapped."""
    gone = sorted(entry.pattern for entry in removals() if "*" not in entry.pattern)
    right = sorted(set(options(series)) - set(gone) - set(data(series)["passwords"]))[::120]
    for name in (*right, *gone[::5]):
        half = len(name) - 3
        wrong = name[:half] + name[half + 1] + name[half] + name[half + 2 :]
        if wrong == name or wrong in options(series) or removal(series, wrong):  # a family that is gone
            continue
        (found,) = problems(series, {wrong: "x"}, "kolla.globals")
        named = re.findall(r"`(\w+)`", found.fix) if found.fix.startswith("did you mean") else []
        assert not [one for one in named if _refused(series, one)]
        assert name in (*named, *gone), (wrong, found.fix)


def _refused(series: str, name: str) -> bool:
    return removal(series, name, exact=True) is not None or name in data(series)["passwords"]
