"""What every object of the tenancy has: a name from the stack file, and perhaps an id that it has already."""

from __future__ import annotations

from pydantic import Field

from config.model.base import Section
from config.model.texts.lines import Name, Word

ObjectName = Name
"""Name of an object of OpenStack."""


class TakenOver(Section):
    """An object that may exist already."""

    import_id: Word | None = Field(default=None, alias="import")
    """Id of an existing object, which is adopted instead of created; it has to be as written here."""
