"""YAML is read as Pulumi's engine reads it, and mistakes in it have their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.load import load_stack_file
from config.model.errors import ConfigErrors
from config.stack_file.yaml_file import read_yaml


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off", "off"),
        ("no", "no"),
        ("true", True),
        ("12:30:45", "12:30:45"),
        ("2025.1", 2025.1),
        ("'2025.1'", "2025.1"),
        ("2025-01-02", "2025-01-02"),
        ("0010", 8),
        ("0x10", 16),
        ("51", 51),
        ("'51'", "51"),
        ("~", None),
        ("", None),
        ("10.10.10.1", "10.10.10.1"),
        ("|\n  a\n  b\n", "a\nb\n"),
    ],
)
def test_scalars_are_what_the_engine_makes_of_them(tmp_path: Path, text: str, value: object) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(f"key: {text}\n")
    assert read_yaml(file).value == {"key": value}


def test_anchors_and_merges_are_followed(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}\nc: *a\n")
    assert read_yaml(file).value == {"a": {"x": 1, "y": 2}, "b": {"x": 1, "y": 3}, "c": {"x": 1, "y": 2}}


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("config:\n  cloud:name: a\n  cloud:name: b\n", 3, "a second time; the first is on line 2"),
        ("config:\n  cloud:name: [a\n", 3, "not valid YAML"),
        ("config:\n\tcloud:name: a\n", 2, "not valid YAML"),
        ("config: text\n", None, "has no `config:` mapping"),
        ("", None, "has no `config:` mapping"),
        ("config:\n  cloud:a: &a [*a]\n", 2, "refers to itself"),
    ],
)
def test_mistakes_in_the_yaml_are_reported(tmp_path: Path, text: str, line: int | None, reason: str) -> None:
    file = tmp_path / "Pulumi.x.yaml"
    file.write_text(text)
    with pytest.raises(ConfigErrors) as caught:
        load_stack_file(file)
    first = next(problem for problem in caught.value.problems if reason in problem.reason)
    assert first.line == line


def test_a_stack_file_that_is_not_there_is_one_problem(tmp_path: Path) -> None:
    with pytest.raises(ConfigErrors, match="the file does not exist") as caught:
        load_stack_file(tmp_path / "Pulumi.x.yaml")
    assert len(caught.value.problems) == 1


def test_a_file_that_is_not_there_is_told_with_those_that_are_and_how_one_is_made(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.old.yaml").touch()
    (problem,) = read_yaml(tmp_path / "Pulumi.mine.yaml").problems
    assert (
        problem.fix == "use an existing stack file (Pulumi.old.yaml), or create it with `make new STACK=mine`"
    )
    (problem,) = read_yaml(tmp_path / "other.yaml").problems
    assert problem.fix == "use an existing stack file (Pulumi.old.yaml)"
