"""A site's own text for a service's configuration: inline or a file of the repository."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, WithJsonSchema

from config.model.text_source import TextSource
from config.model.texts.lines import FreeText
from config.model.types import LocalPath


class OverrideText(TextSource):
    """Exactly one of the two."""

    one_of: ClassVar[str] = "give the text itself, or exactly one of the two"
    inline: ClassVar[str] = "content"

    content: FreeText | None = None
    """The text; Kolla-Ansible fills in its own variables (`{{ … }}`), so that there is no password here."""
    file: LocalPath | None = None
    """A file of the repository that holds the text."""


def _plain(value: Any) -> Any:
    """A plain text is the content."""
    return {"content": value} if isinstance(value, str) else value


_FILE = {"type": "object", "properties": {"file": {"type": "string"}, "content": {"type": "string"}}}

Override = Annotated[
    OverrideText,
    BeforeValidator(_plain),
    WithJsonSchema({"anyOf": [{"type": "string"}, {**_FILE, "additionalProperties": False}]}),
]
"""The text itself, or `{file: …}`."""
