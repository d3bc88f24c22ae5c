"""CA certificates: a root, a request for an intermediate, its signature, its installation.

They are made once, by an action of the API; afterwards there is only whether they are still there. A replacement
is made before the old one goes, which then takes only its own key and issuer with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from toolchain.plugins.base.errors import InvalidError
from toolchain.plugins.base.resource import Operation
from toolchain.plugins.base.schema import ResourceType
from toolchain.plugins.vault.api import Api
from toolchain.plugins.vault.client import AnsweredError, Client, Fields
from toolchain.plugins.vault.kind import REFUSED, Kind

_GONE = "unable to find PKI"  # the vault's own words, with a status of 500


class Authority(Api):
    """What an action creates: the API never returns its inputs again."""

    delete_before_replace: ClassVar[bool] = False
    seen: ClassVar[frozenset[str]] = frozenset()
    """Inputs that can be looked at."""

    def __init__(self, kind: Kind, schema: ResourceType) -> None:
        super().__init__(kind, schema)
        self.unseen = schema.inputs.keys() - self.seen - set(kind.places)

    async def read(self, operation: Operation) -> Fields | None:
        """As it was, if it is there; an import would not know what it was made of."""
        if not operation.state:
            msg = f"a {self.kind.noun} cannot be imported: the API does not return the values that it was created with"
            raise InvalidError(self.line(operation, "read", msg))
        return await super().read(operation)

    async def fetch(self, vault: Client, known: Mapping[str, Any]) -> Fields | None:
        """What the API returns of it; None: it is gone."""
        return await _there(vault, self.path(known))

    def found(self, now: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]) -> Fields:
        """The inputs as they are wanted, but for those that can be looked at."""
        found = super().found(now, wanted, known)
        kept = {name: value for name, value in found.items() if name not in self.unseen}
        return {**kept, **{name: value for name, value in wanted.items() if name in self.unseen}}

    def to_fields(self, properties: Mapping[str, Any]) -> Fields:
        """Lists as one text, which is how these actions take them."""
        fields = super().to_fields(properties)
        return {name: ",".join(value) if isinstance(value, list) else value for name, value in fields.items()}

    async def change(
        self, vault: Client, changed: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]
    ) -> None:
        """A certificate stays as it was signed; other wishes are for the next one."""


class Root(Authority):
    """A root: an issuer with its key."""

    seen: ClassVar[frozenset[str]] = frozenset({"issuerName"})

    async def change(
        self, vault: Client, changed: Mapping[str, Any], wanted: Mapping[str, Any], known: Mapping[str, Any]
    ) -> None:
        """Names are no part of the certificate."""
        if "issuerName" in changed:
            await vault.put(self.path(known), {"issuer_name": changed["issuerName"]})

    async def remove(self, vault: Client, known: Mapping[str, Any]) -> None:
        """This issuer and its key, and no other."""
        await vault.delete(self.path(known))
        await vault.delete(f"{known['backend']}/key/{known['keyId']}")


class Signed(Authority):
    """An intermediate's certificate, signed by the CA of this engine."""

    async def make(self, vault: Client, wanted: Mapping[str, Any]) -> Fields:
        """Sign; the certificate alone, and with all above it."""
        issuer = wanted.get("issuerRef")
        place = f"{wanted['backend']}/{f'issuer/{issuer}' if issuer else 'root'}/sign-intermediate"
        answer = await vault.put(place, self.to_fields(wanted))
        chain = answer.get("ca_chain") or []
        above = [text for text in chain if text.strip() != answer["certificate"].strip()]
        bundle = "\n".join(text.strip() for text in (answer["certificate"], *above))
        return self.returned({**answer, "certificate_bundle": bundle})

    async def fetch(self, vault: Client, known: Mapping[str, Any]) -> Fields | None:
        """None when it was revoked: then it serves nobody."""
        now = await vault.get(self.path(known))
        return None if now is None or now.get("revocation_time") else now

    async def remove(self, vault: Client, known: Mapping[str, Any]) -> None:
        """Revoke it, where the program says so; a signature can not be taken back."""
        if known.get("revoke") and await self.fetch(vault, known) is not None:
            await vault.put(f"{known['backend']}/revoke", {"serial_number": known["serialNumber"]})


