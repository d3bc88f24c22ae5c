"""How a type of OpenStack is declared: where it is in the API, and what is waited for."""

from __future__ import annotations

from dataclasses import dataclass

from toolchain.plugins.base import kind

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Kind(kind.Kind):
    """One type.

    Attributes:
        service: The SDK's proxy: `compute`, `network`, ….
        noun: What the SDK's functions call it: `network` is made by `create_network`.
        parts: Properties that have API calls of their own (tags, extra specs); never sent with the object.
        status: The field that says whether the object is ready; empty: it is ready as soon as it is there.
        ready: Its value then; every other one but `failed` is waited for.
        failed: Its values that no waiting helps.
        waits_gone: A delete is only a beginning: wait until the object is gone.
        seconds: For the longest wait.
    """

    service: str
    noun: str
    parts: frozenset[str] = _NOTHING
    status: str = ""
    ready: str = "ACTIVE"
    failed: frozenset[str] = frozenset({"ERROR"})
    waits_gone: bool = False
    seconds: float = 600.0

    @property
    def unsent(self) -> frozenset[str]:
        """Properties that are no field of the object: `region` says where it is."""
        return self.own | self.parts | self.refused.keys() | {"region"}
