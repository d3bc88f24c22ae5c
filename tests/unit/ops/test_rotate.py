"""`make rotate`: no secret is left out, a dry run changes nothing, and a rotation that was killed goes on."""

from __future__ import annotations

import json
import stat
import textwrap
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.kolla.passwords import parse
from config.release_map import known as known_releases
from config.release_map import release
from ops import run as pulumi_run
from ops.rotate.__main__ import main
from ops.rotate.catalogue import DEPLOY_KEY, secrets
from ops.rotate.plan import RotateError, plan, resumed
from ops.rotate.record import Record
from ops.rotate.table import document, listed
from ops.rotate.ways import _patterns, of_kolla, ways
from tests.unit.components.support import cloud
from tests.unit.components.test_vault_plan import with_vault
from tests.unit.config.kolla_secrets import fake_password, fake_passwords
from tests.unit.config.support import ROOT
from tests.unit.support import private_key

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
RELEASES = sorted(known_releases())
SERVICE = "glance_keystone_password"


@pytest.fixture(autouse=True)
def _quick_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.kolla.passwords._ssh_key", lambda: fake_password("nova_ssh_key"))


@pytest.mark.parametrize("series", RELEASES)
def test_none_of_kollas_passwords_is_left_out(series: str) -> None:
    assert {of_kolla(name) for name in release(series).passwords} <= set(ways())

    config = cloud("prod", secrets=False)
    releases = config.releases.model_copy(update={"openstack": series})
    names = {secret.name for secret in secrets(config.model_copy(update={"releases": releases}))}
    assert set(release(series).passwords) <= names


def test_what_the_stack_file_gives_is_on_the_list_with_its_place() -> None:
    names = {secret.name: secret for secret in secrets(with_vault(seal="transit"))}
    assert names["cloud:vault.tls.key"].way == ways()["certificates"]
    assert names["cloud:vault.seal.transit.token"].way == ways()["vault seal"]
    assert not [name for name in names if name.startswith(("cloud:ssh", "cloud:kolla.passwords"))]


def test_every_pattern_fits_a_password_of_some_release_first() -> None:
    used: dict[str, set[str]] = {}
    for series in RELEASES:
        for name in release(series).passwords:
            used.setdefault(of_kolla(name), set()).add(name)
    assert set(used) == set(_patterns())


@pytest.mark.parametrize("name", sorted(ways()))
def test_a_way_says_who_does_what(name: str) -> None:
    way = ways()[name]
    assert len(way.reason) > 20
    if way.outage == "never":
        assert (way.driven, way.before, way.after) == (False, (), ())
    else:
        # Nothing that needs the operator first is done without them.
        assert way.driven != bool(way.before) or name == "one use"


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("database_password", "database root"),
        ("nova_database_password", "nova cells"),
        ("nova_api_database_password", "database user"),
        ("mariadb_backup_database_password", "database monitor"),
        ("kolla_ssh_key", "unused"),
        ("nova_ssh_key", "ssh among containers"),
        ("barbican_crypto_key", "data key"),
        ("ceph_rgw_keystone_password", "keystone user"),
    ],
)
def test_the_exception_comes_before_the_rule(name: str, way: str) -> None:
    assert of_kolla(name) == way


def test_a_password_that_nobody_decided_about_is_no_guess() -> None:
    with pytest.raises(KeyError):
        of_kolla("new_thing_secret")


def test_ages_are_told_where_they_are_known(tmp_path: Path) -> None:
    known = secrets(cloud("prod", secrets=False))
    record = Record.read(tmp_path / "Pulumi.prod.yaml", "prod")
    record.stamp([SERVICE], NOW - timedelta(days=40))
    record.save()
    again = Record.read(tmp_path / "Pulumi.prod.yaml", "prod")
    days = {row["name"]: row["days"] for row in document(known, again, NOW)}
    assert (days[SERVICE], days["nova_keystone_password"]) == (40, None)
    assert stat.S_IMODE(again.path.stat().st_mode) == 0o600
    line = next(line for line in listed(known, again, NOW).splitlines() if line.startswith(SERVICE))
    assert line.split()[1:3] == ["40", "short"]


def test_a_record_that_is_none_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "secrets-made.prod.json").write_text("[]")
    with pytest.raises(ValueError, match="is not what make rotate wrote"):
        Record.read(tmp_path / "Pulumi.prod.yaml", "prod")


@pytest.mark.parametrize(
    ("what", "rotating", "says"),
    [
        ("nonsense", [], "no secret of this cloud"),
        ("barbican_crypto_key", [], "what is stored is encrypted by it"),
        (SERVICE, ["nova_keystone_password"], "a rotation is under way"),
    ],
)
def test_what_cannot_be_rotated_says_why(what: str, rotating: list[str], says: str) -> None:
    with pytest.raises(RotateError, match=says):
        plan(what, secrets(cloud("prod", secrets=False)), rotating)


