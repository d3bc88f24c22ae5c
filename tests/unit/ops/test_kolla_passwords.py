"""`make kolla-passwords`: completes, keeps, and shows no password anywhere."""

from __future__ import annotations

import stat
import subprocess
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.kolla.passwords import parse
from config.release_map import release
from ops import kolla_passwords, stack
from tests.unit.config.kolla_secrets import CANARY, fake_password, fake_passwords
from tests.unit.config.support import ROOT


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.kolla.passwords._ssh_key", lambda: fake_password("nova_ssh_key"))


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """The lab's stack file with its passwords in a folder of the test."""
    profile = (ROOT / "lab" / "profiles" / "cloud.yaml").read_text()
    text = (ROOT / "Pulumi.lab.yaml").read_text() + textwrap.indent(profile, "  ")
    path = tmp_path / "Pulumi.lab.yaml"
    path.write_text(text.replace(".lab/kolla/passwords.yml", str(tmp_path / "kolla" / "passwords.yml")))
    return path


def run(path: Path, *arguments: str) -> int:
    return kolla_passwords.main(["--stack", "lab", "--config-file", str(path), *arguments])


def test_a_new_stack_gets_all_of_them_in_a_file_of_its_own(
    lab: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(lab) == 0
    path = lab.parent / "kolla" / "passwords.yml"
    have = parse(path.read_text()) or {}
    assert set(have) == set(release("2026.1").passwords)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert have["keystone_admin_password"] not in capsys.readouterr().out


def test_a_second_run_writes_nothing(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(lab)
    path = lab.parent / "kolla" / "passwords.yml"
    before = (path.read_text(), path.stat().st_ino)
    assert run(lab) == 0
    assert (path.read_text(), path.stat().st_ino) == before
    assert "nothing to do" in capsys.readouterr().out


def test_what_is_missing_is_made_and_named(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = lab.parent / "kolla" / "passwords.yml"
    path.parent.mkdir()
    have = yaml.safe_load(fake_passwords("2026.1"))
    del have["barbican_keystone_password"]
    path.write_text(yaml.safe_dump(have))
    path.chmod(0o600)
    assert run(lab) == 0
    out = capsys.readouterr().out
    assert "1 new" in out
    assert "barbican_keystone_password" in out
    assert CANARY not in out
    assert (parse(path.read_text()) or {})["database_password"] == have["database_password"]


def test_the_stacks_secret_goes_through_a_pipe_never_an_argument(
    lab: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [line for line in lab.read_text().splitlines() if "passwords" not in line]
    lab.write_text("\n".join(lines) + "\n")
    seen: list[tuple[list[str], Any]] = []

    def record(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.append((command, options.get("input")))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(stack, "pulumi", lambda: "pulumi")
    monkeypatch.setattr(subprocess, "run", record)
    assert run(lab) == 0
    ((command, text),) = seen
    assert command[:6] == ["pulumi", "config", "set", "--path", "--secret", "cloud:kolla.passwords.secret"]
    made = parse(text) or {}
    assert set(made) == set(release("2026.1").passwords)
    assert not [value for value in made.values() if isinstance(value, str) and value in " ".join(command)]


def test_a_stack_without_kolla_is_told_so(lab: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = lab.read_text()
    lab.write_text(text[: text.index("  # One machine without KVM")])
    assert run(lab) == 1
    assert "has no cloud:kolla" in capsys.readouterr().err
