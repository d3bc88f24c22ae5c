"""The stack files that come with the product load, and say what they are meant to say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydantic import ValidationError

from config.cloud import CloudConfig
from config.load import load_mapping, load_stack_file
from config.model.errors import ConfigErrors
from config.stack_file.structure import _STAND_INS
from tests.unit.config.kolla_secrets import certificate, fake_passwords
from tests.unit.config.support import ROOT, fields, host_key, private_key

PROD_NAMES = ("api.cloud.example.com", "internal.cloud.example.com")


@pytest.fixture
def prod(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pulumi.prod.yaml with what its operator makes: keys, passwords, certificate, known_hosts."""
    monkeypatch.setenv("HOME", str(tmp_path))
    path = Path(shutil.copy(ROOT / "Pulumi.prod.yaml", tmp_path))
    secrets = {"passwords.yml": fake_passwords("2026.1"), "haproxy.pem": certificate(*PROD_NAMES)}
    (tmp_path / ".openstack-prod").mkdir()
    for name, text in secrets.items():
        file = tmp_path / ".openstack-prod" / name
        file.write_text(text)
        file.chmod(0o600)
    # What `make kolla-passwords` writes, as a file: a secret of the stack would need pulumi to be read.
    given = "passwords: {file: ~/.openstack-prod/passwords.yml} #"
    path.write_text(path.read_text().replace("# passwords: ", given))
    (tmp_path / ".ssh").mkdir()
    for name in ("openstack-prod", "openstack-prod-deploy"):
        file = tmp_path / ".ssh" / name
        file.write_text(private_key(name))
        file.chmod(0o600)
    hosts = [name for name, host in fields("prod")["hosts"].items() if host.get("enabled", True)]
    (tmp_path / "known_hosts.prod").write_text(
        "".join(f"{h},{h}.cloud.example.com {host_key(h)}\n" for h in hosts)
    )
    return path


def test_prod_is_complete_once_its_keys_are_there(prod: Path) -> None:
    cloud = load_stack_file(prod)
    assert cloud.host_keys() == {name: host_key(name) for name in cloud.active()}
    assert "cmp03" not in cloud.active()
    assert cloud.networks.storage is not None
    assert cloud.networks.storage.device() == "bond1.40"
    assert cloud.nic_profiles["storage"].bonds["bond1"].mode == "802.3ad"
    assert cloud.releases.openstack == "2026.1"


@pytest.mark.parametrize("stack", ["prod", "lab"])
def test_stack_files_are_right_before_any_key_exists(stack: str) -> None:
    cloud = load_stack_file(ROOT / f"Pulumi.{stack}.yaml", require_host_keys=False)
    assert [str(h.addresses["management"]) for h in cloud.with_role("control").values()] == [
        "10.10.10.11",
        "10.10.10.12",
        "10.10.10.13",
    ]


def test_lab_is_what_the_lab_builds() -> None:
    cloud = load_stack_file(ROOT / "Pulumi.lab.yaml", require_host_keys=False)
    assert len(cloud.active()) == 12
    assert cloud.releases.host_os == "debian-12"
    assert cloud.ssh.key.file == ROOT / ".lab/ssh/id_ed25519"
    assert cloud.packages.mirror == "http://10.10.10.2:3142/debian"
    assert not cloud.time.discipline
    assert cloud.networks.carrying("tunnel") == "management"


def test_missing_keys_are_reported_unless_the_command_needs_none(prod: Path) -> None:
    (prod.parent / "known_hosts.prod").unlink()
    (prod.parent / ".ssh/openstack-prod").unlink()
    with pytest.raises(ConfigErrors) as caught:
        load_stack_file(prod)
    assert [p.path for p in caught.value.problems] == ["cloud:ssh.key.file", "cloud:ssh.knownHosts"]
    assert load_stack_file(prod, require_host_keys=False).host_keys() == {}


def test_one_host_without_a_key_is_named_with_its_line(prod: Path) -> None:
    known = prod.parent / "known_hosts.prod"
    known.write_text(
        "".join(line for line in known.read_text().splitlines(True) if not line.startswith("net02"))
    )
    with pytest.raises(ConfigErrors) as caught:
        load_stack_file(prod)
    (problem,) = caught.value.problems
    assert problem.path == "cloud:hosts.net02.hostKey"
    assert problem.line is not None
    assert "net02" in prod.read_text().splitlines()[problem.line - 1]


