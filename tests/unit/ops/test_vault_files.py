"""`make vault-files`: what a new vault needs is made once, for its owner alone, and fits what the stack file asks for."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
import yaml

from config.vault import VaultSettings
from ops import stack, vault_files
from ops.stack import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    document = yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text())
    document["config"]["cloud:vault"] = {
        "version": "2.7.2",
        "tls": {
            "certificate": str(tmp_path / "vault" / "vault.pem"),
            "ca": str(tmp_path / "vault" / "ca.pem"),
            "key": {"file": str(tmp_path / "vault" / "vault.key")},
        },
        "seal": {"kind": "static", "staticKey": {"file": str(tmp_path / "vault" / "seal.key")}},
        "operators": {"threshold": 1, "pgpKeys": {"ann": str(tmp_path / "ann.asc")}},
    }
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(yaml.safe_dump(document))
    return path


def run(file: Path) -> int:
    return vault_files.main(["--stack", "prod", "--config-file", str(file)])


def made(file: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (file.parent / "vault").iterdir()}


def test_what_is_made_loads_and_a_second_call_keeps_it(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file) == 0
    first = made(file)
    assert set(first) == {"vault.pem", "vault.key", "ca.pem", "seal.key"}
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (file.parent / "vault").iterdir())
    assert len(base64.b64decode(first["seal.key"])) == 32
    said = capsys.readouterr().out
    assert "PRIVATE" not in said
    assert f"missing {file.parent / 'ann.asc'}: ann's public key" in said
    assert run(file) == 0
    assert made(file) == first
    cloud = stack.load("prod", file, pinned=False)
    assert isinstance(cloud.vault, VaultSettings)
    assert not [found for found in cloud.vault.problems(("vault",), cloud) if not found.absent]


def test_files_that_lack_their_other_halves_are_named_and_left_alone(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file) == 0
    (file.parent / "vault" / "vault.key").unlink()
    before = made(file)
    assert run(file) == 1
    assert f"without {file.parent / 'vault' / 'vault.key'}" in capsys.readouterr().err
    assert made(file) == before


def test_a_stack_without_a_vault_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_bytes((ROOT / "Pulumi.prod.yaml").read_bytes())
    assert run(path) == 1
    assert capsys.readouterr().err == "stack prod has no cloud:vault\n"
