"""A wrong value for a field of several types is one mistake, at its place in the stack file; reading always ends."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, create_model, model_validator

from config.cloud import CloudConfig
from config.model.base import Section
from config.model.errors import Problem
from config.stack_file import structure
from tests.unit.config.support import ROOT, fields

Number = Annotated[int, Field(ge=1, le=64)]
Jinja = Annotated[str, StringConstraints(pattern=r"^\{\{.*\}\}$")]
Short = Annotated[str, StringConstraints(pattern="^a")]


class One(Section):
    """A section."""

    one: int


class Two(Section):
    """Another one."""

    two: str


def _same(value: Any) -> Any:
    return value


SHAPES: dict[str, tuple[Any, dict[str, Any]]] = {
    "a number or an expression": (Number | Jinja, {"": ["abc", 99, [], {}, 1.5]}),
    "with none between": (int | None | Jinja, {"": ["abc", []]}),
    "one kind twice": (Short | Jinja, {"": ["b", 3]}),
    "a choice": (int | Literal["auto"], {"": ["never", {}]}),
    "sections": (One | Two, {"": [{"three": 3}, {"one": "x"}, {}, 3, [3]]}),
    "a section or text": (One | str, {".one": [{"one": "x"}], "": [3]}),
    "a list or a number": (tuple[int, ...] | int, {"[0]": [["x"]], "": ["x", {}]}),
    "in a list": (tuple[Number | Jinja, ...], {"[0]": [["abc"], [[]]], "[1]": [[1, "abc", 2]], "": [3]}),
    "in a pair": (tuple[int, Number | Jinja], {"[1]": [[1, "abc"], [1, 99]]}),
    "in a mapping": (dict[str, Number | Jinja], {".a": [{"a": "abc"}, {"a": 0}], ".int": [{"int": []}]}),
    "a mapping or a number": (int | dict[str, int | One], {".a": [{"a": "x"}], ".a.one": [{"a": {"one": "x"}}], "": ["x"]}),
    "deep": (tuple[dict[str, tuple[int | One, ...]] | int, ...], {"[0].a[0]": [[{"a": ["x"]}]], "[0]": [["x"]]}),
    "behind functions": (
        Annotated[Annotated[One, BeforeValidator(_same)] | Number | None, AfterValidator(_same)],
        {".one": [{"one": "x"}], "": [0, "x"]},
    ),
    "keys": (dict[Jinja | Literal["all"], int], {".x": [{"x": 1}]}),
    "sections in lists": (tuple[One | Two, ...] | str, {"[0]": [[{}]], "": [3]}),
}  # fmt: skip
"""Types of a field, and by place below it the values that are wrong there."""
CASES = [
    (shape, place, value)
    for shape, (_, wrong) in SHAPES.items()
    for place, values in wrong.items()
    for value in values
]


def _reported(monkeypatch: pytest.MonkeyPatch, model: type[CloudConfig], **more: Any) -> list[Problem]:
    monkeypatch.setattr(structure, "CloudConfig", model)
    cloud, problems, _ = structure.parse({**fields("prod"), **more}, ROOT)
    assert cloud.hosts
    return problems


@pytest.mark.parametrize(("shape", "place", "value"), CASES, ids=str)
def test_a_wrong_value_is_one_mistake_at_a_place_that_the_file_has(
    monkeypatch: pytest.MonkeyPatch, shape: str, place: str, value: Any
) -> None:
    model = create_model("Probe", __base__=CloudConfig, probe=(SHAPES[shape][0] | None, None))
    problems = _reported(monkeypatch, model, probe=value)
    assert [problem.path for problem in problems] == [f"cloud:probe{place}"]
    assert not any("constrained" in str(problem) for problem in problems)


def test_what_fits_no_place_at_all_ends_too(monkeypatch: pytest.MonkeyPatch) -> None:
    class Contrary(CloudConfig):
        """Refuses any cloud that is not made of stand-ins."""

        @model_validator(mode="after")
        def _refuse(self) -> Contrary:
            if self.name != "x":
                raise ValueError("no")
            return self

    assert len(_reported(monkeypatch, Contrary)) == 1
