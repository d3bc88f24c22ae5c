"""Pulumi's engine for tests of components: it answers every registration and keeps the requests whole."""

from __future__ import annotations

import asyncio
import inspect
import os
import unittest
from collections.abc import Callable
from typing import Any
from unittest import mock

import pulumi
from pulumi.runtime import mocks
from pulumi.runtime.proto import resource_pb2
from pulumi.runtime.stack import wait_for_rpcs

ROOT = "pulumi:pulumi:Stack"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
"""How a secret is marked on the wire (facts/pulumi.md 8)."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""How a value that is not known before the update is marked."""

COMPUTED: dict[str, dict[str, Any]] = {
    "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned": {
        "importedIssuers": ["issuer"]
    }
}
"""What a provider adds to the inputs of a resource, by its type, where the program goes on with a part of it."""

Requests = dict[str, resource_pb2.RegisterResourceRequest]
Answers = Callable[[str], str | None]


class Engine(pulumi.runtime.Mocks):
    """Answers as the engine would; `answers`: what a command prints, by its resource's name."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        printed = self.answers(args.name)
        added = COMPUTED.get(args.typ, {}) | ({} if printed is None else {"stdout": printed})
        return f"{args.name}-id", dict(args.inputs) | added

    def call(self, args: pulumi.runtime.MockCallArgs) -> tuple[dict[Any, Any], list[tuple[str, str]] | None]:
        raise AssertionError(f"unexpected call of {args.token}")


class Monitor(mocks.MockMonitor):
    """Keeps each request whole."""

    def __init__(self, answers: Answers) -> None:
        super().__init__(Engine(answers))
        self.requests: Requests = {}

    def RegisterResource(self, request: resource_pb2.RegisterResourceRequest) -> Any:  # noqa: N802
        self.requests[request.name] = request
        return super().RegisterResource(request)  # type: ignore[no-untyped-call]


class Declared(unittest.IsolatedAsyncioTestCase):
    """Each test has its own event loop and engine; nothing of them outlives it."""

    def setUp(self) -> None:
        environment = mock.patch.dict(os.environ, {"PULUMI_ERROR_OUTPUT_STRING": "1"})
        environment.start()
        self.addCleanup(environment.stop)

    async def asyncSetUp(self) -> None:
        # unittest turns asyncio's debug mode on, which keeps the stack of every callback: two thirds of the time.
        asyncio.get_running_loop().set_debug(False)

    async def run_program(
        self, program: Callable[[], object], answers: Answers, *, preview: bool = False
    ) -> Requests:
        """What a program declares, by resource name."""

        async def run() -> Requests:
            monitor = Monitor(answers)
            pulumi.runtime.set_mocks(
                monitor.mocks, project="openstack-cloud", stack="test", preview=preview, monitor=monitor
            )
            declaring = program()
            if inspect.isawaitable(declaring):
                await declaring
            await wait_for_rpcs()
            return {name: request for name, request in monitor.requests.items() if request.type != ROOT}

        # Pulumi's settings are context variables: a task of its own keeps them from the next test.
        return await asyncio.create_task(run())
