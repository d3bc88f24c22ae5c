"""The one file that goes to hosts: the same bytes everywhere, and it runs without anything of ours."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from host_programs import bundle


@pytest.fixture(scope="module")
def hostctl(tmp_path_factory: pytest.TempPathFactory) -> bundle.Program:
    return bundle.pack("hostctl", tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def built(hostctl: bundle.Program) -> Path:
    return hostctl.path


def _run(path: Path, *argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-IS", str(path), *argv],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        input="",
    )


def test_two_builds_are_equal_whatever_the_files_dates(built: Path, tmp_path: Path) -> None:
    again = bundle.pack("hostctl", tmp_path).path
    assert again.read_bytes() == built.read_bytes()
    assert again.name == built.name
    with zipfile.ZipFile(built) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {entry.compress_type for entry in entries} == {zipfile.ZIP_STORED}
    assert {entry.date_time for entry in entries} == {bundle.TIMESTAMP}


@pytest.mark.parametrize("name", ["hostctl", "kolla_run", "vault_boot", "edge_tls"])
def test_it_is_executable_runs_isolated_and_knows_its_version(name: str, tmp_path: Path) -> None:
    program = bundle.pack(name, tmp_path)
    assert os.access(program.path, os.X_OK)
    assert program.path.read_bytes().startswith(b"#!/usr/bin/python3 -IS\n")
    result = _run(program.path, "version")
    assert result.returncode == 0
    assert result.stdout.strip() == program.version


@pytest.mark.parametrize("name", ["hostctl", "kolla_run", "vault_boot", "edge_tls"])
def test_every_module_is_python_3_9_and_imports_only_its_own_and_the_standard_library(
    name: str, tmp_path: Path
) -> None:
    with zipfile.ZipFile(bundle.pack(name, tmp_path).path) as archive:
        modules = {path: archive.read(path).decode() for path in archive.namelist()}
    own = {path.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for path in modules}
    for path, text in modules.items():
        for node in ast.walk(ast.parse(text, path, feature_version=(3, 9))):
            imported = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                assert node.level == 0, path
                imported = [str(node.module)]
            for module in imported:
                top = module.partition(".")[0]
                assert top in sys.stdlib_module_names or module in own, (path, module)


def test_every_kind_is_on_board(built: Path) -> None:
    from host_programs.hostctl.kinds import ORDER

    with zipfile.ZipFile(built) as archive:
        names = set(archive.namelist())
    assert {f"host_programs/hostctl/kinds/{step}.py" for step in ORDER} <= names
    assert [name for name in names if "/contract/" in name and "__init__" not in name] == [
        "host_programs/contract/hostctl.py"
    ]
    assert not any("bundle" in name or "kolla_run" in name for name in names)


def test_a_command_that_makes_no_sense_prints_the_usage(built: Path) -> None:
    result = _run(built, "aply")
    assert result.returncode == 2
    assert "unknown command 'aply'" in result.stderr
    assert "hostctl apply GROUP" in result.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, as on a host")
def test_a_state_that_makes_no_sense_changes_nothing_and_says_so_in_one_line(
    hostctl: bundle.Program,
) -> None:
    built = hostctl.path
    result = _run(built, "apply", "base", "--expect", "0123456789ab")
    assert result.returncode == 1
    assert result.stderr.startswith(f"hostctl: base: version: is {hostctl.version}, not 0123456789ab")
    result = _run(built, "apply", "base")
    assert result.returncode == 1
    assert result.stderr == "hostctl: base: state: is not JSON (line 1)\n"
    assert result.stdout == ""


def test_a_check_loads_nothing_heavy(built: Path) -> None:
    """Each module costs time on every host at every check."""
    script = (
        f"import sys; sys.path.insert(0, {str(built)!r}); "
        "import host_programs.hostctl.cli; from host_programs.hostctl.kinds import files, sysctl, packages, units, netplan; "
        "print(*sorted(set(sys.modules) & {'asyncio', 'urllib', 'email', 'argparse', 'pathlib', 'tempfile', "
        "'dataclasses', 'inspect', 'shutil', 'logging', 'hashlib'}))"
    )
    result = subprocess.run([sys.executable, "-IS", "-c", script], capture_output=True, text=True, check=True)
    assert result.stdout.split() == []
