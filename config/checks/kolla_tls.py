"""TLS: on both sides of one VIP or on none, and a certificate for each side that has it."""

from __future__ import annotations

from collections.abc import Iterator

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.kolla.places import same_vip
from config.kolla.tls import Acme, Tls

_HERE: Loc = ("kolla", "tls")
_NETWORKS: tuple[Loc, ...] = (("networks",),)


def kolla_tls(cloud: CloudConfig) -> Iterator[Problem]:
    """What the load balancer's and RabbitMQ's prechecks ask for."""
    if cloud.kolla is None:
        return
    tls = cloud.kolla.tls
    if tls.external != tls.internal and same_vip(cloud):
        off = "internal" if tls.external else "external"
        reason = "TLS is on for one side only, and both sides have one VIP"
        fix = "switch it on too, or define `cloud:networks.public` with a VIP of its own"
        yield Problem((*_HERE, off), reason, fix, "false", needs=_NETWORKS)
    if tls.backend and not tls.internal:
        reason = "encrypts behind the load balancer while passwords cross the internal network in clear"
        yield Problem((*_HERE, "internal"), reason, "switch it on too", "false")
    if tls.source == "files":
        yield from _files(tls)
    if tls.source == "acme":
        yield from _acme(cloud, tls)
    elif tls.acme is not None:
        yield Problem(
            (*_HERE, "acme"), f"is not used with `source: {tls.source}`", "set `source: acme`, or remove it"
        )


def _files(tls: Tls) -> Iterator[Problem]:
    # Where both sides lack one, the external certificate may serve both: one problem.
    inside = tls.internal_certificate or tls.external_certificate
    wanted: list[tuple[bool, str, object, str]] = [
        (tls.external, "externalCertificate", tls.external_certificate, "external"),
        (tls.internal and not tls.external, "internalCertificate", inside, "internal"),
        *_pairs(tls),
    ]
    for on, field, given, switch in wanted:
        if on and given is None:
            reason = f"is missing, and `tls.{switch}` is on"
            fix = "name the PEM file, or say where certificates come from otherwise (`source`)"
            yield Problem((*_HERE, field), reason, fix)


def _pairs(tls: Tls) -> list[tuple[bool, str, object, str]]:
    return [
        (tls.backend, "backendCertificate", tls.backend_certificate, "backend"),
        (tls.backend, "backendKey", tls.backend_key, "backend"),
        (tls.queues, "queueCertificate", tls.queue_certificate, "queues"),
        (tls.queues, "queueKey", tls.queue_key, "queues"),
    ]


def _acme(cloud: CloudConfig, tls: Tls) -> Iterator[Problem]:
    acme, kolla = tls.acme, cloud.kolla
    if acme is None or kolla is None:
        yield Problem((*_HERE, "acme"), "is missing, and `source` is acme", "add it with `email`")
        return
    if "@" not in acme.email:
        yield Problem(
            (*_HERE, "acme", "email"), "is not a mail address", "give the account's contact", acme.email
        )
    yield from _acme_servers(cloud, acme)
    sides = (
        ("external", tls.external and acme.external_server, kolla.external_fqdn),
        ("internal", tls.internal and acme.internal_server, kolla.internal_fqdn),
    )
    own = {"external": tls.external_certificate, "internal": tls.internal_certificate}
    on = {"external": tls.external and not same_vip(cloud), "internal": tls.internal}
    for side, issued, name in sides:
        if on[side] and not issued and own[side] is None:
            reason = f"is missing: `acme` names no server for the {side} side"
            fix = f"name the PEM file, or set `acme.{side}Server`"
            yield Problem((*_HERE, f"{side}Certificate"), reason, fix, needs=_NETWORKS)
        if issued and name is None:
            reason = f"is missing: ACME issues certificates for names, and the {side} VIP has none"
            yield Problem(("kolla", f"{side}Fqdn"), reason, "give the name that DNS has for the VIP")
    for wanted, field, given, switch in _pairs(tls):
        if wanted and given is None:
            reason = f"is missing, and `tls.{switch}` is on: ACME serves the load balancer alone"
            yield Problem((*_HERE, field), reason, "name the PEM file")


def _acme_servers(cloud: CloudConfig, acme: Acme) -> Iterator[Problem]:
    here: Loc = (*_HERE, "acme")
    release = cloud.releases.openstack
    needs: tuple[Loc, ...] = (("releases", "openstack"), *_NETWORKS)
    if acme.internal_server and release < "2025.1":
        reason = f"Kolla-Ansible {release} has one ACME server, for the external name"
        yield Problem(
            (*here, "internalServer"), reason, "remove it; 2025.1 has it", acme.internal_server, needs=needs
        )
    elif same_vip(cloud) and not acme.internal_server and release >= "2025.1":
        reason = "is missing: with one VIP for both sides only this one is asked, and nothing would be issued"
        yield Problem((*here, "internalServer"), reason, "set it to the server's directory URL", needs=needs)
    for name, url in (("externalServer", acme.external_server), ("internalServer", acme.internal_server)):
        if url and not url.startswith("https://"):
            yield Problem((*here, name), "is not an https address", "give the server's directory URL", url)
