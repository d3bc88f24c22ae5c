"""Secrets engines, login methods, audit devices: what is mounted at a path and found in a list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from toolchain.plugins.base.errors import ProviderError
from toolchain.plugins.vault.api import Api
from toolchain.plugins.vault.client import Client, Fields
from toolchain.plugins.vault.kind import REFUSED, Kind

_OF_THE_OBJECT = ("type", "description", "local", "options", "seal_wrap", "external_entropy_access")
_ENTERPRISE = "it is of Vault Enterprise"


class Mount(Api):
    """Something that is mounted: made at its path, found in the list, tuned in place."""

    async def make(self, vault: Client, wanted: Mapping[str, Any]) -> Fields:
        """Mount it."""
        fields = self.to_fields(wanted)
        top = {name: fields.pop(name) for name in _OF_THE_OBJECT if name in fields}
        await vault.put(self.path(wanted), {**top, "config": fields})
        return {}

    async def fetch(self, vault: Client, known: Mapping[str, Any]) -> Fields | None:
        """Its entry in the list, with its configuration's fields next to the others."""
        collection, _, _ = self.kind.path.rpartition("/")
        listed = await vault.get(collection) or {}
        entry = listed.get(f"{known['path'].strip('/')}/")
        return None if entry is None else {**entry, **(entry.get("config") or {})}

    async def change(
        self, vault: Client, changed: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]
    ) -> None:
        """Tune it. A mount that moves loses its leases: that is a decision, not an update."""
        if "path" in changed:
            msg = f"it is at {known['path']}: to move it, `bao secrets move`, then refresh with the new path"
            raise ProviderError(msg)
        await vault.put(f"{self.path(known)}/tune", self.to_fields(changed))


class Audit(Mount):
    """An audit device, which never changes: what differs replaces it."""

    async def make(self, vault: Client, wanted: Mapping[str, Any]) -> Fields:
        """Start to record."""
        await vault.put(self.path(wanted), self.to_fields(wanted))
        return {}


MOUNTS: dict[str, tuple[type[Api], Kind]] = {
    "vault:index/mount:Mount": (
        Mount,
        Kind(
            "mount",
            "{path}",
            "sys/mounts/{path}",
            fields={"defaultLeaseTtlSeconds": "default_lease_ttl", "maxLeaseTtlSeconds": "max_lease_ttl"},
            defaults={
                "description": "",
                "local": False,
                "sealWrap": False,
                "externalEntropyAccess": False,
                "forceNoCache": False,
                "defaultLeaseTtlSeconds": 0,
                "maxLeaseTtlSeconds": 0,
                "listingVisibility": "",
            },
            refused={
                **REFUSED,
                "allowedManagedKeys": _ENTERPRISE,
                "delegatedAuthAccessors": _ENTERPRISE,
                "identityTokenKey": _ENTERPRISE,
                "pluginVersion": "the vault's own engines are of its version",
            },
        ),
    ),
    "vault:index/authBackend:AuthBackend": (
        Mount,
        Kind(
            "login method",
            "{path}",
            "sys/auth/{path}",
            defaults={"description": "", "local": False},
            own=frozenset({"disableRemount"}),
            refused={
                **REFUSED,
                "identityTokenKey": _ENTERPRISE,
                "tune": "set the lifetimes of tokens at its roles",
            },
        ),
    ),
    "vault:index/audit:Audit": (
        Audit,
        Kind(
            "audit device",
            "{path}",
            "sys/audit/{path}",
            defaults={"description": "", "local": False},
            partial=frozenset({"options"}),
        ),
    ),
}