def test_a_cloned_host_is_found_by_its_key(prod: Path) -> None:
    known = prod.parent / "known_hosts.prod"
    known.write_text(known.read_text().replace(host_key("net02"), host_key("net01")))
    with pytest.raises(ConfigErrors, match="is the key of net01 too: one machine was cloned"):
        load_stack_file(prod)


def test_a_host_key_that_contradicts_known_hosts_is_no_key(prod: Path) -> None:
    entry = f"    mon01:\n      hostKey: {host_key('stranger')}\n"
    prod.write_text(prod.read_text().replace("    mon01:\n", entry))
    with pytest.raises(ConfigErrors, match=r"`ssh.knownHosts` has another key for this host: SHA256:"):
        load_stack_file(prod)


@pytest.mark.parametrize(
    ("text", "mode", "reason"),
    [
        (private_key("operator"), 0o644, "others may read it (mode 0644)"),
        (private_key("x", password="x"), 0o600, "locked with a passphrase"),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----\n",
            0o600,
            "locked with a passphrase",
        ),
        (host_key("x"), 0o600, "is a public key"),
        ("hello", 0o600, "is not a private key"),
    ],
)
def test_a_private_key_that_cannot_serve_is_refused(prod: Path, text: str, mode: int, reason: str) -> None:
    file = prod.parent / ".ssh/openstack-prod"
    file.write_text(text)
    file.chmod(mode)
    with pytest.raises(ConfigErrors) as caught:
        load_stack_file(prod)
    (problem,) = caught.value.problems
    assert problem.path == "cloud:ssh.key.file"
    assert reason in problem.reason


def test_a_config_cannot_be_changed() -> None:
    cloud = load_stack_file(ROOT / "Pulumi.lab.yaml", require_host_keys=False)
    with pytest.raises(ValidationError):
        cloud.hosts["ctl01"].enabled = False  # type: ignore[misc]


def test_a_stand_in_exists_for_every_required_field() -> None:
    required = {f.alias or name for name, f in CloudConfig.model_fields.items() if f.is_required()}
    assert set(_STAND_INS) == required
    CloudConfig.model_validate(_STAND_INS, by_name=False, by_alias=True)


def test_the_deploy_key_has_the_format_whose_public_half_can_be_read(prod: Path) -> None:
    pem = "-----BEGIN RSA PRIVATE KEY-----\nAA==\n-----END RSA PRIVATE KEY-----\n"
    for name in ("openstack-prod", "openstack-prod-deploy"):
        (prod.parent / ".ssh" / name).write_text(pem)
    with pytest.raises(ConfigErrors, match="is not in OpenSSH's format") as caught:
        load_stack_file(prod)
    assert [problem.path for problem in caught.value.problems] == ["cloud:ssh.deployKey.file"]


def test_a_copy_of_a_stack_file_means_the_same_files(prod: Path) -> None:
    (prod.parent / "Pulumi.yaml").touch()
    copy = prod.parent / ".lab" / "tests" / "Pulumi.copy.yaml"
    copy.parent.mkdir(parents=True)
    shutil.copy(prod, copy)
    assert load_stack_file(copy) == load_stack_file(prod)
    assert (
        load_stack_file(copy, root=ROOT, require_host_keys=False).ssh.known_hosts == ROOT / "known_hosts.prod"
    )


def test_a_binary_override_says_where_it_can_be_put(tmp_path: Path) -> None:
    kernel = tmp_path / "ironic-agent.kernel"
    kernel.write_bytes(b"\x7fELF\xff\xfe")
    change = {
        "kolla.globals": {"enable_ironic": True},
        "kolla.overrides": {"ironic/ironic-agent.kernel": {"file": str(kernel)}},
    }
    with pytest.raises(ConfigErrors) as caught:
        load_mapping(fields("prod", change), "prod", ROOT, require_host_keys=False)
    (problem,) = (one for one in caught.value.problems if "overrides" in one.path)
    assert problem.path == 'cloud:kolla.overrides["ironic/ironic-agent.kernel"].file'
    assert "cannot be read as text" in problem.reason
    assert "ironic_agent_files_directory" in problem.fix


def test_a_stack_file_means_the_same_after_pulumi_wrote_it_anew(tmp_path: Path) -> None:
    text = (ROOT / "Pulumi.prod.yaml").read_text()
    assert "virtualRouterId: 51\n" in text
    path = tmp_path / "Pulumi.prod.yaml"
    path.write_text(text.replace("virtualRouterId: 51\n", 'virtualRouterId: "51"\n'))
    assert load_stack_file(path, root=ROOT, require_host_keys=False).virtual_router_id == 51
