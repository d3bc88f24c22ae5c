"""The operations that run: each within its own time, and all of them ended by Ctrl-C in the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import grpc

from toolchain.plugins.base.errors import ProviderError

_T = TypeVar("_T")
_CANCELLED = "cancelled by the operator"


class Running:
    """Runs operations until it is cancelled; from then on none starts."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self._cancelled = False

    def cancel(self) -> None:
        """Stop what runs; each operation answers that it was cancelled."""
        self._cancelled = True
        for task in self._tasks:
            task.cancel()

    async def run(self, work: Coroutine[Any, Any, _T], seconds: float) -> _T:
        """Do the work of one operation within its custom timeout (0: none).

        Raises:
            ProviderError: it was cancelled, or it took too long.
        """
        if self._cancelled:
            work.close()
            raise ProviderError(_CANCELLED, grpc.StatusCode.CANCELLED)
        task = asyncio.create_task(work)
        self._tasks.add(task)
        try:
            async with asyncio.timeout(seconds or None) as deadline:
                return await task
        except asyncio.CancelledError:
            if self._cancelled:
                raise ProviderError(_CANCELLED, grpc.StatusCode.CANCELLED) from None
            raise
        except TimeoutError:
            if not deadline.expired():
                raise
            msg = f"not finished within the resource's timeout of {seconds:g} s; stopped"
            raise ProviderError(msg, grpc.StatusCode.DEADLINE_EXCEEDED) from None
        finally:
            self._tasks.discard(task)
