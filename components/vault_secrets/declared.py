"""VaultContents: what is in the vault once it is open: its PKI, its engine for secrets, logins (guide §6.1, 7.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pulumi

from components.stages import After, Stage, on_all_hosts
from components.vault_secrets.contents import ContentsPlan
from components.vault_secrets.logins import APPROLE
from components.vault_secrets.wanted import Ref, Wanted

KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "mount": ("", "Mount"),
    "policy": ("", "Policy"),
    "login": ("appRole", "AuthBackendRole"),
    "root": ("pkiSecret", "SecretBackendRootCert"),
    "request": ("pkiSecret", "SecretBackendIntermediateCertRequest"),
    "signature": ("pkiSecret", "SecretBackendRootSignIntermediate"),
    "installed": ("pkiSecret", "SecretBackendIntermediateSetSigned"),
    "issuers": ("pkiSecret", "SecretBackendConfigIssuers"),
    "urls": ("pkiSecret", "SecretBackendConfigUrls"),
    "crl": ("pkiSecret", "SecretBackendCrlConfig"),
    "tidy": ("pkiSecret", "BackendConfigAutoTidy"),
    "certificates": ("pkiSecret", "SecretBackendRole"),
}
"""Module of the package (empty: its first one) and class of the official SDK by kind."""


@dataclass(frozen=True)
class VaultContentsArgs:
    """What VaultContents works from."""

    plan: ContentsPlan
    credentials: pulumi.Output[dict[str, str]]
    """With which the program logs in; secret."""
    after: After
    """The vault has to be open before."""


class VaultContents(Stage):
    """One resource for each object, all of one provider that is known at preview but for its login."""

    def __init__(
        self, name: str, args: VaultContentsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("cloud:secrets:VaultContents", name, None, opts)
        import pulumi_vault as vault  # noqa: PLC0415 - only where a stack has a vault

        login = vault.ProviderAuthLoginArgs(path=f"auth/{APPROLE}/login", parameters=args.credentials)
        provider = vault.Provider(
            f"{name}-vault",
            address=args.plan.address,
            ca_cert_file=args.plan.ca,
            auth_login=login,
            skip_child_token=True,
            opts=pulumi.ResourceOptions(parent=self),
        )
        before = on_all_hosts(args.after)
        made: dict[str, pulumi.CustomResource] = {}
        for wanted in args.plan.wanted:
            options = pulumi.ResourceOptions(
                parent=self,
                provider=provider,
                depends_on=[*before, *(made[other] for other in wanted.after)],
                protect=wanted.protected or None,
            )
            values = {key: _resolved(value, made) for key, value in wanted.values.items()}
            made[wanted.name] = _class(vault, wanted)(f"{name}-{wanted.name}", **values, opts=options)
        self.ready = made
        self.register_outputs({})


def _class(package: Any, wanted: Wanted) -> Any:
    module, kind = KINDS[wanted.kind]
    return getattr(getattr(package, module.lower()) if module else package, kind)


def _resolved(value: Any, made: Mapping[str, pulumi.CustomResource]) -> Any:
    if isinstance(value, list):
        return [_resolved(item, made) for item in value]
    if not isinstance(value, Ref):
        return value
    found = getattr(made[value.name], value.property)
    return found if value.index is None else found[value.index]
