"""Certificates of the load balancers that edge-tls renews: who issues them, and what the cloud's own vault needs for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from config.kolla.acme import asked_by_edge
from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.network import HostName

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.kolla.tls import Tls

Side = Literal["external", "internal"]
Issuer = Literal["vault", "acme"]

_TLS: Loc = ("kolla", "tls")
_NEEDS: tuple[Loc, ...] = (("kolla",), ("vault",))


class Renewal(Section):
    """Who asks the vault for certificates."""

    service: HostName
    """Class of `vault.contents.services` that may have them; with `unattended`, and the APIs' names in its `domains`."""
    login: SecretSource
    """JSON with `role_id` and `secret_id` of that class."""


def edge_sources(tls: Tls) -> dict[Side, Issuer]:
    """Who issues the certificate of each side that edge-tls renews."""
    if tls.source == "vault":
        issuers: dict[Side, Issuer] = {"external": "vault", "internal": "vault"}
    elif asked_by_edge(tls):
        issuers = {"external": "acme", **({"internal": "vault"} if tls.renewal else {})}
    else:
        issuers = {}
    return {side: issuer for side, issuer in issuers.items() if getattr(tls, side)}


def renewal_problems(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """A vault that may issue what is needed, to a program that may log in, and clients that know its CA."""
    tls, here = kolla.tls, (*_TLS, "renewal")
    if tls.source != "vault" and not asked_by_edge(tls):
        if tls.renewal is not None:
            yield Problem(
                here, f"is not used with `source: {tls.source}`", "set `source: vault`, or remove it"
            )
        return
    asked = edge_sources(tls)
    if "vault" not in asked.values() and tls.source != "vault":
        return
    if tls.ca is None:
        fix = "name a file, such as `vault/root.pem`: `make edge-login` creates it"
        yield Problem((*_TLS, "ca"), "is missing: no client knows the vault's own CA", fix)
    given = {"external": tls.external_certificate, "internal": tls.internal_certificate}
    for side, certificate in given.items():
        if certificate is not None and (tls.source == "vault" or side == "internal"):
            reason = "is not used: the vault issues it"
            yield Problem((*_TLS, f"{side}Certificate"), reason, "remove it")
    if tls.renewal is None:
        yield Problem(here, "is missing, and `source` is vault", "add it with `service` and `login`")
        return
    yield from _service(cloud, tls.renewal.service, edge_names(kolla))


def edge_names(kolla: KollaSettings) -> dict[str, str]:
    """The name, if it has one, of each side whose certificate the vault issues."""
    names = {"external": kolla.external_fqdn, "internal": kolla.internal_fqdn}
    asked = [side for side, issuer in edge_sources(kolla.tls).items() if issuer == "vault"]
    return {side: name for side in asked if (name := names[side])}


def _service(cloud: CloudConfig, name: str, names: dict[str, str]) -> Iterator[Problem]:
    here: Loc = (*_TLS, "renewal", "service")
    contents = cloud.vault.contents if cloud.vault else None
    service = contents.services.get(name) if contents else None
    if service is None:
        fix = f"add `{name}` to `cloud:vault.contents.services`"
        yield Problem(here, "the vault has no such class", fix, name, needs=_NEEDS)
        return
    place: Loc = ("vault", "contents", "services", name)
    if not service.unattended:
        reason = "edge-tls logs in every hour, and a secret id of this class can be used only once"
        yield Problem((*place, "unattended"), reason, "set it to true", "false", needs=_NEEDS)
    if not service.domains:
        reason = "has certificates for no domain, so the vault issues none for an address either"
        yield Problem((*place, "domains"), reason, "give it `domains`", needs=_NEEDS)
        return
    for wanted in names.values():
        if not any(f".{wanted}".endswith(f".{domain}") for domain in service.domains):
            reason = f"the vault would refuse a certificate for {wanted}"
            yield Problem((*place, "domains"), reason, "add its domain", needs=_NEEDS)
