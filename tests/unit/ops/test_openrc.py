"""`make openrc`: a clouds.yaml by which `openstack` reaches the cloud, and no password anywhere else."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest
import yaml

from ops import openrc, password_stores, stack
from tests.unit.components.support import Raw, cloud
from tests.unit.config.kolla_secrets import certificate

PASSWORD = "the-password-of-admin"


def _kept(monkeypatch: pytest.MonkeyPatch, passwords: dict[str, str]) -> None:
    kept = password_stores.InStack("lab", None, json.dumps(passwords))
    monkeypatch.setattr(password_stores, "store", lambda *_: kept)


@pytest.fixture(autouse=True)
def _stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stack, "load", lambda *_: cloud("lab"))
    _kept(monkeypatch, {"keystone_admin_password": PASSWORD})
    monkeypatch.delenv(openrc.VARIABLE, raising=False)


def entries(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(path.read_text())["clouds"]
    return found


def test_the_cloud_is_reached_by_both_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    assert openrc.main(["--stack", "lab"]) == 0
    path = Path.home() / ".openstack-lab" / "clouds.yaml"
    found = entries(path)
    assert {name: (one["auth"]["auth_url"], one["interface"]) for name, one in found.items()} == {
        "lab": ("http://172.24.4.250:5000/v3", "public"),
        "lab-internal": ("http://10.10.10.250:5000/v3", "internal"),
    }
    assert {one["auth"]["password"] for one in found.values()} == {PASSWORD}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = capsys.readouterr()
    assert f"export OS_CLIENT_CONFIG_FILE={path}; OS_CLOUD=lab openstack service list" in told.out
    assert PASSWORD not in told.out + told.err


def test_the_shells_own_file_keeps_its_other_clouds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "clouds.yaml"
    path.write_text("clouds: {other: {region_name: x}, lab: {region_name: old}}\ncache: {expiration: 5}\n")
    monkeypatch.setenv(openrc.VARIABLE, str(path))
    assert openrc.main(["--stack", "lab"]) == 0
    assert set(entries(path)) == {"other", "lab", "lab-internal"}
    assert entries(path)["lab"]["region_name"] == "RegionOne"
    assert "cache" in yaml.safe_load(path.read_text())
    assert "export" not in capsys.readouterr().out


@pytest.mark.parametrize("text", ["clouds: [", "just words", "clouds: [a]"])
def test_a_file_that_is_something_else_is_left_alone(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "clouds.yaml"
    path.write_text(text)
    monkeypatch.setenv(openrc.VARIABLE, str(path))
    assert openrc.main(["--stack", "lab"]) == 1
    assert path.read_text() == text
    assert "is not a clouds.yaml; move it away" in capsys.readouterr().err


def test_a_private_ca_is_trusted(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_text(certificate("ca.test", with_key=False))

    def change(raw: Raw) -> None:
        raw["kolla"]["tls"]["ca"] = str(ca)

    assert {one["cacert"] for one in openrc.clouds(cloud("lab", change)).values()} == {str(ca)}


def test_missing_passwords_name_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    _kept(monkeypatch, {})
    with pytest.raises(stack.StackError, match="run make kolla-passwords"):
        openrc.clouds(cloud("lab"))
