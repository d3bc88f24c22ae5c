"""`make deploy-key`: a key is made once, and never again over one that hosts may know."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import pytest
import yaml

from ops import deploy_key
from ops.stack import ROOT


def stack_file(folder: Path, deploy_key: dict[str, str]) -> Path:
    document = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())
    document["config"]["cloud:ssh"]["deployKey"] = deploy_key
    path = folder / "Pulumi.prod.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def run(file: Path) -> int:
    return deploy_key.main(["--stack", "prod", "--config-file", str(file)])


def test_a_key_is_made_for_its_owner_alone_and_kept_by_the_next_call(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key = tmp_path / "keys" / "deploy"
    file = stack_file(tmp_path, {"file": str(key)})
    assert run(file) == 0
    private, public = key.read_bytes(), Path(f"{key}.pub").read_text().strip()
    assert key.stat().st_mode & 0o777 == 0o600
    assert asyncssh.import_private_key(private).export_public_key().decode().split()[1] in public
    assert public.endswith("deploy@prod")
    assert capsys.readouterr().out == f"created {key}\n{public}\n"
    assert run(file) == 0
    assert key.read_bytes() == private
    assert capsys.readouterr().out == f"kept {key}\n{public}\n"


def test_a_lost_public_half_is_made_from_the_private_one(tmp_path: Path) -> None:
    first = deploy_key.make_key(tmp_path / "key", "deploy@prod")
    (tmp_path / "key.pub").unlink()
    assert deploy_key.make_key(tmp_path / "key", "other") == first


def test_a_file_that_is_no_key_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    key = tmp_path / "deploy"
    key.write_text("precious\n")
    assert run(stack_file(tmp_path, {"file": str(key)})) == 1
    assert key.read_text() == "precious\n"
    assert "not a private key" in capsys.readouterr().err
