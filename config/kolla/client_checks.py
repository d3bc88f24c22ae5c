"""`kolla.tls.clients`: APIs that run and have their own external frontend, which nothing else describes."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.catalogue import services
from config.kolla.clients import COMPONENTS, Clients, frontends
from config.kolla.endpoints import same_vip
from config.kolla.values import UnknownValueError, values
from config.model.errors import Loc, Problem

_HERE: Loc = ("kolla", "tls", "clients")
_SINGLE = "haproxy_single_external_frontend"
_TEMPLATE = "haproxy_single_service_split.cfg.j2"


def client_frontends(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """Each frontend that is to ask exists, and what is written for it is what Kolla-Ansible uses."""
    clients = kolla.tls.clients
    if clients is None:
        return
    if not kolla.tls.external:
        reason = "is off, and a client shows a certificate over https alone"
        yield Problem(("kolla", "tls", "external"), reason, "switch it on, or remove `clients`", "false")
    if same_vip(cloud):
        reason = (
            "asks at the external VIP, and both sides have one VIP: the cloud's own services would be refused"
        )
        fix = "define `cloud:networks.public` with its own VIP, or remove it"
        yield Problem(_HERE, reason, fix, needs=(("networks",),))
    yield from _signed_by(cloud, clients)
    try:
        if values(cloud).on(_SINGLE):
            reason = "has one bind for all APIs, and Kolla-Ansible has no option to change it"
            fix = "remove it, so that each API has its own frontend, or remove `cloud:kolla.tls.clients`"
            yield Problem(("kolla", "globals", _SINGLE), reason, fix)
        running = set(services(cloud))
    except UnknownValueError:
        return  # reported where it is set
    yield from _apis(clients, running)
    yield from _overridden(kolla, clients)


def _signed_by(cloud: CloudConfig, clients: Clients) -> Iterator[Problem]:
    contents = cloud.vault.contents if cloud.vault else None
    if clients.ca is None and (contents is None or contents.clients is None):
        fix = "name the PEM file of the CA, or have the vault sign (`cloud:vault.contents.clients: {}`)"
        yield Problem(
            (*_HERE, "ca"), "is missing, and the vault has no CA of operators", fix, needs=(("vault",),)
        )
    if clients.crl is not None and clients.ca is None:
        yield Problem((*_HERE, "crl"), "is not used: the vault has its own", "remove it, or add `ca`")


def _apis(clients: Clients, running: set[str]) -> Iterator[Problem]:
    for index, api in enumerate(clients.apis):
        here: Loc = (*_HERE, "apis", index)
        if api not in COMPONENTS:
            fix = f"use some of: {', '.join(COMPONENTS)}"
            yield Problem(here, "has no external frontend that could ask for one", fix, api)
        elif api not in running:
            fix = "switch it on, or remove it here"
            yield Problem(here, "is not switched on", fix, api, needs=(("kolla",),))


def _overridden(kolla: KollaSettings, clients: Clients) -> Iterator[Problem]:
    """A text of the site's would be used in place of ours, or ours in place of the site's."""
    ours = {path.rpartition("/")[2] for path in frontends(clients)} | {_TEMPLATE}
    for path in kolla.overrides:
        folder, _, file = path.rpartition("/")
        if folder.split("/")[0] == "haproxy-config" and file in ours:
            reason = "is the file of a frontend that `cloud:kolla.tls.clients` has ask for certificates"
            yield Problem(("kolla", "overrides", path), reason, "remove one of the two")
