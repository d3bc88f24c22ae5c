"""`make client-certificate`: the key stays here, and what cannot be right never reaches the vault. With a vault: tests/loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from ops.client_certificate import issue, revoke
from ops.stack import StackError
from tests.unit.config.kolla_secrets import certificate

PEM = certificate("ann", with_key=False)


class Vault:
    """Signs everything."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, dict[str, Any] | None]] = []

    def ask(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        self.asked.append((method, path, body))
        return {"certificate": PEM, "serial_number": "3f:a0", "expiration": 1795780800}


def test_only_the_request_leaves_and_the_file_is_the_operator_s_alone(tmp_path: Path) -> None:
    vault = Vault()
    made = issue("ann", tmp_path / "clients", vault.ask)
    ((method, path, body),) = vault.asked
    assert (method, path) == ("PUT", "pki-clients/sign/operators")
    assert body
    assert "PRIVATE KEY" not in str(body)
    (common_name,) = x509.load_pem_x509_csr(body["csr"].encode()).subject
    assert common_name.value == "ann"
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.read_text().startswith(PEM.strip())
    assert "PRIVATE KEY" in made.path.read_text()
    assert made.serial == "3f:a0"


def test_a_revoked_one_is_in_the_list_at_once() -> None:
    vault = Vault()
    revoke("3f:a0", vault.ask)
    assert [(method, path) for method, path, _ in vault.asked] == [
        ("PUT", "pki-clients/revoke"),
        ("GET", "pki-clients/crl/rotate"),
    ]


@pytest.mark.parametrize("name", ["../ann", "", "ann/bob", "-ann", "ann\nbob"])
def test_what_is_no_name_is_asked_of_nobody(name: str, tmp_path: Path) -> None:
    vault = Vault()
    with pytest.raises(StackError, match="NAME="):
        issue(name, tmp_path, vault.ask)
    assert vault.asked == []


def test_what_is_no_serial_number_is_asked_of_nobody() -> None:
    vault = Vault()
    with pytest.raises(StackError, match="is not a serial number"):
        revoke("ann", vault.ask)
    assert vault.asked == []
