"""`make adopt`: secrets stay secrets, nothing is written over, and what cannot be adopted is one line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from yamllint import linter
from yamllint.config import YamlLintConfig

from components.kolla_cluster.passwords import read_passwords
from components.kolla_cluster.plan import plan_kolla
from tests.unit.ops import adopt_folders as folders
from tests.unit.ops import adopt_texts
from tests.unit.ops.adopting import loaded, otherwise, run
from tests.unit.support import ROOT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "Pulumi.mine.yaml"


SECRET = "canary-5e1f"
"""Begins every password of the folders."""


def test_no_secret_is_shown_or_lies_where_others_may_read_it(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    folders.put(
        folder,
        {
            "globals.d/90.yml": f"glance_backend_s3_secret_key: {SECRET}-s3\n"
            f"haproxy_stats_host: {SECRET}-glance_database_password\n"
            f"docker_http_proxy: http://user:{SECRET}@proxy.example.org\n",
            "config/glance.conf": f"[database]\nconnection = x{SECRET}-nova_database_password\n",
            "config/horizon/custom_local_settings": f"SECRET_KEY = '{SECRET}-own'\n",
            "group_vars/compute.yml": f"nova_safety_upgrade: {SECRET}-nova_api_database_password\n",
        },
    )
    assert run(file, folder, adopt_texts.ADDRESSES) == 0
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err
    told = "\n".join(otherwise(said.out))
    assert "config/glance.conf: has a secret in plain text" in told
    assert "config/horizon/custom_local_settings: has a secret in plain text" in told
    made = [path for top in (file.parent, Path.home()) for path in top.rglob("*") if path.is_file()]
    open_to_others = {
        path
        for path in made
        if folder not in path.parents and stat.S_IMODE(path.stat().st_mode) != 0o600
        if any(mark in path.read_text() for mark in (SECRET, "PRIVATE KEY"))
    }
    assert open_to_others == set()
    plan, kept = plan_kolla(loaded(file)), read_passwords(loaded(file))
    assert plan.globals["glance_backend_s3_secret_key"] == "{{ site_glance_backend_s3_secret_key }}"
    assert kept["site_glance_backend_s3_secret_key"] == f"{SECRET}-s3"
    assert kept["site_haproxy_stats_host"] == f"{SECRET}-glance_database_password"


VAULTED = "$ANSIBLE_VAULT;1.1;AES256\n6162\n"
VALUE_VAULTED = "x: !vault |\n  " + VAULTED.replace("\n", "\n  ")


@pytest.mark.parametrize(
    ("files", "words", "place", "reason", "fix"),
    [
        ({"globals.yml": None}, [], "kolla: ", "no globals.yml", "FROM=DIR"),
        ({"passwords.yml": None}, [], "passwords.yml: ", "no such file", "copy the cloud's own"),
        ({"multinode": None}, [], "kolla: ", "no inventory", "--inventory FILE"),
        ({"globals.yml": "a: [1\nb: 2\n"}, [], "globals.yml (line 2): ", "not valid YAML", "correct"),
        ({"globals.yml": "- a\n"}, [], "globals.yml: ", "not a mapping", "correct"),
        ({"globals.d/10-site.yml": "a: 1\na: 2\n"}, [], "10-site.yml (line 2): ", "second time", "keep one"),
        ({"globals.yml": "enable_heat: no\n"}, [], "globals.yml: ", "does not say which release", "RELEASE="),
        ({"globals.yml": "openstack_release: zed\n"}, [], "openstack_release: ", "zed is no release", "upgrade the cloud"),
        ({}, ["--release", "zed"], "RELEASE: ", "zed is no release", "one of 2024.1"),
        ({"passwords.yml": VAULTED}, [], "passwords.yml: ", "Ansible's vault", "ansible-vault decrypt"),
        ({"passwords.yml": VALUE_VAULTED}, [], "passwords.yml: x: ", "Ansible's vault", "ansible-vault"),
        ({"certificates/haproxy.pem": VAULTED}, [], "haproxy.pem: ", "Ansible's vault", "ansible-vault decrypt"),
        ({"multinode": "[control]\nctl01 ansible_host\n"}, [], "multinode (line 2): ", "sets no variable", "NAME=VALUE"),
        ({"multinode": "[control\nctl01\n"}, [], "multinode (line 1): ", "is no section", "[GROUP]"),
        ({"multinode": "[control]\nctl[01:x]\n"}, [], "multinode (line 2): ", "no range of hosts", "ctl[01:03]"),
        ({"multinode": "[control]\nctl01 a='b\n"}, [], "multinode (line 2): ", "quote", "close"),
        ({"multinode": None, "hosts.yml": "all: [a]\n"}, [], "hosts.yml: ", "no mapping", "`hosts`"),
        ({}, ["--addresses", "nowhere.yaml"], "nowhere.yaml: ", "cannot be read", "check"),
    ],
)  # fmt: skip
def test_what_cannot_be_adopted_is_one_line_with_place_reason_and_fix(
    files: dict[str, str | None],
    words: list[str],
    place: str,
    reason: str,
    fix: str,
    file: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    folders.put(folder, {path: text for path, text in files.items() if text is not None})
    for path in [path for path, text in files.items() if text is None]:
        (folder / path).unlink()
    assert run(file, folder, None, *words) == 1
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    before, _, after = said.partition(place)
    assert before.endswith(("/", "", ": "))
    assert reason in after
    assert fix in after
    assert not file.exists()
    assert not (Path.home() / ".openstack-mine").exists()


def test_a_stack_file_and_secrets_that_are_there_are_never_written_over(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    assert run(file, folder, adopt_texts.ADDRESSES) == 0
    text = file.read_text()
    assert run(file, folder, adopt_texts.ADDRESSES) == 1
    assert "never overwritten" in capsys.readouterr().err
    file.unlink()
    assert run(file, folder, adopt_texts.ADDRESSES) == 0
    assert file.read_text() == text
    file.unlink()
    own = Path.home() / ".openstack-mine" / "passwords.yml"
    own.write_text("another: cloud\n")
    assert run(file, folder, adopt_texts.ADDRESSES) == 1
    assert "move it away" in capsys.readouterr().err
    assert own.read_text() == "another: cloud\n"
    assert not file.exists()


def test_what_the_folder_does_not_say_is_told_and_all_else_is_written(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = folders.kolla_ansible(tmp_path / "kolla")
    assert run(file, folder) == 0
    left = capsys.readouterr().out.partition("To be added")[2]
    for place in ("networks.management.cidr", "networks.public.cidr", "hosts.deploy.addresses.management"):
        assert f"  cloud:{place}: is missing" in left
    assert "nicProfiles" not in left


def test_the_stack_file_passes_the_lint_of_the_checkout(file: Path, tmp_path: Path) -> None:
    assert run(file, folders.kayobe(tmp_path / "kolla"), adopt_texts.KAYOBE_ADDRESSES) == 0
    lint = YamlLintConfig((ROOT / ".yamllint").read_text())
    assert list(linter.run(file.read_text(), lint)) == []
