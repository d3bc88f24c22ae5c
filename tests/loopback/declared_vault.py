"""A real OpenBao with everything that VaultContents declares, created through the vault plugin as the engine would."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from google.protobuf.struct_pb2 import Struct
from pulumi.runtime.proto import provider_pb2 as pb
from pydantic.alias_generators import to_camel

from components.vault_secrets.contents import plan_contents
from components.vault_secrets.declared import KINDS
from components.vault_secrets.wanted import Ref, Wanted
from host_programs.vault_api import AnsweredError
from host_programs.vault_boot.policy import NAME, POLICY
from tests.dialogue import talk
from tests.loopback.vaults import OneVault
from tests.unit.components.test_vault_plan import with_vault
from toolchain.plugins.base.wire import plain_fields, wire_fields
from toolchain.plugins.vault.plugin import provider

SERVICES: dict[str, Any] = {
    "api": {"domains": ["cloud.test"], "secrets": ["api/database"], "allowedFrom": ["127.0.0.0/8"]},
    "agents": {"domains": ["agents.test"], "clientCertificates": True, "allowedFrom": ["127.0.0.0/8"]},
    "elsewhere": {"secrets": ["elsewhere"], "allowedFrom": ["192.0.2.0/24"]},
}
CLIENTS: dict[str, Any] = {"hours": 8, "allowedFrom": ["127.0.0.0/8"]}


@dataclass
class Declared:
    """A vault with its contents, and who asks it."""

    vault: OneVault
    credentials: dict[str, str]
    states: dict[str, tuple[str, Struct, Struct]] = field(default_factory=dict)
    """Id, inputs and state by the object's name."""

    @classmethod
    def of(cls, vault: OneVault, wanted: Iterable[Wanted]) -> Self:
        """With the program's own login, as the founder leaves it, and with all that is wanted."""
        found = cls(vault, {})
        found.put(f"sys/policies/acl/{NAME}", {"policy": POLICY})
        found.put("sys/auth/approle", {"type": "approle"})
        found.put(f"auth/approle/role/{NAME}", {"token_policies": [NAME], "token_no_default_policy": True})
        found.credentials = found.secret_id(NAME)
        found.ask(*(lambda stub, item=item: found.make(stub, item) for item in wanted))
        return found

    def put(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        return self.vault.api().put(path, body, token or self.vault.token)

    def refused(self, method: str, path: str, token: str) -> bool:
        try:
            self.vault.api().send(method, path, {} if method == "PUT" else None, token)
        except AnsweredError as error:
            return error.status == 403
        return False

    def secret_id(self, role: str) -> dict[str, str]:
        place = f"auth/approle/role/{role}"
        role_id = self.vault.api().get(f"{place}/role-id", self.vault.token)["data"]["role_id"]
        return {"role_id": role_id, "secret_id": self.put(f"{place}/secret-id", {})["data"]["secret_id"]}

    def login(self, role: str) -> Any:
        return self.vault.api().put("auth/approle/login", self.secret_id(role))["auth"]

    def ask(self, *calls: Any) -> Any:
        """Answers of the plugin, which logs in as the program does."""
        login = {"path": "auth/approle/login", "parameters": self.credentials}
        config = {"address": self.vault.url, "caCertFile": self.vault.ca, "authLogin": login}

        async def dialogue(stub: Any, _engine: Any) -> list[Any]:
            await stub.Configure(pb.ConfigureRequest(args=wire_fields(config)))
            return [await call(stub) for call in calls]

        return talk(dialogue, provider)

    async def make(self, stub: Any, wanted: Wanted) -> None:
        values = {to_camel(name): self.resolved(value) for name, value in wanted.values.items()}
        checked = await stub.Check(pb.CheckRequest(urn=urn(wanted), news=wire_fields(values)))
        assert not checked.failures, list(checked.failures)
        answer = await stub.Create(pb.CreateRequest(urn=urn(wanted), properties=checked.inputs))
        self.states[wanted.name] = (answer.id, checked.inputs, answer.properties)

    def resolved(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.resolved(item) for item in value]
        if not isinstance(value, Ref):
            return value
        found = plain_fields(self.states[value.name][2])[to_camel(value.property)]
        return found if value.index is None else found[value.index]


def urn(wanted: Wanted) -> str:
    module, kind = KINDS[wanted.kind]
    return f"urn:pulumi:dev::p::vault:{module or 'index'}/{kind[0].lower()}{kind[1:]}:{kind}::{wanted.name}"


def contents() -> tuple[Wanted, ...]:
    plan = plan_contents(with_vault(contents={"services": SERVICES, "clients": CLIENTS}))
    assert plan
    return plan.wanted
