"""What a resource type of a plugin implements: plain Python values in, plain Python values out."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, ClassVar

# Shows one line of progress with the resource: (text, level of `logging`, kept after the run).
Log = Callable[[str, int, bool], Awaitable[None]]


async def _no_log(_text: str, _level: int = logging.INFO, _keep: bool = False) -> None:
    """The log of an operation that nobody watches."""


@dataclass(frozen=True)
class Operation:
    """One create, read, update or delete.

    Attributes:
        name: The resource's name in the program.
        inputs: The wanted inputs; of a delete, the last ones.
        id: The resource's id; empty for a create.
        state: The outputs of the last run; empty for a create.
        config: The provider's own configuration.
        log: Shows a line with the resource in the engine's output.
    """

    name: str
    inputs: Mapping[str, Any]
    id: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)
    log: Log = _no_log


class Resource:
    """One resource type; the methods raise ProviderError for what an operator can understand.

    Its properties (kinds, required, secret, defaults, which replace on change) are in the plugin's schema.json.

    Attributes:
        delete_before_replace: Two of it can not be there at once (a fixed name or address): a replacement
            deletes the old one first.
        defaults: What the service takes for an input that is not set: to set it to that is no change.
    """

    delete_before_replace: ClassVar[bool] = False
    defaults: Mapping[str, Any] = MappingProxyType({})

    def check(self, inputs: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Yield (property, reason) for what the schema can not say. Values may be UNKNOWN."""
        return ()

    async def create(self, operation: Operation) -> tuple[str, dict[str, Any]]:
        """Make the resource; return its id and the outputs that are no inputs."""
        raise NotImplementedError

    async def read(self, operation: Operation) -> dict[str, Any] | None:
        """The properties, inputs and outputs, as they are now; None if the resource is gone.

        An import calls it with an id alone; an `id` in the answer is the one to keep. By default the resource can
        not be looked at: the state stays, and an import is refused.
        """
        return dict(operation.state)

    async def update(self, operation: Operation) -> dict[str, Any]:
        """Bring the resource to `inputs`; return the outputs that are no inputs."""
        raise NotImplementedError

    async def delete(self, operation: Operation) -> None:
        """Remove the resource; one that is gone already is no error."""
        raise NotImplementedError
