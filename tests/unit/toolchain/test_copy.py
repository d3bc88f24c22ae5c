"""`command:remote:CopyToRemote` by SFTP to a real server: what ends up where."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.unit.toolchain.operations import operation
from tests.unit.toolchain.sshd import Sshd, sshd
from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.base.wire import UNKNOWN, Archive, Asset
from toolchain.plugins.command.copy import CopyToRemote

COPY = CopyToRemote()


def files(root: Path) -> dict[str, str]:
    return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    (folder / "dir" / "sub").mkdir(parents=True)
    (folder / "file").write_text("content")
    (folder / "dir" / "a").write_text("A")
    (folder / "dir" / "sub" / "b").write_text("B")
    return folder


@pytest.fixture
def there(tmp_path: Path) -> Path:
    folder = tmp_path / "there"
    (folder / "existing").mkdir(parents=True)
    (folder / "taken").write_text("old and longer than the new one")
    return folder


def copy(there: Path, source: Any, target: str) -> None:
    async def go() -> None:
        async with sshd(there) as server:
            inputs = {"connection": server.connection(), "source": source, "remotePath": target}
            await COPY.create(operation(inputs))

    asyncio.run(go())


# source (a path below `here`, or an asset), remote path, what is new on the host
CASES: list[tuple[Any, str, dict[str, str]]] = [
    ("file", "new", {"new": "content"}),
    ("file", "taken", {"taken": "content"}),
    ("file", "existing", {"existing/file": "content"}),
    ("file", "deep/er/new", {"deep/er/new": "content"}),
    (Asset(text="text"), "new", {"new": "text"}),
    (Asset(text=""), "taken", {"taken": ""}),
    ("dir", "existing", {"existing/dir/a": "A", "existing/dir/sub/b": "B"}),
    ("dir/", "existing", {"existing/a": "A", "existing/sub/b": "B"}),
    ("dir", "new", {"new/dir/a": "A", "new/dir/sub/b": "B"}),
    ("dir/", "new/deep", {"new/deep/a": "A", "new/deep/sub/b": "B"}),
    (Archive(assets={"x": Asset(text="X"), "s/y": Asset(text="Y")}), "new", {"new/x": "X", "new/s/y": "Y"}),
]


@pytest.mark.parametrize(("source", "target", "new"), CASES, ids=repr)
def test_a_source_is_copied(source: Any, target: str, new: dict[str, str], here: Path, there: Path) -> None:
    if isinstance(source, str):
        kind = Archive if source.startswith("dir") else Asset
        source = kind(path=f"{here}/{source}")
    before = files(there)
    copy(there, source, target)
    assert files(there) == {**before, **new}


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        (Asset(text="t"), "existing", "is a directory on the host"),
        ("dir", "taken", "is a file on the host"),
        ("absent", "new", "is not there"),
    ],
)
def test_what_can_not_be_copied_is_said(
    source: Any, target: str, reason: str, here: Path, there: Path
) -> None:
    if isinstance(source, str):
        source = Archive(path=f"{here}/{source}")
    with pytest.raises(ProviderError, match=reason):
        copy(there, source, target)


# changed inputs, whether the file is copied again
CHANGES: list[tuple[dict[str, Any], bool]] = [
    ({"source": Asset(text="t", hash="2")}, True),
    ({"remotePath": "elsewhere"}, True),
    ({"connection": {"user": "another"}}, False),
    ({}, False),
]


@pytest.mark.parametrize(("changed", "copied"), CHANGES, ids=repr)
def test_an_update_copies_only_a_changed_content_or_path(
    changed: dict[str, Any], copied: bool, there: Path
) -> None:
    async def go() -> Sshd:
        async with sshd(there) as server:
            old = {
                "connection": server.connection(),
                "source": Asset(text="t", hash="1"),
                "remotePath": "new",
            }
            new = {**old, **{name: value for name, value in changed.items() if name != "connection"}}
            await COPY.update(operation(new, old))
            return server

    assert asyncio.run(go()).connections == int(copied)


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        (UNKNOWN, False),
        (Asset(text=""), False),
        (Archive(path="x"), False),
        (Asset(uri="http://x"), True),
    ],
    ids=repr,
)
def test_check_refuses_a_source_that_can_not_be_read_here(source: Any, wrong: bool) -> None:
    assert bool(list(COPY.check({"source": source}))) == wrong
