"""The process of every provider plugin, from its name alone."""

from __future__ import annotations

import sys
from importlib import import_module

from toolchain.plugins.base.lightweight import skip_sdk


def run(name: str) -> None:
    """Serve the plugin of the folder `toolchain/plugins/NAME` until the engine, the last argument, says stop."""
    skip_sdk()
    import grpc.aio  # noqa: PLC0415 - after the SDK was set aside
    from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server  # noqa: PLC0415

    from toolchain.plugins.base.engine import Engine  # noqa: PLC0415
    from toolchain.plugins.base.serve import engine_address, serve  # noqa: PLC0415

    provider = import_module(f"toolchain.plugins.{name}.plugin").provider

    def register(server: grpc.aio.Server) -> None:
        add_ResourceProviderServicer_to_server(provider(Engine(engine_address(sys.argv[1:]))), server)

    serve(register)