def test_a_pattern_takes_what_this_program_does_and_nothing_else() -> None:
    known = secrets(cloud("prod", secrets=False))
    names = plan("*database_password", known, []).names()
    assert "glance_database_password" in names
    assert not {"database_password", "nova_database_password"} & set(names)


def test_there_is_nothing_to_resume_without_a_beginning() -> None:
    with pytest.raises(RotateError, match="no rotation is under way"):
        resumed(secrets(cloud("prod", secrets=False)), [])


class Lab:
    """The lab's stack with passwords in a file; `up` ends as it is told to."""

    def __init__(self, folder: Path) -> None:
        profile = (ROOT / "lab" / "profiles" / "cloud.yaml").read_text()
        text = (ROOT / "Pulumi.lab.yaml").read_text() + textwrap.indent(profile, "  ")
        self.passwords = folder / "kolla" / "passwords.yml"
        self.passwords.parent.mkdir()
        self.passwords.write_text(yaml.safe_dump(yaml.safe_load(fake_passwords("2026.1"))))
        self.passwords.chmod(0o600)
        self.key = folder / "deploy"
        self.path = folder / "Pulumi.lab.yaml"
        text = text.replace(".lab/kolla/passwords.yml", str(self.passwords))
        self.path.write_text(text.replace(".lab/ssh/deploy_ed25519", str(self.key)))
        self.ends: list[int] = []
        self.ups = 0

    def up(self, argv: list[str]) -> int:
        assert argv == ["up", "--stack", "lab", "--config-file", str(self.path), "--yes"]
        self.ups += 1
        return self.ends.pop(0) if self.ends else 0

    def rotate(self, what: str, *more: str) -> int:
        return main(["--stack", "lab", "--config-file", str(self.path), "--what", what, *more])

    def have(self) -> dict[str, Any]:
        return parse(self.passwords.read_text()) or {}

    def record(self) -> dict[str, Any]:
        path = self.path.with_name("secrets-made.lab.json")
        found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
        return found


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    made = Lab(tmp_path)
    monkeypatch.setattr(pulumi_run, "main", made.up)
    return made


def test_a_dry_run_says_the_steps_and_changes_nothing(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    before = lab.have()
    assert lab.rotate(SERVICE) == 0
    out = capsys.readouterr().out
    assert "outage short" in out
    assert "1. new values" in out
    assert (lab.have(), lab.record(), lab.ups) == (before, {}, 0)


def test_a_rotation_changes_that_secret_alone_and_shows_no_value(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    before = lab.have()
    assert lab.rotate(SERVICE, "--yes") == 0
    after = lab.have()
    assert {name for name in after if after[name] != before.get(name)} == {SERVICE}
    assert (list(lab.record()["made"]), lab.record()["rotating"], lab.ups) == ([SERVICE], [], 1)
    told = "".join(capsys.readouterr())
    assert after[SERVICE] not in told
    assert after[SERVICE] not in json.dumps(lab.record())


def test_a_rotation_whose_up_failed_goes_on_with_the_same_value(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    lab.ends = [255]
    assert lab.rotate(SERVICE, "--yes") == 1
    assert "WHAT=resume YES=1" in capsys.readouterr().err
    made = lab.have()[SERVICE]
    assert lab.record()["rotating"] == [SERVICE]
    assert lab.rotate("nova_keystone_password", "--yes") == 1
    assert lab.rotate("resume", "--yes") == 0
    assert (lab.have()[SERVICE], lab.record()["rotating"], lab.ups) == (made, [], 2)


def test_what_needs_the_operator_first_is_not_begun(lab: Lab, capsys: pytest.CaptureFixture[str]) -> None:
    before = lab.have()
    assert lab.rotate("rabbitmq_cluster_cookie", "--yes") == 1
    assert "not done by this program" in capsys.readouterr().err
    assert (lab.have(), lab.ups) == (before, 0)


def test_a_cloud_that_up_does_not_deploy_gets_no_new_passwords(
    lab: Lab, capsys: pytest.CaptureFixture[str]
) -> None:
    document = yaml.safe_load(lab.path.read_text())
    document["config"]["cloud:kolla"]["deploy"] = False
    del document["config"]["cloud:tenancy"]
    lab.path.write_text(yaml.safe_dump(document))
    before = lab.have()
    assert lab.rotate(SERVICE, "--yes") == 1
    assert "cloud:kolla.deploy is off" in capsys.readouterr().err
    assert (lab.have(), lab.ups) == (before, 0)


def test_the_deploy_hosts_key_is_a_new_pair(lab: Lab) -> None:
    old = private_key("deploy")
    lab.key.write_text(old)
    lab.key.chmod(0o600)
    assert lab.rotate(DEPLOY_KEY, "--yes") == 0
    assert "OPENSSH PRIVATE KEY" in lab.key.read_text() != old
    assert stat.S_IMODE(lab.key.stat().st_mode) == 0o600
    assert lab.key.with_name("deploy.pub").read_text().startswith("ssh-ed25519 ")
