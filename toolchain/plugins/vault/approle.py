"""Roles of the AppRole login: who may log in from where, and with which policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from toolchain.plugins.vault.api import Api
from toolchain.plugins.vault.client import Client, Fields
from toolchain.plugins.vault.kind import REFUSED, Kind


class Role(Api):
    """A role, and its id, which has a path of its own."""

    async def make(self, vault: Client, wanted: Mapping[str, Any]) -> Fields:
        """Write the role, then its id if it is given."""
        returned = await super().make(vault, wanted)
        await self._name(vault, wanted)
        return returned

    async def fetch(self, vault: Client, known: Mapping[str, Any]) -> Fields | None:
        """The role with its id."""
        role = await vault.get(self.path(known))
        named = await vault.get(f"{self.path(known)}/role-id")
        return None if role is None else {**role, **(named or {})}

    async def change(
        self, vault: Client, changed: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]
    ) -> None:
        """Write the role, then its id if it has another one."""
        await super().change(vault, changed, wanted, known)
        await self._name(vault, {**known, "roleId": changed.get("roleId")})

    def found(self, now: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]) -> Fields:
        """Subnets in the program's words: the vault tells one of a single address without its length."""
        result = super().found(now, wanted, known)
        for name in ("secretIdBoundCidrs", "tokenBoundCidrs"):
            if wanted.get(name) and _subnets(result.get(name)) == _subnets(wanted[name]):
                result[name] = wanted[name]
        return result

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """Without the role's id."""
        return {name: value for name, value in super().to_fields(properties).items() if name != "role_id"}

    async def _name(self, vault: Client, known: Mapping[str, Any]) -> None:
        if known.get("roleId") is not None:
            await vault.put(f"{self.path(known)}/role-id", {"role_id": known["roleId"]})


def _subnets(texts: Iterable[str] | None) -> set[str]:
    return {text if "/" in text else f"{text}/{128 if ':' in text else 32}" for text in texts or ()}


APPROLE: dict[str, tuple[type[Api], Kind]] = {
    "vault:appRole/authBackendRole:AuthBackendRole": (
        Role,
        Kind(
            "AppRole role",
            "auth/{backend}/role/{roleName}",
            defaults={
                "backend": "approle",
                "bindSecretId": True,
                "localSecretIds": False,
                "tokenNoDefaultPolicy": False,
                "tokenType": "default",
                **dict.fromkeys(
                    (
                        *("secretIdNumUses", "secretIdTtl", "tokenExplicitMaxTtl", "tokenMaxTtl"),
                        *("tokenNumUses", "tokenPeriod", "tokenTtl"),
                    ),
                    0,
                ),
            },
            refused={**REFUSED, "aliasMetadata": "it is of Vault Enterprise"},
        ),
    ),
}
