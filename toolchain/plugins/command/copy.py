"""`command:remote:CopyToRemote`: copy a file, a text or a folder to a host by SFTP."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import grpc

from toolchain.plugins.base.errors import InvalidError, ProviderError
from toolchain.plugins.base.resource import Operation, Resource
from toolchain.plugins.base.wire import Archive, Asset
from toolchain.plugins.command.command import new_id
from toolchain.plugins.command.connection import parse

if TYPE_CHECKING:
    import asyncssh


class CopyToRemote(Resource):
    """Copies when made, and again when the content or the path changes; deleting it leaves the file."""

    def check(self, inputs: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The source must be something that can be read here."""
        source = inputs.get("source")
        if isinstance(source, Asset | Archive) and source.uri is not None:
            yield "source", "must be a file, a text or a folder of this machine, not a URL"

    async def create(self, operation: Operation) -> tuple[str, dict[str, Any]]:
        """Copy."""
        await _copy(operation)
        return new_id(""), {}

    async def update(self, operation: Operation) -> dict[str, Any]:
        """Copy if the content or the path is another one; a changed connection alone copies nothing."""
        old, new = operation.state, operation.inputs
        old_source = old.get("source")
        if not isinstance(old_source, Asset | Archive) or (old_source.hash, old.get("remotePath")) != (
            new["source"].hash,
            new["remotePath"],
        ):
            await _copy(operation)
        return {}

    async def delete(self, operation: Operation) -> None:
        """The file stays, as with the official plugin."""


async def _copy(operation: Operation) -> None:
    from asyncssh import Error, SFTPError  # noqa: PLC0415 - imported with the first connection

    from toolchain.plugins.command.dial import dial  # noqa: PLC0415

    connection = parse(operation.inputs["connection"])
    target: str = operation.inputs["remotePath"]
    async with dial(connection, operation.log) as link:
        try:
            async with link.start_sftp_client() as sftp:
                await _put(sftp, operation.inputs["source"], target)
        except SFTPError as error:
            msg = f"{connection.host}: {target} was not copied: {error.reason}"
            raise ProviderError(msg) from None
        except Error as error:
            msg = f"{connection.host}: {target}: no file transfer: {error.reason}"
            raise ProviderError(msg) from None


async def _put(sftp: asyncssh.SFTPClient, source: Asset | Archive, target: str) -> None:
    if source.path is not None and not Path(source.path).exists():
        msg = f"the source {source.path} is not there"
        raise InvalidError(msg)
    is_folder = await sftp.isdir(target)
    if isinstance(source, Asset) and source.text is not None:
        if is_folder:
            msg = f"{target} is a directory on the host; a text needs the path of a file"
            raise ProviderError(msg, grpc.StatusCode.FAILED_PRECONDITION)
        await _write(sftp, target, source.text.encode())
    elif isinstance(source, Archive) and source.assets is not None:
        for name, item in sorted(source.assets.items()):
            await _put(sftp, item, str(PurePosixPath(target, name)))
    elif source.path is not None and Path(source.path).is_dir():
        await _put_folder(sftp, source.path, target, exists=is_folder)
    else:
        path = Path(source.path or "")
        await _write(sftp, str(PurePosixPath(target, path.name)) if is_folder else target, path.read_bytes())


async def _put_folder(sftp: asyncssh.SFTPClient, source: str, target: str, *, exists: bool) -> None:
    """Copy a folder into the target; without a slash at its end, as one level of its own.

    | source | target is a folder | target is not there | target is a file |
    |--------|--------------------|---------------------|------------------|
    | dir    | target/dir         | target/dir          | error            |
    | dir/   | target/…           | target/…            | error            |
    """
    if not exists and await sftp.exists(target):
        msg = f"{target} is a file on the host; a folder can not be copied over it"
        raise ProviderError(msg, grpc.StatusCode.FAILED_PRECONDITION)
    root = Path(source)
    base = PurePosixPath(target) if source.endswith("/") else PurePosixPath(target, root.name)
    await sftp.makedirs(str(base), exist_ok=True)
    for path in sorted(root.rglob("*")):
        remote = str(base / path.relative_to(root).as_posix())
        if path.is_dir():
            await sftp.makedirs(remote, exist_ok=True)
        else:
            await _write(sftp, remote, path.read_bytes())


async def _write(sftp: asyncssh.SFTPClient, target: str, content: bytes) -> None:
    """Write one file, making the folders above it."""
    parent = str(PurePosixPath(target).parent)
    if parent not in {".", "/"} and not await sftp.isdir(parent):
        await sftp.makedirs(parent, exist_ok=True)
    async with sftp.open(target, "wb") as file:
        await file.write(content)
