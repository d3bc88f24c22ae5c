"""An engine on loopback for one program: it registers what it is told to, and keeps what the program logs."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, language_pb2, resource_pb2, resource_pb2_grpc

from toolchain.language import execute


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """Every resource whose name begins with `bad` fails, as with `--continue-on-error`."""

    def SupportsFeature(self, request: Any, context: Any) -> Any:  # noqa: N802
        return resource_pb2.SupportsFeatureResponse(hasSupport=True)

    def RegisterResource(self, request: Any, context: Any) -> Any:  # noqa: N802
        result = resource_pb2.Result.FAIL if request.name.startswith("bad") else resource_pb2.Result.SUCCESS
        urn = f"urn:pulumi:s::p::{request.type}::{request.name}"
        return resource_pb2.RegisterResourceResponse(urn=urn, id="1", object=request.object, result=result)

    def RegisterResourceOutputs(self, request: Any, context: Any) -> Empty:  # noqa: N802
        return Empty()

    def SignalAndWaitForShutdown(self, request: Any, context: Any) -> Empty:  # noqa: N802
        return Empty()


class Engine(engine_pb2_grpc.EngineServicer):
    """Keeps errors."""

    def __init__(self) -> None:
        self.errors: list[str] = []

    def Log(self, request: Any, context: Any) -> Empty:  # noqa: N802
        if request.severity == engine_pb2.LogSeverity.ERROR:
            self.errors.append(request.message)
        return Empty()


@contextlib.contextmanager
def serving() -> Iterator[tuple[Engine, str]]:
    """The engine and its address."""
    engine = Engine()
    server = grpc.server(ThreadPoolExecutor(8))
    resource_pb2_grpc.add_ResourceMonitorServicer_to_server(Monitor(), server)
    engine_pb2_grpc.add_EngineServicer_to_server(engine, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield engine, f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def run(folder: Path, program: str) -> tuple[int, list[str]]:
    """Run a program's text as the language host does; its exit code and the errors that it logged."""
    (folder / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
    (folder / "__main__.py").write_text(program)
    with serving() as (engine, address):
        info = language_pb2.ProgramInfo(
            root_directory=str(folder), program_directory=str(folder), entry_point="."
        )
        request = language_pb2.RunRequest(
            project="p", stack="s", monitor_address=address, pwd=str(folder), parallel=4, info=info
        ).SerializeToString()
        header = struct.pack("!II", len(address), len(request))
        done = subprocess.run(
            [sys.executable, execute.__file__],
            input=header + address.encode() + request,
            capture_output=True,
            timeout=60,
            check=False,
        )
    return done.returncode, [*engine.errors, *done.stderr.decode().splitlines()]
