"""The plugin's process, `pulumi-resource-vault`: `python -m toolchain.plugins.vault ENGINE`."""

from __future__ import annotations

import sys

from toolchain.plugins.base.lightweight import skip_sdk


def main() -> None:
    """Serve until the engine says stop."""
    skip_sdk()
    import grpc.aio  # noqa: PLC0415 - after the SDK was set aside
    from pulumi.runtime.proto.provider_pb2_grpc import add_ResourceProviderServicer_to_server  # noqa: PLC0415

    from toolchain.plugins.base.engine import Engine  # noqa: PLC0415
    from toolchain.plugins.base.serve import engine_address, serve  # noqa: PLC0415
    from toolchain.plugins.vault.plugin import provider  # noqa: PLC0415

    def register(server: grpc.aio.Server) -> None:
        add_ResourceProviderServicer_to_server(provider(Engine(engine_address(sys.argv[1:]))), server)

    serve(register)


if __name__ == "__main__":
    main()
