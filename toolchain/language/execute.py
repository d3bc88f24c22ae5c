"""Run one Pulumi program: started by the language host, given on stdin what to run.

Runs under the project's interpreter, which need not have this project's packages: the SDK and the standard
library are all that it uses.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import runpy
import signal
import struct
import sys
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import FrameType, SimpleNamespace
from typing import Any

_MISSING = "The Pulumi SDK is not installed in {}. Install the project's requirements (pulumi install)."
_BAIL = 32
_THREADS_PER_OPERATION = 4  # as the official host: a registration holds a thread until the resource is done


def main() -> int:
    """Wait for the request, run the program, return the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _quit)
    try:
        import grpc  # noqa: F401, PLC0415
        import pulumi  # noqa: F401, PLC0415
        from pulumi.runtime.proto import language_pb2  # noqa: PLC0415
    except ImportError:
        traceback.print_exc()
        print(_MISSING.format(sys.executable), file=sys.stderr)
        return 1
    # What is imported stays, and a program makes many objects that live to its end: collect rarely.
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)
    header = sys.stdin.buffer.read(8)
    if len(header) < 8:
        return 0  # the host ended without a run
    engine_size, request_size = struct.unpack("!II", header)
    engine = sys.stdin.buffer.read(engine_size).decode()
    request = language_pb2.RunRequest.FromString(sys.stdin.buffer.read(request_size))
    with Path(os.devnull).open() as nothing:
        os.dup2(nothing.fileno(), sys.stdin.fileno())
    return _run(request, engine)


def _without_sdk_traces() -> None:
    """Drop the SDK's own debug messages: four calls to the engine per resource, each of which holds the program.

    They are half of the time of a large preview. The program's own debug messages still go through.
    """
    from pulumi import log  # noqa: PLC0415

    send = log.debug

    def debug(msg: str, *arguments: Any, **options: Any) -> None:
        caller = sys._getframe(1).f_globals.get("__name__", "")
        if caller.split(".")[0] != "pulumi":
            send(msg, *arguments, **options)

    log.debug = debug


def _wait_in_batches() -> None:
    """Let the SDK wait for outputs in batches; it looks at all of them again each time that one is done.

    With thousands of outputs that is a quarter of a preview's time. A batch is the longer the more there are to
    look at, at most half a second, and nothing to notice in a small program.
    """
    from pulumi.runtime import stack  # noqa: PLC0415

    async def wait(tasks: list[asyncio.Task[Any]], **options: Any) -> Any:
        done, pending = await asyncio.wait(tasks, **options)
        if not pending:
            return done, pending
        await asyncio.sleep(min(len(pending) / 10_000, 0.5))
        late = {task for task in pending if task.done()}
        return done | late, pending - late

    # By name, because the SDK does not export it.
    vars(stack)["asyncio"] = SimpleNamespace(**{**vars(asyncio), "wait": wait})


def _own_error_first() -> None:
    """Let an error of the program come before those of resources that depend on a failed one.

    The SDK waits for all registrations when the program has raised, and drops its error if one of them fails.
    """
    from pulumi.runtime import stack  # noqa: PLC0415

    run = stack.run_pulumi_func

    async def run_pulumi_func(func: Callable[[], Awaitable[None] | None]) -> None:
        raised: list[BaseException] = []

        async def watched() -> None:
            try:
                result = func()
                if result is not None:
                    await result
            except BaseException as error:
                raised.append(error)
                raise

        try:
            await run(watched)
        except Exception as error:
            if raised and _is_failed_resource(error):
                raise raised[0] from None
            raise

    vars(stack)["run_pulumi_func"] = run_pulumi_func


def _is_failed_resource(error: BaseException) -> bool:
    """Whether an error only says that a resource failed, which the engine has told with its reason."""
    from pulumi.runtime import stack  # noqa: PLC0415

    return isinstance(
        error, getattr(stack, "ResourceRegistrationFailed", ())
    )  # an older SDK has no such class


def _quit(_number: int, _frame: FrameType | None) -> None:
    """The engine cancels: end without a traceback in the operator's output."""
    sys.stdout.flush()
    os._exit(1)


def _configure(request: Any, engine: str) -> None:
    from pulumi import runtime  # noqa: PLC0415
    from pulumi.runtime import Settings, configure  # noqa: PLC0415

    runtime.set_all_config(dict(request.config), list(request.configSecretKeys))
    configure(
        Settings(
            monitor=request.monitor_address,
            engine=engine or None,
            project=request.project,
            stack=request.stack,
            parallel=request.parallel,
            dry_run=request.dryRun,
            organization=request.organization or "organization",
            root_directory=request.info.root_directory or None,
        )
    )


def _entry(request: Any) -> str:
    """The file to run, and the folder that it imports from, as `python FOLDER` does."""
    folder = Path(request.info.program_directory or request.pwd or ".").resolve()
    os.chdir(request.pwd or folder)
    entry = (folder / (request.info.entry_point or ".")).resolve()
    sys.argv = [str(entry), *request.args]
    sys.path.insert(0, str(entry if entry.is_dir() else entry.parent))
    return str(entry / "__main__.py") if entry.is_dir() else str(entry)


def _program(entry: str) -> None:
    runpy.run_path(entry, run_name="__main__")


def _run(request: Any, engine: str) -> int:
    import grpc  # noqa: PLC0415
    import pulumi  # noqa: PLC0415

    _configure(request, engine)
    _without_sdk_traces()
    _wait_in_batches()
    _own_error_first()
    entry = _entry(request)
    # asyncio complains about work that a failed program leaves behind; the engine has said what failed.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(max(request.parallel, 1) * _THREADS_PER_OPERATION))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _program(entry)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
    except SystemExit as exit_:
        return exit_.code if isinstance(exit_.code, int) else (1 if exit_.code else 0)
    except grpc.RpcError as error:
        if error.code() == grpc.StatusCode.UNAVAILABLE:  # the engine is shutting down and has said why
            return _BAIL
        pulumi.log.error(traceback.format_exc())
    except Exception as error:  # noqa: BLE001 - whatever a program raises is shown
        # What depends on a failed resource fails in the SDK, with a traceback that names nothing of the program.
        if not _is_failed_resource(error):
            pulumi.log.error(_traceback())
    else:
        return 0
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        sys.stdout.flush()
        sys.stderr.flush()
    return _BAIL


def _traceback() -> str:
    """The traceback from the program's own first frame on, without those of this host and of the SDK's loop."""
    kind, error, trace = sys.exc_info()
    start = frame = trace
    while frame is not None:
        if frame.tb_frame.f_code.co_filename == __file__:
            start = frame.tb_next
        frame = frame.tb_next
    while start is not None and start.tb_frame.f_code.co_filename == "<frozen runpy>":
        start = start.tb_next
    return "".join(traceback.format_exception(kind, error, start or trace))


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # threads that still wait for the engine must not hold the end up
