"""What every object of the tenancy has: a name from the stack file, and perhaps an id that it has already."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from config.model.base import Section
from config.model.types import OBJECT_NAME

ObjectName = Annotated[str, StringConstraints(pattern=OBJECT_NAME)]
"""Name of an object of OpenStack."""


class TakenOver(Section):
    """An object that may be there already."""

    import_id: str | None = Field(default=None, alias="import", min_length=1)
    """Id of an existing object, which is taken over instead of made; it has to be as written here."""
