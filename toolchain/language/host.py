"""The gRPC service that the engine asks to run a Python program (proto/pulumi/language.proto)."""

from __future__ import annotations

import asyncio
import platform
from importlib.metadata import distributions, version
from pathlib import Path
from typing import Any

from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import language_pb2 as pb
from pulumi.runtime.proto import language_pb2_grpc, plugin_pb2

from toolchain.language.interpreter import install, interpreter
from toolchain.language.program import Program

_BAIL = 32  # exit code of a program whose errors the engine has shown already
_Context = Any


class LanguageHost(language_pb2_grpc.LanguageRuntimeServicer):
    """Runs programs in processes of their own.

    Args:
        engine: The engine's address, which programs log to.
    """

    def __init__(self, engine: str) -> None:
        self._engine = engine
        self._warm: Program | None = None
        self._running: set[Program] = set()

    async def Handshake(
        self, request: pb.LanguageHandshakeRequest, context: _Context
    ) -> pb.LanguageHandshakeResponse:
        """An engine that attaches to this running process gives its address here."""
        self._engine = request.engine_address or self._engine
        return pb.LanguageHandshakeResponse()

    async def GetPluginInfo(self, request: Empty, context: _Context) -> plugin_pb2.PluginInfo:
        """The version of the SDK that this host belongs to."""
        return plugin_pb2.PluginInfo(version=version("pulumi"))

    async def GetRequiredPlugins(
        self, request: pb.GetRequiredPluginsRequest, context: _Context
    ) -> pb.GetRequiredPluginsResponse:
        """Nothing ahead of time: a provider is looked up when its first resource registers."""
        return pb.GetRequiredPluginsResponse()

    async def GetRequiredPackages(
        self, request: pb.GetRequiredPackagesRequest, context: _Context
    ) -> pb.GetRequiredPackagesResponse:
        """Nothing ahead of time, see above; but a run is near.

        Importing the SDK is the longest part of a small run: it begins here, while the engine starts its plugins.
        """
        if self._warm is None:
            self._warm = Program(interpreter(request.info))
        return pb.GetRequiredPackagesResponse()

    async def About(self, request: pb.AboutRequest, context: _Context) -> pb.AboutResponse:
        """The interpreter, for `pulumi about`."""
        return pb.AboutResponse(executable=interpreter(request.info), version=platform.python_version())

    async def GetProgramDependencies(
        self, request: pb.GetProgramDependenciesRequest, context: _Context
    ) -> pb.GetProgramDependenciesResponse:
        """The installed packages, for `pulumi about`; all of them, as pip lists them."""
        found = {item.metadata["Name"]: item.version for item in distributions()}
        return pb.GetProgramDependenciesResponse(
            dependencies=[pb.DependencyInfo(name=name, version=found[name]) for name in sorted(found)]
        )

    async def RuntimeOptionsPrompts(
        self, request: pb.RuntimeOptionsRequest, context: _Context
    ) -> pb.RuntimeOptionsResponse:
        """Nothing to ask."""
        return pb.RuntimeOptionsResponse()

    async def Template(self, request: pb.TemplateRequest, context: _Context) -> pb.TemplateResponse:
        """Nothing to fill in."""
        return pb.TemplateResponse()

    async def InstallDependencies(self, request: pb.InstallDependenciesRequest, context: _Context) -> Any:
        """`pulumi install`: the project's virtual environment, from its requirements."""
        async for line in install(Path(request.directory), request.info):
            yield pb.InstallDependenciesResponse(stdout=line)

    async def Run(self, request: pb.RunRequest, context: _Context) -> pb.RunResponse:
        """Run the program to its end."""
        python = interpreter(request.info)
        program, self._warm = self._warm, None
        if program is None or program.python != python:
            if program is not None:
                await program.stop()
            program = Program(python)
        self._running.add(program)
        try:
            code = await program.run(request, self._engine)
        finally:
            await program.stop()
            self._running.discard(program)
        if code == _BAIL:
            return pb.RunResponse(bail=True)
        if code != 0:
            how = f"exited with code {code}" if code > 0 else f"was ended by signal {-code}"
            return pb.RunResponse(error=f"the program {how}")
        return pb.RunResponse()

    async def Cancel(self, request: Empty, context: _Context) -> Empty:
        """Stop the programs that run."""
        await asyncio.gather(*(program.stop() for program in self._running))
        return Empty()
