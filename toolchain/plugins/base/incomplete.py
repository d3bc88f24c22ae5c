"""Tell the engine of a resource that is there, but not as wanted (`ErrorResourceInitFailed`)."""

from __future__ import annotations

from typing import Any, NoReturn

from google.protobuf.any_pb2 import Any as Packed
from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb
from pulumi.runtime.proto import status_pb2

from toolchain.plugins.base.errors import IncompleteError
from toolchain.plugins.base.schema import ResourceType
from toolchain.plugins.base.state import after_run

_DETAILS = "grpc-status-details-bin"


async def abort_incomplete(
    context: Any, error: IncompleteError, kind: ResourceType, inputs: Struct, identity: str
) -> NoReturn:
    """End the call with the error and with what is known of the resource."""
    state = after_run(kind, inputs, error.outputs)
    failed = pb.ErrorResourceInitFailed(id=identity, properties=state, reasons=[str(error)], inputs=inputs)
    packed = Packed()
    packed.Pack(failed)
    status = status_pb2.Status(code=error.code.value[0], message=str(error), details=[packed])
    await context.abort(error.code, str(error), ((_DETAILS, status.SerializeToString()),))
    raise AssertionError(error)  # abort raises
