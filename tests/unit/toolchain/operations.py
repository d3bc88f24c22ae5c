"""Operations as the engine would ask for them, with their log lines kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolchain.plugins.base.resource import Operation


@dataclass
class Lines:
    """Collects log lines; `on_line` sees each when it comes."""

    texts: list[str] = field(default_factory=list)
    on_line: Callable[[str], Awaitable[None]] | None = None

    async def __call__(self, text: str, level: int = 20, keep: bool = False) -> None:
        self.texts.append(text)
        if self.on_line is not None:
            await self.on_line(text)


def operation(
    inputs: Mapping[str, Any], state: Mapping[str, Any] | None = None, log: Lines | None = None
) -> Operation:
    return Operation(name="it", inputs=inputs, id="it0", state=state or {}, log=log or Lines())
