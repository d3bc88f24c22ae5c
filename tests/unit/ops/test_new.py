"""`make new`: a few answers make a stack file that loads, with all that it names."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from cryptography import x509
from yamllint import linter
from yamllint.config import YamlLintConfig

from ops.new.questions import RELEASES
from ops.own_certificate import own_certificate
from tests.unit.ops.new_stack import file, loaded, quick_keys, run
from tests.unit.support import ROOT

__all__ = ["file", "quick_keys"]

SMALL = ["--network", "10.10.10.11,10.10.10.12", "--storage", "none", "--monitoring", "none"]
NETWORKS = ["--public-network", "203.0.113.0/24", "--public-interface", "bond0.20"]


@pytest.mark.parametrize(
    "more", [[], SMALL, NETWORKS], ids=["the guide's hosts", "a small site", "two networks"]
)
@pytest.mark.parametrize("release", RELEASES)
def test_the_file_loads_with_all_that_it_names_for_every_release(
    file: Path, release: str, more: list[str]
) -> None:
    assert run(file, "--yes", "--release", release, *more) == 0
    cloud = loaded(file)
    assert cloud.releases.openstack == release
    assert cloud.name == "mine"
    assert [*cloud.with_role("control")] == ["ctl01", "ctl02", "ctl03"]


@pytest.mark.parametrize("words", [["--yes"], ["--yes", *NETWORKS]])
def test_the_file_passes_the_lint_of_the_checkout(file: Path, words: list[str]) -> None:
    assert run(file, *words) == 0
    lint = YamlLintConfig((ROOT / ".yamllint").read_text())
    assert list(linter.run(file.read_text(), lint)) == []


def test_keys_passwords_and_the_trials_certificate_are_the_operators_alone(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--yes", *NETWORKS) == 0
    made = [Path.home() / ".ssh" / f"openstack-mine{end}" for end in ("", "-deploy")]
    made += [Path.home() / ".openstack-mine" / name for name in ("haproxy.pem", "passwords.yml")]
    assert [stat.S_IMODE(path.stat().st_mode) for path in made] == [0o600] * 4
    out = capsys.readouterr().out
    assert "PRIVATE KEY" not in out
    password = yaml.safe_load(made[3].read_text())["keystone_admin_password"]
    assert password not in out
    assert password not in file.read_text()
    own, ca = (
        x509.load_pem_x509_certificate((made[2].parent / n).read_bytes()) for n in ("haproxy.pem", "ca.pem")
    )
    own.verify_directly_issued_by(ca)
    names = own.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(one) for one in names.get_values_for_type(x509.IPAddress)] == [
        "203.0.113.250",
        "10.10.10.250",
    ]
    assert "api.mine.example.com" in names.get_values_for_type(x509.DNSName)


def test_what_is_there_already_is_kept(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(file, "--yes") == 0
    before = {
        path: path.read_bytes()
        for folder in (".ssh", ".openstack-mine")
        for path in (Path.home() / folder).iterdir()
    }
    text = file.read_text()
    assert run(file, "--yes", "--region", "Other") == 1
    assert "never overwritten" in capsys.readouterr().err
    assert file.read_text() == text
    file.unlink()
    assert run(file, "--yes", "--region", "Other") == 0
    assert {path: path.read_bytes() for path in before} == before


def test_a_certificate_of_an_earlier_try_is_not_used_for_other_addresses(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(file, "--yes") == 0
    file.unlink()
    own = Path.home() / ".openstack-mine" / "haproxy.pem"
    before = own.read_bytes()
    assert run(file, "--yes", "--internal-vip", "10.10.10.99") == 1
    assert "--certificate: self-signed\n    is not for 10.10.10.99" in capsys.readouterr().err
    own.with_name("ca.pem").unlink()
    assert run(file, "--yes") == 1
    assert "without its other half" in capsys.readouterr().err
    assert own.read_bytes() == before
    assert not file.exists()


def test_a_host_that_is_named_for_several_jobs_has_them_all(file: Path) -> None:
    hosts = ["--control", "alpha=10.10.10.11", "--network", "alpha", "--compute", "alpha"]
    hosts = ["--control", "alpha=10.10.10.11", "--network", "10.10.10.11", "--compute", "10.10.10.11"]
    hosts += ["--deploy", "alpha=10.10.10.11"]
    assert run(file, "--yes", *hosts, "--storage", "none", "--monitoring", "none") == 0
    assert {name: host.roles for name, host in loaded(file).hosts.items()} == {
        "alpha": ("control", "network", "compute", "deploy")
    }


def test_an_interface_with_a_vlan_is_one(file: Path) -> None:
    assert run(file, "--yes", "--management-interface", "bond0.10", *NETWORKS) == 0
    cloud = loaded(file)
    assert [network.device() for network in cloud.networks.defined().values()] == [
        "bond0.10", "bond0.20", "eno4", "eno2",
    ]  # fmt: skip
    assert cloud.nic_profiles["control"].ethernets == ("bond0", "eno4")


def combined(names: list[str]) -> str:
    """A certificate and its key in one file, as HAProxy takes it."""
    made = own_certificate("site", names, datetime.now(UTC), days=30)
    return made.certificate + made.key


def test_a_certificate_of_the_sites_own_is_used_and_none_is_made(file: Path, tmp_path: Path) -> None:
    own = tmp_path / "site.pem"
    own.write_text(combined(["10.10.10.250"]))
    own.chmod(0o600)
    assert run(file, "--yes", "--certificate", str(own)) == 0
    kolla = loaded(file).kolla
    assert kolla
    assert kolla.tls.external_certificate
    assert kolla.tls.external_certificate.file == own
    assert not (Path.home() / ".openstack-mine" / "haproxy.pem").exists()


def test_a_certificate_for_another_address_is_refused(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own = tmp_path / "site.pem"
    own.write_text(combined(["10.10.10.9"]))
    own.chmod(0o600)
    assert run(file, "--yes", "--certificate", str(own)) == 1
    assert "is not for 10.10.10.250" in capsys.readouterr().err
