"""Errors that a plugin gives back to the engine, with gRPC codes that say what is known of the resource.

The engine takes INTERNAL, DATA_LOSS and UNKNOWN as "the resource may be broken" and keeps a pending
operation in the state; every other code says that the state is as it was before.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc


class ProviderError(Exception):
    """An operation did not happen; the message is shown to the operator as it is.

    Args:
        message: What failed, where, and what to do; never a secret.
        code: The gRPC status; ABORTED says that the state still holds.
    """

    def __init__(self, message: str, code: grpc.StatusCode = grpc.StatusCode.ABORTED) -> None:
        super().__init__(message)
        self.code = code


class IncompleteError(ProviderError):
    """The object is there, but not as wanted: created and then not ready, or updated in part.

    The engine keeps it in the state, marked as incomplete, and the next run updates instead of creating again.

    Args:
        message: What is missing, and what to do.
        outputs: What is known of the object, as the operation would have returned it.
        id: The new object's id; an update needs none.
    """

    def __init__(self, message: str, outputs: Mapping[str, Any], id: str = "") -> None:  # noqa: A002 - the protocol's word
        super().__init__(message, grpc.StatusCode.UNKNOWN)
        self.outputs = outputs
        self.id = id


class InvalidError(ProviderError):
    """The request itself is wrong: an unknown type or property, a malformed value."""

    def __init__(self, message: str) -> None:
        super().__init__(message, grpc.StatusCode.INVALID_ARGUMENT)
