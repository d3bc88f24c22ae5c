"""What a host tells of its room, with a Docker that says what real ones say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.support import ROOT

PROGRAM = ROOT / "host_programs/ansible/playbooks/room.py"


class Host:
    """Programs of a host in a folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.info = {"Driver": "overlay2", "DockerRootDir": str(root), "Architecture": "x86_64"}
        self.images = {"sha256:one": ["sha256:a", "sha256:b"], "sha256:two": ["sha256:a"]}
        self.programs = {
            "stat": "echo ext2/ext3",
            "containerd": f"echo \"state = '/run'\"; echo \"root = '{root}/store'\"; echo '[x]'",
        }
        (root / "store").mkdir()

    def tell(self, engine: str = "docker") -> dict[str, Any]:
        """What the program prints, as Ansible runs it: from its stdin."""
        names = "\n".join((*self.images, *self.images))
        layers = "\n".join(json.dumps(one) for one in self.images.values())
        says = {"info": json.dumps(self.info), "ls": names, "inspect": layers}
        for what, text in says.items():
            (self.root / what).write_text(text)
        docker = (
            f'what=$1; [ "$1" = image ] && what=$2; echo "$@" >> {self.root}/log; cat {self.root}/"$what"'
        )
        for name, text in {"docker": docker, **self.programs}.items():
            path = self.root / name
            path.write_text(f"#!/bin/sh\n{text}\n")
            path.chmod(0o755)
        done = subprocess.run(
            [sys.executable, "-I", "-", engine],
            input=PROGRAM.read_text(),
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": f"{self.root}:{os.environ['PATH']}"},
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def test_dockers_folder_its_free_space_and_the_layers_of_its_images_are_told(host: Host) -> None:
    found = host.tell()
    space = os.statvfs(host.root)
    assert 0 < found.pop("free") <= space.f_blocks * space.f_frsize
    assert found == {
        "folder": str(host.root),
        "machine": "x86_64",
        "images": [["sha256:a", "sha256:b"], ["sha256:a"]],
    }
    assert (host.root / "log").read_text().splitlines()[-1].endswith(" sha256:one sha256:two")


def test_a_host_without_images_has_no_layers(host: Host) -> None:
    host.images = {}
    assert host.tell()["images"] == []
    assert "inspect" not in (host.root / "log").read_text()


def test_where_containerd_keeps_images_its_folder_counts(host: Host) -> None:
    host.info["Driver"] = "overlayfs"
    assert host.tell()["folder"] == f"{host.root}/store"


@pytest.mark.parametrize(
    ("info", "programs", "engine"),
    [
        ({}, {"stat": "echo btrfs"}, "docker"),
        ({}, {"stat": "exit 1"}, "docker"),
        ({}, {}, "podman"),
        ({"Driver": "zfs"}, {}, "docker"),
        ({"Driver": ""}, {}, "docker"),
        ({"Driver": "overlayfs"}, {"containerd": "exit 1"}, "docker"),
        ({"Driver": "overlayfs"}, {"containerd": "echo '[x]'"}, "docker"),
    ],
)
def test_a_host_that_is_not_sure_says_nothing(
    info: dict[str, str], programs: dict[str, str], engine: str, host: Host
) -> None:
    host.info.update(info)
    host.programs.update(programs)
    assert host.tell(engine) == {}


def test_a_host_without_a_docker_that_answers_says_nothing(host: Host) -> None:
    host.images = {"sha256:gone": []}
    host.info = {}
    assert host.tell() == {}