class Installed(Authority):
    """A signed certificate, given to the engine that has its key."""

    async def make(self, vault: Client, wanted: Mapping[str, Any]) -> Fields:
        """Its issuers: the one that has a key first. Of those that were there, only that one is its own."""
        answer = await vault.put(self.kind.made.format(**wanted), self.to_fields(wanted))
        keys = answer.get("mapping") or {}
        owned = [name for name in answer.get("existing_issuers") or () if keys.get(name)]
        issuers = sorted(
            {*(answer.get("imported_issuers") or ()), *owned}, key=lambda name: not keys.get(name)
        )
        return {"importedIssuers": issuers, "importedKeys": answer.get("imported_keys") or []}

    async def fetch(self, vault: Client, known: Mapping[str, Any]) -> Fields | None:
        """None as soon as one of its issuers is gone."""
        for name in known.get("importedIssuers") or ():
            if await _there(vault, f"{known['backend']}/issuer/{name}") is None:
                return None
        return {}

    async def remove(self, vault: Client, known: Mapping[str, Any]) -> None:
        """Its issuers; the key is the request's."""
        for name in known.get("importedIssuers") or ():
            await vault.delete(f"{known['backend']}/issuer/{name}")


async def _there(vault: Client, path: str) -> Fields | None:
    try:
        return await vault.get(path)
    except AnsweredError as error:
        if _GONE in str(error):
            return None
        raise


_NOT_HERE = dict.fromkeys(
    (
        *("jksPassword", "jksPrivateKeyAlias", "managedKeyId", "managedKeyName", "parameterSet"),
        *("pkcs12Encoder", "pkcs12Password"),
    ),
    "OpenBao does not know it",
)


def _refused(*names: str) -> dict[str, str]:
    return {**REFUSED, **{name: _NOT_HERE[name] for name in names}}


AUTHORITIES: dict[str, tuple[type[Api], Kind]] = {
    "vault:pkiSecret/secretBackendRootCert:SecretBackendRootCert": (
        Root,
        Kind(
            "root CA",
            "{backend}/issuer/{issuerId}",
            made="{backend}/root/generate/{type}",
            own=frozenset({"type"}),
            returned_once=frozenset({"certificate", "issuerId", "issuingCa", "keyId", "serialNumber"}),
            refused=_refused(*_NOT_HERE),
        ),
    ),
    "vault:pkiSecret/secretBackendIntermediateCertRequest:SecretBackendIntermediateCertRequest": (
        Authority,
        Kind(
            "request for an intermediate CA",
            "{backend}/key/{keyId}",
            made="{backend}/intermediate/generate/{type}",
            own=frozenset({"type"}),
            returned_once=frozenset({"csr", "keyId", "privateKey", "privateKeyType"}),
            refused=_refused("managedKeyId", "managedKeyName", "parameterSet"),
        ),
    ),
    "vault:pkiSecret/secretBackendRootSignIntermediate:SecretBackendRootSignIntermediate": (
        Signed,
        Kind(
            "signature of an intermediate CA",
            "{backend}/cert/{serialNumber}",
            fields={"caChains": "ca_chain"},
            own=frozenset({"issuerRef", "revoke"}),
            returned_once=frozenset(
                {"caChains", "certificate", "certificateBundle", "issuingCa", "serialNumber"}
            ),
            refused=_refused("jksPassword", "pkcs12Encoder", "pkcs12Password"),
        ),
    ),
    "vault:pkiSecret/secretBackendIntermediateSetSigned:SecretBackendIntermediateSetSigned": (
        Installed,
        Kind(
            "installed intermediate CA",
            "{backend}/intermediate/set-signed",
            made="{backend}/intermediate/set-signed",
            returned_once=frozenset({"importedIssuers", "importedKeys"}),
        ),
    ),
}
