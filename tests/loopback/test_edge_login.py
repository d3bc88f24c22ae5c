"""`make edge-login` on a real OpenBao, with no more than Pulumi's own policy: what it creates works, what it ends does not.

The tests go one after the other, on one vault.
"""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import pytest
from cryptography import x509

from components.vault_secrets.contents import plan_contents
from config.cloud import CloudConfig
from host_programs.contract.edge_tls import EdgeVault
from host_programs.edge_tls.from_vault import VaultSource
from host_programs.vault_api import AnsweredError
from host_programs.vault_boot.policy import NAME, POLICY
from ops import edge_login, stack
from tests.loopback.declared_vault import Declared
from tests.loopback.vaults import OneVault
from tests.unit.components.support import Raw, cloud
from tests.unit.components.test_edge_tls import edge

ROLE = "auth/approle/role/edge"
Run = Callable[..., tuple[int, str, str]]


@dataclass
class Site:
    """A stack whose vault is there, and whose files are not."""

    declared: Declared
    config: CloudConfig
    ca: Path
    login: Path

    def credentials(self) -> dict[str, str]:
        found: dict[str, str] = json.loads(self.login.read_text())
        return found

    def issued(self, credentials: dict[str, str]) -> str:
        """A certificate as edge-tls has it issued: by a login with these credentials."""
        vault = self.declared.vault
        token = vault.api().put("auth/approle/login", credentials)["auth"]["client_token"]
        asked = {"common_name": "api.cloud.example.com", "ip_sans": "203.0.113.10"}
        return str(vault.api().put("pki/issue/edge", asked, token)["data"]["certificate"])

    def works(self, credentials: dict[str, str]) -> bool:
        try:
            return bool(self.issued(credentials))
        except AnsweredError:
            return False


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    ca, login = folder / "vault" / "root.pem", folder / "home" / "edge.json"

    def change(raw: Raw) -> None:
        edge(folder, raw, allowedFrom=["127.0.0.0/8"])
        raw["kolla"]["tls"] |= {
            "ca": str(ca),
            "renewal": {"service": "edge", "login": {"file": str(login)}},
        }

    config = cloud("prod", change, secrets=False)
    plan = plan_contents(config)
    assert plan
    with OneVault(tmp_path_factory.mktemp("vault")) as vault:
        yield Site(Declared.of(vault, plan.wanted), config, ca, login)


