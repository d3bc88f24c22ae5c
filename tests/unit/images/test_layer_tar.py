"""A layer's tar: what is deleted is a whiteout, what belongs to the machine is not in it, and order is fixed."""

from __future__ import annotations

import os
import stat
import tarfile
from pathlib import Path

import pytest

from images.layer_tar import left_out, write
from images.manifest import Blob
from images.registry import Registry


def tar(root: Path, registry: Registry) -> tuple[Blob, dict[str, tarfile.TarInfo]]:
    with registry.incoming() as file:
        write(root, file)
    with tarfile.open(registry.data(file.stored.digest)) as read:
        return file.stored, {member.name: member for member in read}


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "registry")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root").mkdir()
    return tmp_path / "root"


def test_what_an_overlay_deleted_is_a_whiteout(root: Path, registry: Registry) -> None:
    (root / "etc").mkdir()
    os.mknod(root / "etc/gone", stat.S_IFCHR)
    os.mknod(root / "top", stat.S_IFCHR)
    _, found = tar(root, registry)
    assert sorted(found) == [".wh.top", "etc", "etc/.wh.gone"]
    assert all(member.size == 0 for member in found.values())


def test_links_modes_and_content_are_kept(root: Path, registry: Registry) -> None:
    (root / "bin").mkdir(mode=0o755)
    (root / "bin/tool").write_text("#!/bin/sh\n")
    (root / "bin/tool").chmod(0o4755)
    (root / "bin/same").hardlink_to(root / "bin/tool")
    (root / "bin/link").symlink_to("tool")
    _, found = tar(root, registry)
    assert (found["bin/link"].issym(), found["bin/link"].linkname) == (True, "tool")
    assert [found["bin/same"].islnk(), found["bin/tool"].islnk()].count(True) == 1
    assert found["bin/same"].mode == 0o4755


def test_equal_folders_have_equal_digests(root: Path, registry: Registry) -> None:
    for name in ("b", "a", "c"):
        (root / name).write_text(name)
        os.utime(root / name, (1, 1.5))
    first, found = tar(root, registry)
    assert list(found) == ["a", "b", "c"]
    assert tar(root, registry)[0] == first


@pytest.mark.parametrize(
    "path",
    [
        "etc/apt/sources.list.d/debian.sources",
        "etc/resolv.conf",
        "etc/ssh/ssh_host_ed25519_key",
        "mnt/requirements.txt",
        "usr/sbin/policy-rc.d",
        "var/lib/apt/lists/mirror.example_debian",
        "var/log/dpkg.log",
    ],
)
def test_what_belongs_to_the_machine_is_in_no_layer(path: str, root: Path, registry: Registry) -> None:
    (root / path).parent.mkdir(parents=True)
    (root / path).write_text("secret")
    assert left_out(path) or any(left_out(str(above)) for above in Path(path).parents)
    assert path not in tar(root, registry)[1]
    os.mknod(root / "kept", stat.S_IFCHR)
    assert ".wh.kept" in tar(root, registry)[1]
