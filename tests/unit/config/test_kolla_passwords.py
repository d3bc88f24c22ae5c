"""Passwords are made by kolla-genpwd's rules, kept at upgrades, and asked for where they are missing."""

from __future__ import annotations

import re
import uuid
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_ssh_public_key

from config.kolla.passwords import BLANK, dump, faults, generate, merged, missing, parse
from config.load import load_mapping
from config.model.errors import ConfigErrors
from config.release_map import known, release
from tests.unit.config.kolla_secrets import CANARY, certificate, fake_password, fake_passwords, private_key
from tests.unit.config.support import ROOT, fields, host_key
from tests.unit.config.support import private_key as ssh_private_key


def test_ordinary_passwords_are_forty_letters_and_digits_and_never_the_same() -> None:
    assert re.fullmatch(r"[A-Za-z0-9]{40}", generate("database_password"))
    assert generate("database_password") != generate("database_password")


@pytest.mark.parametrize("name", ["rbd_secret_uuid", "cinder_rbd_secret_uuid", "gnocchi_user_id"])
def test_uuids_are_random_uuids(name: str) -> None:
    assert uuid.UUID(generate(name)).version == 4


def test_keys_can_be_used_for_what_they_are() -> None:
    Fernet(generate("barbican_crypto_key"))
    assert re.fullmatch(r"[A-Za-z0-9]{22}", generate("prometheus_bcrypt_salt"))
    assert re.fullmatch(r"[0-9a-f]{32}", generate("designate_rndc_key"))


def test_an_ssh_key_is_a_pair() -> None:
    pair = generate("nova_ssh_key")
    private = load_pem_private_key(pair["private_key"].encode(), None)
    public = load_ssh_public_key(pair["public_key"].encode())
    assert private.public_key() == public


@pytest.mark.parametrize("series", known())
def test_generated_passwords_are_complete_and_right_for_each_release(
    series: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.kolla.passwords._ssh_key", lambda: fake_password("nova_ssh_key"))
    names = release(series).passwords
    made = merged(names, {})
    assert set(made) == set(names)
    assert missing(names, made) == []
    assert faults(made) == {}
    assert parse(dump(made)) == made


def test_an_upgrade_keeps_what_is_there_and_makes_what_is_new() -> None:
    have = parse(fake_passwords("2024.2")) or {}
    made = merged(release("2025.1").passwords, {**have, "own_password": "x"})
    assert {name: made[name] for name in have} == have
    assert made["own_password"] == "x"
    assert made["prometheus_haproxy_password"]


def test_redis_hands_its_password_to_valkey() -> None:
    have = parse(fake_passwords("2024.2")) or {}
    assert (
        merged(release("2025.1").passwords, have)["valkey_master_password"] == have["redis_master_password"]
    )


def test_clean_drops_what_the_release_does_not_have() -> None:
    have = {**(parse(fake_passwords("2025.1")) or {}), "swift_keystone_password": "x"}
    assert "swift_keystone_password" not in merged(release("2025.1").passwords, have, clean=True)


def test_a_second_run_changes_nothing() -> None:
    have = parse(fake_passwords("2025.1")) or {}
    assert merged(release("2025.1").passwords, have) == have


def complete(passwords: Any) -> dict[str, Any]:
    """Prod with all that its operator makes, and these passwords."""
    pem = certificate("api.cloud.example.com", "internal.cloud.example.com")
    raw = fields("prod", {"kolla.passwords": passwords, "kolla.tls.externalCertificate": {"secret": pem}})
    raw["ssh"] = {
        "key": {"secret": ssh_private_key("operator")},
        "deployKey": {"secret": ssh_private_key("deploy")},
    }
    for name, host in raw["hosts"].items():
        host["hostKey"] = host_key(name)
    return raw


def report(passwords: Any) -> str:
    with pytest.raises(ConfigErrors) as caught:
        load_mapping(complete(passwords), "prod", ROOT)
    return str(caught.value)


def test_missing_and_empty_passwords_are_counted_and_the_command_is_named() -> None:
    have = yaml.safe_load(fake_passwords("2025.1"))
    del have["keystone_admin_password"]
    have["database_password"] = ""
    have["nova_ssh_key"] = {"private_key": "", "public_key": ""}
    text = report({"secret": yaml.safe_dump(have)})
    assert "3 passwords of 2026.1 are missing or empty: database_password, keystone_admin_password" in text
    assert "make kolla-passwords" in text
    assert CANARY not in text


def test_no_passwords_at_all_are_reported() -> None:
    raw = complete({"secret": "x"})
    del raw["kolla"]["passwords"]
    with pytest.raises(
        ConfigErrors, match=r"cloud:kolla\.passwords\n    is missing: no service has a password"
    ):
        load_mapping(raw, "prod", ROOT)
    load_mapping(raw, "prod", ROOT, require_host_keys=False)


def test_a_password_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "passwords.yml"
    path.write_text(fake_passwords("2025.1"))
    path.chmod(0o644)
    assert "others may read it (mode 0644)" in report({"file": str(path)})
    path.chmod(0o600)
    load_mapping(complete({"file": str(path)}), "prod", ROOT)


def test_blank_is_what_nobody_has_to_give() -> None:
    assert "docker_registry_password" in BLANK
    assert missing(["docker_registry_password"], {}) == []


@pytest.mark.parametrize(
    ("pem", "reason"),
    [
        (certificate("api.cloud.example.com"), "is not for internal.cloud.example.com"),
        (
            certificate("*.cloud.example.com", with_key=False),
            "has no private key, which HAProxy reads from the same file",
        ),
        (
            certificate("*.cloud.example.com", with_key=False) + private_key(),
            "has a private key of another certificate",
        ),
        (
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            "has a certificate that cannot be read",
        ),
    ],
)
def test_a_certificate_that_a_client_or_haproxy_would_refuse_is_refused_here(pem: str, reason: str) -> None:
    raw = complete({"secret": fake_passwords("2025.1")})
    raw["kolla"]["tls"]["externalCertificate"] = {"secret": pem}
    with pytest.raises(ConfigErrors) as caught:
        load_mapping(raw, "prod", ROOT)
    assert [problem.path for problem in caught.value.problems] == [
        "cloud:kolla.tls.externalCertificate.secret"
    ]
    assert reason in caught.value.problems[0].reason


def test_a_wildcard_serves_both_names() -> None:
    raw = complete({"secret": fake_passwords("2025.1")})
    raw["kolla"]["tls"]["externalCertificate"] = {"secret": certificate("*.cloud.example.com")}
    load_mapping(raw, "prod", ROOT)
