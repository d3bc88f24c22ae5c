"""vault-boot's files and errors; what it does to a vault is proven on a real one (tests/loopback/test_vault.py)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pytest

from host_programs.errors import OperatorError
from host_programs.vault_boot.cli import main
from host_programs.vault_boot.cluster import active
from host_programs.vault_boot.errors import BootError
from host_programs.vault_boot.opening import share_of
from host_programs.vault_boot.places import Places, read_settings, write
from host_programs.vault_boot.policy import POLICY
from tests.unit.components.test_vault_plan import plan


def places(home: Path) -> Places:
    """Of the settings that the component writes, read as the host reads them."""
    path = home / "boot.json"
    path.write_text(json.dumps({**json.loads(plan("shares").settings), "home": str(home)}))
    return Places(read_settings(str(path)))


def test_the_components_settings_are_understood(tmp_path: Path) -> None:
    found = places(tmp_path)
    assert found.founder == "ctl01"
    assert found.settings["operators"] == {"ann": "QU5O", "bob": "Qk9C"}
    assert found.while_founding(found.shares) == f"{tmp_path}/founding/shares.json"


def test_the_founder_is_the_first_node_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "boot.json"
    path.write_text(plan(nodes=["ctl03", "mon01", "ctl01"]).settings)
    assert Places(read_settings(str(path))).founder == "ctl03"


def test_missing_settings_are_one_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "none.json"
    assert main(["--settings", str(path), "found"]) == 1
    error = capsys.readouterr().err
    assert error == f"vault-boot: {path}: is missing or not JSON (run pulumi up, which writes it)\n"


def test_somebody_without_a_share_is_told_who_has_one(tmp_path: Path) -> None:
    found = places(tmp_path)
    (tmp_path / "cluster").mkdir()
    write(found.shares, json.dumps({"ann": "A", "bob": "B"}))
    assert share_of(found, "bob") == "B"
    with pytest.raises(BootError, match="share of eve: there is none here; there are: ann, bob"):
        share_of(found, "eve")


class Node:
    """Knows who leads, or does not answer."""

    leaders: ClassVar[dict[str, str]] = {}

    def __init__(self, url: str, ca: str) -> None:
        self.url = url

    def get(self, path: str) -> dict[str, str]:
        if self.url not in self.leaders:
            raise OperatorError(self.url, "cannot be asked: Connection refused")
        return {"leader_address": self.leaders[self.url]}


def test_a_node_that_does_not_answer_hides_no_leader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("host_programs.vault_boot.cluster.Api", Node)
    found = places(tmp_path)
    away, _, last = found.settings["nodes"].values()
    monkeypatch.setattr(Node, "leaders", {last: last})
    assert active(found).url == last
    monkeypatch.setattr(Node, "leaders", {last: ""})
    said = f"ctl01: {away}: cannot be asked: Connection refused; .*; ctl03: knows no leader"
    with pytest.raises(BootError, match=said):
        active(found)


def test_what_is_written_is_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write(str(tmp_path / "one"), "text")
    assert [path.name for path in tmp_path.iterdir()] == ["one"]
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600


def test_no_path_of_the_policy_is_open_ended() -> None:
    assert "*" not in POLICY
