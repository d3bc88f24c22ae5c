"""Certificates from an ACME server: Kolla-Ansible's own client asks, or edge-tls does, for what clients outside see.

Where edge-tls asks, the load balancers answer the server's questions (http-01) by themselves, on every host: to know
the thumbprint of the account's key is enough. Nothing has to listen for them behind the load balancer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.kolla.endpoints import same_vip
from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.text_source import SecretSource
from config.model.texts.network import HttpUrl, MailAddress
from config.model.types import LocalPath

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings
    from config.kolla.tls import Tls

THUMBPRINT_FILE = "acme-thumbprint"
"""Below /etc/kolla-deploy: no secret, but it is made from the account's key."""
THUMBPRINT = f"{{{{ lookup('ansible.builtin.file', '/etc/kolla-deploy/{THUMBPRINT_FILE}') }}}}"
"""Ansible's expression for it."""
PORT = 80
"""Where the server asks; RFC 8555 has no other."""

_TLS: Loc = ("kolla", "tls")
_HERE: Loc = (*_TLS, "acme")
_NETWORKS: tuple[Loc, ...] = (("networks",),)


class Acme(Section):
    """Who asks which ACME server; to use it is to accept its terms of service."""

    email: MailAddress
    """Contact of the account."""
    account_key: SecretSource | None = None
    """PEM of the account's key: edge-tls asks, for the external name alone; none: Kolla-Ansible's own client asks."""
    ca: LocalPath | None = None
    """PEM file, where edge-tls asks: CAs of a private server's own certificate and of those that it issues."""
    external_server: HttpUrl | None = "https://acme-v02.api.letsencrypt.org/directory"
    """Directory URL for the external name; none: that certificate comes from `tls`."""
    internal_server: HttpUrl | None = None
    """Directory URL for the internal name; none: that certificate comes from `tls`."""


def asked_by_edge(tls: Tls) -> bool:
    """Whether edge-tls asks the server."""
    return tls.source == "acme" and tls.acme is not None and tls.acme.account_key is not None


def answering(thumbprint: str) -> str:
    """HAProxy's rule for port 80; it comes before a redirection to https, wherever it is.

    Args:
        thumbprint: of the account's key. The answer to a question is its token and this (RFC 8555, 8.1).
    """
    asked = "{ path_reg ^/[.]well-known/acme-challenge/[-A-Za-z0-9_]+$ }"
    answer = f'lf-string "%[path,field(4,/)].{thumbprint}"'
    return f"http-request return status 200 content-type text/plain {answer} if {asked}"


def acme_problems(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """A server for each side, names for it to ask, and certificates for whatever it issues none."""
    tls, acme = kolla.tls, kolla.tls.acme
    if acme is None:
        yield Problem(_HERE, "is missing, and `source` is acme", "add it with `email`")
        return
    yield from _edge(cloud, kolla, acme) if acme.account_key else _kolla(cloud, acme)
    for name, url in (("externalServer", acme.external_server), ("internalServer", acme.internal_server)):
        if url and not url.startswith("https://"):
            yield Problem((*_HERE, name), "is not an https address", "give the server's directory URL", url)
    yield from _sides(cloud, kolla, acme)
    for wanted, field, given, switch in tls.pairs():
        if wanted and given is None:
            reason = f"is missing, and `tls.{switch}` is on: ACME serves the load balancer alone"
            yield Problem((*_TLS, field), reason, "name the PEM file")


def _sides(cloud: CloudConfig, kolla: KollaSettings, acme: Acme) -> Iterator[Problem]:
    tls = kolla.tls
    sides = (
        ("external", tls.external and acme.external_server, kolla.external_fqdn, tls.external_certificate),
        ("internal", tls.internal and acme.internal_server, kolla.internal_fqdn, tls.internal_certificate),
    )
    on = {
        "external": tls.external and not same_vip(cloud),
        "internal": tls.internal and tls.renewal is None,
    }
    other = {side: f"set `acme.{side}Server`" for side in on}
    if acme.account_key:
        other["internal"] = "have the vault issue it (`renewal`)"
    for side, issued, name, own in sides:
        if on[side] and not issued and own is None:
            reason = f"is missing: `acme` names no server for the {side} side"
            fix = f"name the PEM file, or {other[side]}"
            yield Problem((*_TLS, f"{side}Certificate"), reason, fix, needs=_NETWORKS)
        if issued and name is None:
            reason = f"is missing: ACME issues certificates for names, and the {side} VIP has none"
            yield Problem(("kolla", f"{side}Fqdn"), reason, "give the name that DNS has for the VIP")


def _kolla(cloud: CloudConfig, acme: Acme) -> Iterator[Problem]:
    """What its client cannot do."""
    release = cloud.releases.openstack
    needs: tuple[Loc, ...] = (("releases", "openstack"), *_NETWORKS)
    if acme.internal_server and release < "2025.1":
        reason = f"Kolla-Ansible {release} has one ACME server, for the external name"
        yield Problem(
            (*_HERE, "internalServer"), reason, "remove it; 2025.1 has it", acme.internal_server, needs=needs
        )
    elif same_vip(cloud) and not acme.internal_server and release >= "2025.1":
        reason = "is missing: with one VIP for both sides only this one is asked, and nothing would be issued"
        yield Problem((*_HERE, "internalServer"), reason, "set it to the server's directory URL", needs=needs)
    if acme.ca is not None:
        reason = "is not used: Kolla-Ansible's own client asks"
        yield Problem((*_HERE, "ca"), reason, "add `accountKey`, or remove it")


def _edge(cloud: CloudConfig, kolla: KollaSettings, acme: Acme) -> Iterator[Problem]:
    """A VIP of its own, on whose port 80 the load balancer hears the server."""
    tls = kolla.tls
    if not tls.external:
        reason = "is off, and with `acme.accountKey` a certificate is asked for the external VIP"
        yield Problem((*_TLS, "external"), reason, "switch it on, or take another `source`", "false")
    if same_vip(cloud):
        reason = "is for the external VIP, and both sides have one VIP, with the inside's certificate"
        fix = "define `cloud:networks.public` with its own VIP, or take another `source`"
        yield Problem((*_HERE, "accountKey"), reason, fix, needs=_NETWORKS)
    if acme.external_server is None:
        fix = "set it to the server's directory URL, or remove `accountKey`"
        yield Problem((*_HERE, "externalServer"), "is missing: edge-tls has no server to ask", fix)
    if acme.internal_server is not None:
        reason = "is not used: edge-tls asks for the external name alone"
        fix = "remove it; the vault can issue the internal one (`renewal`)"
        yield Problem((*_HERE, "internalServer"), reason, fix, acme.internal_server)
    if tls.external_certificate is not None:
        reason = "is not used: edge-tls asks an ACME server for it"
        yield Problem((*_TLS, "externalCertificate"), reason, "remove it, or set `source: files`")
    asked = f"the ACME server asks at port {PORT} of the external VIP, which the dashboard's redirection to https has"
    if not kolla.horizon.enabled:
        yield Problem(("kolla", "horizon", "enabled"), f"is off: {asked}", "switch it on", "false")
    port = kolla.globals.get("horizon_port", PORT)
    if str(port) != str(PORT):
        yield Problem(("kolla", "globals", "horizon_port"), asked, "remove it", str(port))
