"""An engine on loopback for one program: it registers what it is told to, and keeps what the program logs."""

from __future__ import annotations

import contextlib
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import grpc
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, language_pb2, resource_pb2, resource_pb2_grpc

from tests.unit.toolchain import warm
from toolchain.language import execute

Run = Callable[[Path, str], tuple[int, list[str]]]


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


@contextlib.contextmanager
def host() -> Iterator[Run]:
    """The language host's program, to run with a program's text: its exit code and the errors that it logged."""
    command = [sys.executable, warm.__file__, execute.__file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield partial(_run, process)
        process.communicate(timeout=5)


def _run(process: subprocess.Popen[str], folder: Path, program: str) -> tuple[int, list[str]]:
    assert process.stdin is not None
    assert process.stdout is not None
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
        (folder / "request").write_bytes(header + address.encode() + request)
        process.stdin.write(f"{folder}\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
    return code, [*engine.errors, *(folder / "stderr").read_text().splitlines()]
