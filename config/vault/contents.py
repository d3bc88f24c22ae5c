"""What is declared in the vault: its PKI, and a login for each class of services."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.texts.lines import RelativePath
from config.model.texts.network import DomainName, HostName
from config.model.types import Cidr

OF_THE_PROGRAM = "pulumi"
"""The role that the program itself has in the vault."""
OF_OPERATORS = "operators"
"""The role that has operators' certificates signed, and what it is called in their engine."""


class ServiceClass(Section):
    """Services that have one login, one set of certificates and secrets."""

    domains: tuple[DomainName, ...] = ()
    """Domains for which they may have certificates, with all names below; none: they have none."""
    client_certificates: bool = False
    """Their certificates also prove who they are to other servers (mTLS)."""
    secrets: tuple[RelativePath, ...] = ()
    """Secrets of the engine `kv` that they may read, by path."""
    unattended: bool = False
    """Their secret id stays valid and may be used again: for a program that logs in by itself, from `allowedFrom`."""
    allowed_from: tuple[Cidr, ...] = ()
    """Subnets from which they log in; none: the management network."""


class OperatorCertificates(Section):
    """A CA of its own, which signs certificates that operators show to APIs: no other of the cloud's is taken there."""

    ca_days: int = Field(default=1825, ge=1)
    """Days for which the CA is valid."""
    hours: int = Field(default=24, ge=1, le=720)
    """Hours for which a certificate is valid."""
    allowed_from: tuple[Cidr, ...] = ()
    """Subnets from which the role `operators` logs in to have them signed; none: the management network."""


class Contents(Section):
    """A root CA, an intermediate CA that issues, an engine for secrets, and who may what."""

    root_days: int = Field(default=3650, ge=1)
    """Days for which the root CA is valid."""
    intermediate_days: int = Field(default=1825, ge=1)
    """Days for which the intermediate CA is valid."""
    leaf_hours: int = Field(default=72, ge=1, le=720)
    """Hours for which an issued certificate is valid."""
    clients: OperatorCertificates | None = None
    """Certificates of operators, for `cloud:kolla.tls.clients`; none: there is no CA for them."""
    services: dict[HostName, ServiceClass] = Field(default_factory=dict)
    """Classes of services, by the name of their role and policy."""

    def problems(self, here: Loc) -> Iterator[Problem]:
        """Nobody outlives who signed for them, and every class has a purpose and a name of its own."""
        if self.intermediate_days >= self.root_days:
            reason = f"the root CA, valid for {self.root_days} days, signs it"
            fix = f"use less than {self.root_days}"
            yield Problem((*here, "intermediateDays"), reason, fix, str(self.intermediate_days))
        if self.leaf_hours >= self.intermediate_days * 24:
            reason = f"the intermediate CA, valid for {self.intermediate_days} days, signs them"
            fix = f"use less than {self.intermediate_days * 24}"
            yield Problem((*here, "leafHours"), reason, fix, str(self.leaf_hours))
        if self.clients and self.clients.hours >= self.clients.ca_days * 24:
            reason = f"the CA, valid for {self.clients.ca_days} days, signs them"
            fix = f"use less than {self.clients.ca_days * 24}"
            yield Problem((*here, "clients", "hours"), reason, fix, str(self.clients.hours))
        for name, service in self.services.items():
            loc: Loc = (*here, "services", name)
            if name == OF_THE_PROGRAM:
                yield Problem(loc, "is the program's own role in the vault", "use another name", name)
            if name == OF_OPERATORS and self.clients:
                yield Problem(loc, "is the role that `clients` creates", "use another name", name)
            if not service.domains and not service.secrets:
                yield Problem(loc, "has no permissions in the vault", "give it `domains` or `secrets`")
            if service.client_certificates and not service.domains:
                reason = "has certificates for no domain"
                yield Problem((*loc, "clientCertificates"), reason, "give it `domains`, or remove it", "true")
