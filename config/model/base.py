"""The strict base of every configuration model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class Section(BaseModel):
    """One section of the stack file: frozen, closed, camelCase in YAML as Pulumi stacks are."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        populate_by_name=True,
        use_attribute_docstrings=True,
    )


class Room(Section):
    """A section directly below `cloud:`, or one entry of a mapping there, with its own checks."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterable[Problem]:
        """What is wrong with its fields; `here` is its place, `cloud` what they refer to.

        Never raises. A verdict that rests on other places names them (`needs`), so that a typing mistake there
        is not reported twice.
        """
        return ()
