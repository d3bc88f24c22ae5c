"""`make adopt` of the running cloud's own /etc/kolla: the stack file that it writes means what is deployed."""

from __future__ import annotations

import base64
import io
import tarfile
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kolla_cluster.passwords import read_passwords
from components.kolla_cluster.plan import plan_kolla
from config.load import load_stack_file
from host_programs.contract.kolla_run import KOLLA_CONFIG
from ops.adopt.folder import read_folder
from tests.lab.support import Stack, run, ssh

pytestmark = pytest.mark.cloud

NOT_IN_IT = ("networks", "ceph", "domain")
"""Fields of the stack file that no folder of Kolla-Ansible's says."""


def fetched(folder: Path) -> Path:
    """The deploy host's folder, passwords too: only its owner may read it."""
    folder.mkdir(mode=0o700)
    packed = base64.b64decode(ssh("deploy", f"tar --create --directory {KOLLA_CONFIG} . | base64").stdout)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")
    return folder


def unsaid(stack: Stack) -> dict[str, Any]:
    """What an operator adds: the networks, and the hosts' addresses there."""
    fields = yaml.safe_load(stack.file.read_text())["config"]
    hosts = fields["cloud:hosts"]
    addresses = {
        name: {"addresses": said["addresses"]} for name, said in hosts.items() if said.get("enabled", True)
    }
    return {**{name: fields[f"cloud:{name}"] for name in NOT_IN_IT}, "hosts": addresses}


def test_the_running_cloud_is_adopted_as_it_is_deployed(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = fetched(tmp_path / "kolla")
    given, file = tmp_path / "addresses.yaml", tmp_path / "Pulumi.adopted.yaml"
    given.write_text(yaml.safe_dump(unsaid(stack)))
    done = run(
        *(
            "env",
            f"HOME={tmp_path}",
            ".venv/bin/python",
            "-m",
            "ops.adopt",
            "--stack",
            "adopted",
            "--config-file",
            str(file),
        ),
        *("--from", str(folder), "--addresses", str(given)),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "otherwise" not in done.stdout, done.stdout

    monkeypatch.setenv("HOME", str(tmp_path))  # the stack file names what was written there
    cloud, deployed = load_stack_file(file, require_host_keys=False), read_folder(folder)
    plan = plan_kolla(cloud)
    assert yaml.safe_load(plan.globals_yaml) == yaml.safe_load((folder / "globals.yml").read_text())
    assert plan.inventory == (folder / "inventory").read_text()
    config = folder / "config"
    there = {path.relative_to(config).as_posix(): path for path in config.rglob("*") if path.is_file()}
    # What Ceph's clients get is made by Ceph's component, from the cluster itself.
    texts = {name: path.read_text() for name, path in there.items() if "/ceph.c" not in name}
    assert plan.overrides == texts
    assert read_passwords(cloud) == deployed.passwords
