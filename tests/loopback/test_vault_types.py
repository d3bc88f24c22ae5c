"""Each type of the vault plugin lives its whole life in a real OpenBao, by `vault-types.yaml`. No root."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc.aio
import pytest
import yaml

from tests import lifecycle as shared
from tests.dialogue import talk
from tests.lifecycle import Cases, live
from tests.loopback.vaults import OneVault
from toolchain.plugins.vault.plugin import KINDS, provider

CASES: Cases = yaml.safe_load((Path(__file__).parent / "vault-types.yaml").read_text())


@dataclass
class Plugin(shared.Plugin):
    """The vault plugin, and somebody with the root token."""

    vault: OneVault | None = None

    def by_hand(self, identity: str, *words: Any) -> None:
        """METHOD, path, body."""
        assert self.vault
        method, path, body = (*words, None)[:3]
        self.vault.api().send(method, path.format(id=identity), body, self.vault.token)

    def urn(self, kind: str) -> str:
        return f"urn:pulumi:dev::p::vault:{kind}::case"


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OneVault]:
    with OneVault(tmp_path_factory.mktemp("vault")) as made:
        for path, kind in (("root", "pki"), ("intermediate", "pki"), ("kv", "kv-v2")):
            made.api().put(
                f"sys/mounts/{path}", {"type": kind, "config": {"max_lease_ttl": "87600h"}}, made.token
            )
        made.api().put("sys/auth/approle", {"type": "approle"}, made.token)
        yield made


def test_every_type_has_a_case() -> None:
    assert {f"vault:{kind}" for kind in CASES} == set(KINDS)


@pytest.mark.parametrize("kind", CASES)
def test_an_object_is_made_looked_at_changed_repaired_and_deleted(vault: OneVault, kind: str) -> None:
    given = {"AUDIT": str(vault.folder / "audit.log")}
    config = {"address": vault.url, "caCertFile": vault.ca, "token": vault.token}
    live(lambda stub: Plugin(stub, config, given, CASES, vault=vault), kind, provider)


def refusal(config: dict[str, Any]) -> str:
    """What the operator reads when a secret can not be written."""
    values = {"mount": "kv", "name": "x", "dataJson": '{"password": "canary-of-a-refusal"}'}

    async def dialogue(stub: Any, _engine: Any) -> str:
        plugin = Plugin(stub, config, {}, CASES)
        await plugin.configure()
        inputs = await plugin.inputs("kv/secretV2:SecretV2", values)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await plugin.create("kv/secretV2:SecretV2", inputs)
        return str(caught.value.details())

    said: str = talk(dialogue, provider)
    return said


def test_a_refusal_is_one_line_without_secrets(vault: OneVault) -> None:
    login = {"path": "auth/approle/login", "parameters": {"role_id": "x", "secret_id": "canary-of-a-login"}}
    for who in ({"token": "canary-of-a-token"}, {"authLogin": login}):
        said = refusal({"address": vault.url, "caCertFile": vault.ca, **who})
        assert said.startswith("case: could not create the secret: ")
        assert "(HTTP 4" in said
        assert "\n" not in said
        assert "canary" not in said


def test_a_vault_of_another_ca_is_told_nothing(vault: OneVault) -> None:
    said = refusal({"address": vault.url, "token": vault.token})
    assert "certificate verify failed" in said


def test_the_environment_says_what_the_provider_does_not(
    vault: OneVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "the vault provider needs address" in refusal({})
    monkeypatch.setenv("VAULT_ADDR", vault.url)
    assert "the vault provider needs token" in refusal({})
    monkeypatch.setenv("VAULT_CACERT", vault.ca)
    monkeypatch.setenv("VAULT_TOKEN", "wrong")
    assert "permission denied" in refusal({}) or "invalid token" in refusal({})


def test_a_token_that_is_over_is_asked_for_anew(vault: OneVault) -> None:
    """Logins of one second, and a plugin that works for longer."""
    api, root = vault.api(), vault.token
    api.put("sys/policies/acl/short", {"policy": 'path "kv/data/short" { capabilities = ["read"] }'}, root)
    api.put("auth/approle/role/short", {"token_policies": ["short"], "token_ttl": 1}, root)
    api.put("kv/data/short", {"data": {"a": "b"}}, root)
    parameters = {
        "role_id": api.get("auth/approle/role/short/role-id", root)["data"]["role_id"],
        "secret_id": api.put("auth/approle/role/short/secret-id", {}, root)["data"]["secret_id"],
    }
    login = {"path": "auth/approle/login", "parameters": parameters}
    config = {"address": vault.url, "caCertFile": vault.ca, "authLogin": login}

    async def dialogue(stub: Any, _engine: Any) -> list[str]:
        plugin = Plugin(stub, config, {}, CASES)
        await plugin.configure()
        end, seen = time.monotonic() + 2.5, []
        while time.monotonic() < end:
            seen.append((await plugin.read("kv/secretV2:SecretV2", "kv/data/short")).id)
        return seen

    seen: list[str] = talk(dialogue, provider)
    assert set(seen) == {"kv/data/short"}
