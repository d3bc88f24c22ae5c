"""A vault's founder as day-2 commands see it: a real OpenBao, and an SSH server that gives Pulumi's login as vault-boot does."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import dataclass, field
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any, Self

from config.cloud import CloudConfig
from host_programs.contract.vault_boot import VAULT_BOOT
from host_programs.vault_boot.policy import NAME, POLICY
from tests.loopback.vaults import OneVault
from tests.unit.components.support import Raw, cloud
from tests.unit.ops.fake_host import Answer, FakeHost, operator, serving

HOST = "ctl01"


@dataclass
class _Host(FakeHost):
    said: dict[str, Answer] = field(default_factory=dict)

    def answer(self, command: str) -> Answer:
        return self.said.get(command, (127, "", "command not found\n"))


class Founder:
    """Both, and the configuration of a stack whose vault they are."""

    def __init__(self, vault: OneVault) -> None:
        self.vault = vault
        self._key = operator()
        self._host = _Host()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(),))
        self._serving, self._end = threading.Event(), asyncio.Event()

    def __enter__(self) -> Self:
        self.by_hand("PUT", f"sys/policies/acl/{NAME}", {"policy": POLICY})
        self.by_hand("PUT", "sys/auth/approle", {"type": "approle"})
        self.by_hand("PUT", "sys/mounts/kv", {"type": "kv", "options": {"version": "2"}})
        self.login = self.with_role(NAME)
        self._host.said[f"sudo -n {VAULT_BOOT} credentials"] = (0, json.dumps(self.login), "")
        self._thread.start()
        assert self._serving.wait(30)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()
        self._loop.close()

    async def _serve(self) -> None:
        async with serving({HOST: self._host}, self._key):
            self._serving.set()
            await self._end.wait()

    def by_hand(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.vault.api().send(method, path, body, self.vault.token)

    def with_role(self, name: str) -> dict[str, str]:
        """Credentials of a login with the policy of its name."""
        role = f"auth/approle/role/{name}"
        self.by_hand("PUT", role, {"token_policies": [name], "token_no_default_policy": True})
        role_id = self.by_hand("GET", f"{role}/role-id")["data"]["role_id"]
        return {
            "role_id": role_id,
            "secret_id": self.by_hand("PUT", f"{role}/secret-id", {})["data"]["secret_id"],
        }

    def config(self, passwords: dict[str, Any]) -> CloudConfig:
        """The lab's, with the founder here; no checked stack file can have its hosts on 127.0.0.1."""

        def change(raw: Raw) -> None:
            raw["kolla"]["passwords"] = passwords
            raw["vault"] |= {"port": int(self.vault.url.rpartition(":")[2]), "contents": {}, "nodes": [HOST]}
            key = self._key.export_private_key().decode()
            raw["ssh"] |= {"port": self._host.target.port, "key": {"secret": key}}
            raw["hosts"][HOST]["hostKey"] = self._host.target.host_key

        made = cloud("lab", change)
        assert made.vault
        addresses = {**made.hosts[HOST].addresses, "management": IPv4Address("127.0.0.1")}
        host = made.hosts[HOST].model_copy(update={"addresses": addresses})
        tls = made.vault.tls.model_copy(update={"ca": Path(self.vault.ca)})
        vault = made.vault.model_copy(update={"tls": tls})
        return made.model_copy(update={"hosts": {**made.hosts, HOST: host}, "vault": vault})