@pytest.fixture
def run(site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """The command, as far as it is not SSH; it starts no process, so nothing is an argument of one."""
    vault = site.declared.vault

    async def credentials(_config: CloudConfig, _founder: str) -> str:
        return json.dumps(site.declared.credentials)

    def no_process(*_: Any, **__: Any) -> NoReturn:
        raise AssertionError("a process was started")

    monkeypatch.setattr(edge_login, "_credentials", credentials)
    # The first node is not there.
    monkeypatch.setattr(edge_login, "urls", lambda *_: ["https://127.0.0.1:1", vault.url])
    assert site.config.vault
    tls = site.config.vault.tls.model_copy(update={"ca": Path(vault.ca)})
    own = site.config.vault.model_copy(update={"tls": tls})
    config = site.config.model_copy(update={"vault": own})
    monkeypatch.setattr(stack, "load", lambda *_, **__: config)
    monkeypatch.setattr(subprocess, "Popen", no_process)

    def command(*words: str) -> tuple[int, str, str]:
        code = edge_login.main(["--stack", "prod", *words])
        said = capsys.readouterr()
        secrets = [site.declared.credentials["secret_id"], vault.token]
        secrets += [site.credentials()["secret_id"]] if site.login.exists() else []
        assert not [one for one in secrets if one in said.out + said.err]
        return code, said.out, said.err

    return command


def test_its_two_files_are_all_that_a_first_certificate_needs(site: Site, run: Run) -> None:
    code, out, _ = run()
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["created", "created", "next:"]
    assert {path.stat().st_mode & 0o777 for path in (site.ca, site.login)} == {0o600}
    root = x509.load_pem_x509_certificate(site.ca.read_bytes())
    assert root.issuer == root.subject
    assert "BEGIN CERTIFICATE" in site.issued(site.credentials())


def test_a_cloud_without_names_has_one_for_its_address_that_strict_clients_accept(
    site: Site, tmp_path: Path
) -> None:
    vault = site.declared.vault
    settings: EdgeVault = {"nodes": [vault.url], "ca": vault.ca, "login": str(site.login), "role": "edge"}
    (tmp_path / "chain.pem").write_text(VaultSource(settings).issue(["127.0.0.1"]))
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(tmp_path / "chain.pem")
    client = ssl.create_default_context(cafile=str(site.ca))
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    ends = socket.socketpair()
    with ThreadPoolExecutor() as pool:
        other = pool.submit(server.wrap_socket, ends[0], server_side=True)
        with client.wrap_socket(ends[1], server_hostname="127.0.0.1") as seen, other.result():
            found = seen.getpeercert()
    assert found
    assert (found["subject"], found["subjectAltName"]) == ((), (("IP Address", "127.0.0.1"),))


def test_no_token_of_pulumi_is_left_behind(site: Site, run: Run) -> None:
    def tokens() -> int:
        found = site.declared.vault.api().get("auth/token/accessors?list=true", site.declared.vault.token)
        return len(found["data"]["keys"])

    before = tokens()
    assert run()[0] == 0
    assert tokens() == before


def test_what_works_stays(site: Site, run: Run) -> None:
    before = (site.ca.read_text(), site.login.read_text())
    code, out, _ = run()
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["kept", "kept", "next:"]
    assert (site.ca.read_text(), site.login.read_text()) == before


def test_both_logins_work_until_the_one_before_is_retired(site: Site, run: Run) -> None:
    before = site.credentials()
    assert run("--new")[0] == 0
    now = site.credentials()
    assert now != before
    assert (site.works(before), site.works(now)) == (True, True)
    code, out, _ = run("--retire")
    assert (code, out.rpartition("; ")[2]) == (0, "1 retired\n")
    assert (site.works(before), site.works(now)) == (False, True)


def test_a_login_that_was_destroyed_in_the_vault_is_replaced(site: Site, run: Run) -> None:
    gone = site.credentials()
    site.declared.put(f"{ROLE}/secret-id/destroy", {"secret_id": gone["secret_id"]})
    assert run("--retire")[2].endswith("edge.json: does not work (make edge-login creates another first)\n")
    code, out, _ = run()
    assert (code, out.splitlines()[1].split()[0]) == (0, "created")
    assert site.works(site.credentials())


def sealed(site: Site) -> Callable[[], None]:
    site.declared.put("sys/seal", {})
    return site.declared.vault.unseal


def forbidden(site: Site) -> Callable[[], None]:
    """Pulumi's policy is of a version that knew less."""
    less = POLICY.replace("auth/approle/role/+/secret-id", "auth/approle/role/+/none")
    site.declared.put(f"sys/policies/acl/{NAME}", {"policy": less})

    def again() -> None:
        site.declared.put(f"sys/policies/acl/{NAME}", {"policy": POLICY})

    return again


def undeclared(site: Site) -> Callable[[], None]:
    vault = site.declared.vault
    before = vault.api().get(ROLE, vault.token)["data"]
    vault.api().send("DELETE", ROLE, None, vault.token)

    def again() -> None:
        site.declared.put(ROLE, {key: value for key, value in before.items() if value not in (None, "")})

    return again


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (sealed, "unseal it, or start it"),
        (forbidden, "permission denied (the token is over, or its policy does not allow it"),
        (
            undeclared,
            "cloud:vault.contents.services.edge: auth/approle/role/edge/role-id: is not in the vault",
        ),
    ],
)
def test_what_the_vault_refuses_is_one_line_and_changes_no_file(
    broken: Callable[[Site], Callable[[], None]], said: str, site: Site, run: Run
) -> None:
    before = (site.ca.read_text(), site.login.read_text())
    mend = broken(site)
    try:
        code, _, error = run("--new")
    finally:
        mend()
    assert (code, error.count("\n")) == (1, 1), error
    assert said in error
    assert (site.ca.read_text(), site.login.read_text()) == before
