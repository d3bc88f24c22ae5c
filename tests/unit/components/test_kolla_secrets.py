"""Everything secret that the deploy host gets, and nothing of it in a message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.kolla_cluster.secret_files import read_secrets
from config.kolla.proxysql_tls import parted
from config.release_map import release
from tests.unit.components.support import Raw, cloud
from tests.unit.config.kolla_secrets import CANARY, certificate, fake_passwords, private_key


def test_passwords_are_all_there_and_the_registrys_too() -> None:
    def change(fields: Raw) -> None:
        fields["kolla"]["images"] |= {"registryUser": "robot", "registryPassword": "hunter2"}

    found: dict[str, Any] = yaml.safe_load(read_secrets(cloud("prod", change)).files["passwords.yml"])
    assert set(found) == set(release("2026.1").passwords)
    assert found["docker_registry_password"] == "hunter2"
    assert found["keystone_admin_password"] == f"{CANARY}-keystone_admin_password"
    assert set(found["nova_ssh_key"]) == {"private_key", "public_key"}


def test_an_empty_value_is_not_what_the_precheck_takes_for_a_forgotten_one() -> None:
    text = read_secrets(cloud("prod")).files["passwords.yml"]
    assert not [line for line in text.splitlines() if line.endswith(":") and "ssh_key" not in line]


def test_one_certificate_serves_both_sides_where_it_has_both_names() -> None:
    found = read_secrets(cloud("prod")).files
    assert found["certificates/haproxy.pem"] == found["certificates/haproxy-internal.pem"]
    assert "PRIVATE KEY" in found["certificates/haproxy.pem"]


def test_no_certificate_goes_where_there_is_no_tls() -> None:
    assert set(read_secrets(cloud("lab")).files) == {"passwords.yml"}


def test_tls_everywhere_has_every_file_under_kollas_name(tmp_path: Path) -> None:
    public = tmp_path / "public.pem"
    public.write_text(certificate("backend.test", with_key=False))

    def change(fields: Raw) -> None:
        fields["kolla"]["tls"] |= {
            "backend": True,
            "queues": True,
            "backendCertificate": str(public),
            "backendKey": {"secret": private_key()},
            "queueCertificate": str(public),
            "queueKey": {"secret": private_key()},
            "ca": str(public),
        }
        fields["kolla"]["magnum"]["kubeconfig"] = {"secret": "apiVersion: v1"}

    assert set(read_secrets(cloud("prod", change)).files) == {
        "passwords.yml",
        "certificates/haproxy.pem",
        "certificates/haproxy-internal.pem",
        "certificates/backend-cert.pem",
        "certificates/backend-key.pem",
        "certificates/proxysql-ca.pem",
        "certificates/proxysql-cert.pem",
        "certificates/proxysql-key.pem",
        "certificates/rabbitmq-cert.pem",
        "certificates/rabbitmq-key.pem",
        "certificates/ca/root.crt",
        "config/magnum/kubeconfig",
    }


def proxysql_files(series: str, change: Callable[[Raw], None] = lambda _: None) -> dict[str, str]:
    def of_series(fields: Raw) -> None:
        fields["releases"]["openstack"] = series
        fields["kolla"]["passwords"] = {"secret": fake_passwords(series)}
        fields["kolla"]["coordination"]["backend"] = "valkey" if series >= "2025.1" else "redis"
        change(fields)

    found = read_secrets(cloud("prod", of_series)).files
    wanted = ("certificates/proxysql", "certificates/ca")
    return {path: text for path, text in found.items() if path.startswith(wanted)}


@pytest.mark.parametrize(
    ("series", "ca"),
    [("2025.1", "ca/root.crt"), ("2025.2", "ca/root.crt"), ("2026.1", "proxysql-ca.pem")],
)
def test_proxysql_shows_the_internal_certificate_and_its_ca_has_the_releases_name(
    series: str, ca: str
) -> None:
    found = proxysql_files(series)
    assert set(found) == {
        "certificates/proxysql-cert.pem",
        "certificates/proxysql-key.pem",
        f"certificates/{ca}",
    }
    assert "PRIVATE KEY" not in found["certificates/proxysql-cert.pem"] + found[f"certificates/{ca}"]
    assert "CERTIFICATE" not in found["certificates/proxysql-key.pem"]


def test_proxysql_gets_none_where_it_speaks_no_tls() -> None:
    def off(fields: Raw) -> None:
        fields["kolla"]["globals"] = {"database_enable_tls_internal": False}

    def without(fields: Raw) -> None:
        fields["kolla"]["database"]["proxysql"] = False

    assert proxysql_files("2024.2") == {}
    assert proxysql_files("2026.1", off) == {}
    assert proxysql_files("2026.1", without) == {}


def test_a_certificate_is_parted_from_its_key_and_its_chain() -> None:
    leaf, issuer = certificate("leaf.test"), certificate("ca.test", with_key=False)
    own = leaf[: leaf.index("-----BEGIN PRIVATE")]
    chain, key, issuers = parted(own + issuer + leaf[len(own) :])
    assert (chain, key, issuers) == (own + issuer, leaf[len(own) :], issuer)
    assert parted(leaf)[2] == own


def test_a_password_is_in_no_repr() -> None:
    assert CANARY not in repr(cloud("prod"))
    assert CANARY in fake_passwords("2025.1")
