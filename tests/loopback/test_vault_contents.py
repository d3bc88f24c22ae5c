"""What VaultContents declares, created in a real OpenBao with the program's own login: chain, logins, policies. No root."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from components.vault_secrets.wanted import Wanted
from host_programs.hostctl import certificates
from host_programs.vault_api import AnsweredError
from host_programs.vault_boot.policy import NAME, POLICY
from ops.certificates.facts import facts
from tests.loopback.declared_vault import SERVICES, Declared, contents, urn
from tests.loopback.vaults import OneVault
from toolchain.plugins.base.wire import plain_fields


@pytest.fixture(scope="module")
def declared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Declared]:
    with OneVault(tmp_path_factory.mktemp("contents")) as vault:
        found = Declared.of(vault, contents())
        found.put("kv/data/api/database", {"data": {"password": "canary"}})
        found.put("kv/data/elsewhere", {"data": {"password": "canary"}})
        yield found


def issue(declared: Declared, role: str, **wanted: str) -> dict[str, Any]:
    token = declared.login(role)["client_token"]
    answer: dict[str, Any] = declared.put(f"pki/issue/{role}", wanted, token)["data"]
    return answer


def verified(folder: Path, answer: dict[str, Any], root: str, purpose: str) -> str:
    """What openssl says of a leaf with its chain."""
    chain = [text for text in answer["ca_chain"] if text.strip() != root.strip()] or [root]
    for name, text in (("leaf", answer["certificate"]), ("chain", "\n".join(chain)), ("root", root)):
        (folder / f"{name}.pem").write_text(text + "\n")
    argv = ["openssl", "verify", "-x509_strict", "-purpose", purpose, "-CAfile", "root.pem", "-untrusted"]
    done = subprocess.run(
        [*argv, "chain.pem", "leaf.pem"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_a_leaf_is_verified_up_to_the_root(declared: Declared, tmp_path: Path) -> None:
    root = plain_fields(declared.states["root-certificate"][2])["certificate"]
    leaf = issue(declared, "api", common_name="nova.cloud.test")
    assert verified(tmp_path, leaf, root, "sslserver") == "leaf.pem: OK\n"
    assert "leaf.pem: OK" not in verified(tmp_path, leaf, root, "sslclient")
    client = issue(declared, "agents", common_name="cmp01.agents.test")
    assert verified(tmp_path, client, root, "sslclient") == "leaf.pem: OK\n"
    words = ["openssl", "x509", "-in", "leaf.pem", "-noout", "-text"]
    text = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "/v1/pki/crl" in text
    assert "/v1/pki/ca" in text


def test_the_expiry_table_reads_both_cas_and_the_listener_without_a_login(declared: Declared) -> None:
    root = plain_fields(declared.states["root-certificate"][2])["certificate"]
    (read_root,) = certificates.read(f"{declared.vault.url}/v1/pki-root/ca/pem")
    (issuing,) = certificates.read(f"{declared.vault.url}/v1/pki/ca/pem")
    (shown,) = certificates.read(declared.vault.url.removeprefix("https://"))
    (on_disk,) = certificates.read(declared.vault.ca)
    assert read_root["chain"] == ["".join(root.split("-----")[2].split())], read_root["error"]
    assert facts(issuing["chain"][0]).issuer == facts(read_root["chain"][0]).names[0]
    assert shown["chain"] == on_disk["chain"][:1]


def test_a_leaf_lives_for_72_hours_at_most_and_has_a_name_of_its_class(declared: Declared) -> None:
    for wish in ({}, {"ttl": "9999h"}):
        leaf = issue(declared, "api", common_name="nova.cloud.test", **wish)
        assert abs(leaf["expiration"] - time.time() - 72 * 3600) < 120
    for name in ("cloud.example.com", "localhost", "*.cloud.test"):
        with pytest.raises(AnsweredError, match="not allowed"):
            issue(declared, "api", common_name=name)


def test_an_operator_s_certificate_has_a_root_of_its_own_and_is_no_server_s(
    declared: Declared, tmp_path: Path
) -> None:
    issued = declared.put("pki-clients/issue/operators", {"common_name": "ann"})["data"]
    root = plain_fields(declared.states["clients-certificate"][2])["certificate"]
    assert verified(tmp_path, issued, root, "sslclient") == "leaf.pem: OK\n"
    assert "leaf.pem: OK" not in verified(tmp_path, issued, root, "sslserver")
    service = issue(declared, "agents", common_name="cmp01.agents.test")
    assert "leaf.pem: OK" not in verified(tmp_path, service, root, "sslclient")
    assert abs(issued["expiration"] - time.time() - 8 * 3600) < 120


def test_a_login_has_the_guides_lifetimes(declared: Declared) -> None:
    auth = declared.login("api")
    about = declared.vault.api().get("auth/token/lookup-self", auth["client_token"])["data"]
    assert (auth["lease_duration"], auth["token_policies"]) == (3600, ["api"])
    role = declared.vault.api().get("auth/approle/role/api", declared.vault.token)["data"]
    assert (role["token_max_ttl"], about["bound_cidrs"]) == (14400, ["127.0.0.0/8"])


def test_a_secret_id_serves_once_soon_and_from_its_subnet(declared: Declared) -> None:
    credentials = declared.secret_id("api")
    assert declared.vault.api().put("auth/approle/login", credentials)
    with pytest.raises(AnsweredError, match="invalid"):
        declared.vault.api().put("auth/approle/login", credentials)
    made = declared.put("auth/approle/role/api/secret-id", {})["data"]
    assert (made["secret_id_num_uses"], made["secret_id_ttl"]) == (1, 600)
    with pytest.raises(AnsweredError):
        declared.login("elsewhere")  # its subnet is not this machine's
    role = declared.vault.api().get("auth/approle/role/elsewhere", declared.vault.token)["data"]
    assert role["secret_id_bound_cidrs"] == ["192.0.2.0/24"]


ALLOWED = {
    "api": [("GET", "kv/data/api/database"), ("GET", "auth/token/lookup-self")],
    "agents": [("PUT", "pki/issue/agents"), ("PUT", "auth/token/renew-self")],
    "elsewhere": [("GET", "kv/data/elsewhere")],
    "operators": [("PUT", "pki-clients/sign/operators"), ("GET", "pki-clients/crl/rotate")],
    NAME: [("GET", "sys/mounts"), ("GET", "kv/data/elsewhere"), ("GET", "pki/roles/api")],
}
DENIED = {
    "api": [("GET", "kv/data/elsewhere"), ("PUT", "kv/data/api/database"), ("PUT", "pki/issue/agents")],
    "agents": [("GET", "kv/data/api/database"), ("PUT", "pki/issue/api"), ("GET", "sys/mounts")],
    "elsewhere": [("GET", "kv/data/api/database"), ("GET", "pki/config/urls")],
    "operators": [
        ("PUT", "pki-clients/issue/operators"),
        ("PUT", "pki/issue/api"),
        ("GET", "kv/data/elsewhere"),
    ],
    NAME: [("PUT", "pki/issue/api"), ("GET", "sys/config/cors"), ("PUT", "sys/audit/file")],
}


@pytest.mark.parametrize("role", ALLOWED)
def test_a_policy_allows_its_paths_and_no_other(declared: Declared, role: str) -> None:
    wanted = {"policies": [role], "no_default_policy": True}
    token = declared.put("auth/token/create", wanted)["auth"]["client_token"]
    assert [path for method, path in ALLOWED[role] if declared.refused(method, path, token)] == []
    assert [path for method, path in DENIED[role] if not declared.refused(method, path, token)] == []


def test_no_policy_has_a_path_for_everything() -> None:
    policies = [str(item.values["policy"]) for item in contents() if item.kind == "policy"]
    assert len(policies) == len(SERVICES) + 1
    assert not [text for text in (*policies, POLICY) if "*" in text]


def test_a_refresh_of_the_program_finds_no_difference(declared: Declared) -> None:
    drift: dict[str, list[str]] = {}

    def look(wanted: Wanted) -> Any:
        async def call(stub: Any) -> None:
            identity, inputs, state = declared.states[wanted.name]
            seen = await stub.Read(
                pb.ReadRequest(urn=urn(wanted), id=identity, inputs=inputs, properties=state)
            )
            if plain_fields(seen.inputs) != plain_fields(inputs):
                drift[wanted.name] = [str(seen.inputs), str(inputs)]

        return call

    declared.ask(*(look(item) for item in contents()))
    assert not drift


def test_all_of_it_goes_with_the_programs_own_login(declared: Declared) -> None:
    """Last of this file: nothing is left for another one."""

    def remove(wanted: Wanted) -> Any:
        async def call(stub: Any) -> None:
            identity, _, state = declared.states[wanted.name]
            await stub.Delete(pb.DeleteRequest(urn=urn(wanted), id=identity, properties=state))

        return call

    declared.ask(*(remove(item) for item in reversed(contents())))
    mounts = declared.vault.api().get("sys/mounts", declared.vault.token)["data"]
    assert not {"kv/", "pki/", "pki-root/", "pki-clients/"} & mounts.keys()
    roles = declared.vault.api().get("auth/approle/role?list=true", declared.vault.token)["data"]["keys"]
    assert roles == [NAME]
