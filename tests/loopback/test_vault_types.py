"""Each type of the vault plugin lives its whole life in a real OpenBao, by `vault-types.yaml`. No root."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import lifecycle as shared
from tests.lifecycle import Cases, lifecycle
from tests.loopback.vaults import OneVault
from tests.unit.toolchain.dialogue import talk
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

    async def dialogue(stub: Any, _engine: Any) -> None:
        plugin = Plugin(stub, config, given, CASES, vault=vault)
        await plugin.configure()
        try:
            await lifecycle(plugin, kind)
        finally:
            await plugin.clean()

    talk(dialogue, provider)
