"""Secrets of a key-value engine, version 2."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from toolchain.plugins.base.errors import InvalidError
from toolchain.plugins.base.schema import Property
from toolchain.plugins.vault.api import Api
from toolchain.plugins.vault.client import Client, Fields
from toolchain.plugins.vault.kind import REFUSED, Kind


class Secret(Api):
    """The newest version of one secret; what somebody else has written since is drift."""

    async def remove(self, vault: Client, known: Mapping[str, Any]) -> None:
        """Delete its newest version, or all that there is of it."""
        kind = "metadata" if known.get("deleteAllVersions") else "data"
        await vault.delete(f"{known['mount']}/{kind}/{known['name']}")

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """The data as the API takes them; their text is in no message."""
        data = _opened(properties.get("dataJson"))
        if not isinstance(data, dict):
            msg = "dataJson must be there, and be a JSON object"
            raise InvalidError(msg)
        return {"data": data}

    def value(self, name: str, kind: Property, fields: Mapping[str, Any]) -> Any:
        """The data, as JSON and as texts; whether a text says the same is compared as JSON."""
        data = fields.get("data") or {}
        match name:
            case "dataJson":
                return json.dumps(data, sort_keys=True)
            case "data":
                return _texts(data)
            case "metadata":
                return _texts(fields.get("metadata") or {})
        return None

    def found(self, now: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]) -> Fields:
        """With its path, and the program's own text where it says the same."""
        result = super().found(now, wanted, known)
        if _opened(result["dataJson"]) == _opened(wanted.get("dataJson")):
            result["dataJson"] = wanted["dataJson"]
        return {**result, "path": f"{known['mount']}/data/{known['name']}"}


def _opened(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
        if value is not None
    }


_OTHERWISE = "give dataJson, which is kept as a secret"
KV: dict[str, tuple[type[Api], Kind]] = {
    "vault:kv/secretV2:SecretV2": (
        Secret,
        Kind(
            "secret",
            "{mount}/data/{name}",
            own=frozenset({"deleteAllVersions"}),
            defaults={"deleteAllVersions": False},
            refused={
                **REFUSED,
                "cas": "one program writes a secret",
                "customMetadata": "its engine's settings hold for all secrets",
                "dataJsonWo": _OTHERWISE,
                "dataJsonWoVersion": _OTHERWISE,
                "disableRead": "a secret that is not read can not be compared",
                "options": "one program writes a secret",
            },
        ),
    ),
}
