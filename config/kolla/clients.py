"""APIs whose external frontend asks for a client certificate, in the words of HAProxy.

Kolla-Ansible has no option for what a `bind` line says. It has one for a service's whole file of HAProxy: a template of
the site's own below `config/haproxy-config`. Ours takes in the release's template and adds words to the bind lines that
show the external certificate; where it does not find each of them, the run ends before a host is touched.
"""

from __future__ import annotations

from pydantic import Field

from config.model.base import Section
from config.model.texts.network import HostName
from config.model.types import LocalPath

FOLDER = "/etc/haproxy-clients"
"""On each host with a load balancer, by edge-tls; in the container it has the same path."""
VOLUMES = f"{{{{ default_extra_volumes + ['{FOLDER}:{FOLDER}:ro'] }}}}"
"""Ansible's expression for what Kolla-Ansible mounts besides its own."""
CA, CRL = f"{FOLDER}/ca.pem", f"{FOLDER}/crl.pem"

COMPONENTS: dict[str, tuple[str, ...]] = {
    "barbican": ("barbican-api",),
    "cinder": ("cinder-api",),
    "designate": ("designate-api",),
    "glance": ("glance-api", "glance-tls-proxy"),
    "heat": ("heat-api", "heat-api-cfn"),
    "horizon": ("horizon",),
    "ironic": ("ironic-api", "ironic-inspector"),
    "keystone": ("keystone",),
    "magnum": ("magnum-api",),
    "manila": ("manila-api",),
    "masakari": ("masakari-api",),
    "neutron": ("neutron-server", "neutron-tls-proxy"),
    "nova": ("nova-api", "nova-metadata"),
    "octavia": ("octavia-api",),
    "placement": ("placement-api",),
    "skyline": ("skyline-apiserver", "skyline-console"),
    "trove": ("trove-api",),
}
"""Kolla-Ansible's names of what has an external frontend, by service; a release that lacks one does not read its file."""

_TEMPLATE = """\
#jinja2: lstrip_blocks: True
# Managed by openstack-cloud: the release's own, with client certificates (cloud:kolla.tls.clients).
{% set known = 'ssl crt /etc/haproxy/certificates/haproxy.pem' %}
{% set asks = ' WORDS' %}
{% set own %}{% include haproxy_service_template %}{% endset %}
{# Its first line is for Ansible, and what it stands on may be the first frontend. #}
{% set own = own | regex_replace('^#jinja2: [a-z_]+: (True|False)', '') %}
{% set text = own | regex_replace('(?m)^( *bind .*' ~ (known | regex_escape) ~ '.*)$', '\\\\1' ~ asks) %}
{% set outside = namespace(frontends=0) %}
{% for one in service.haproxy.values() if one.enabled | bool and one.external | default(false) | bool %}
{%     if one.mode | default('http') == 'http' and one.with_frontend | default(true) | bool %}
{%         set outside.frontends = outside.frontends + 1 %}
{%     endif %}
{% endfor %}
{% if text.count(asks) != outside.frontends %}
{{ undef(hint='cloud:kolla.tls.clients: this release has another template for HAProxy, and a frontend would ask nobody') }}
{% endif %}
{{ text }}
"""


class Clients(Section):
    """Who is asked for a client certificate, and who signs those that are taken; all other frontends stay as they are."""

    apis: tuple[HostName, ...] = Field(min_length=1)
    """Services whose external frontends refuse clients without one (`verify required`)."""
    ca: LocalPath | None = None
    """PEM file of the CA that signs operators' certificates, and nothing else, with all CAs above it; none: the vault's."""
    crl: LocalPath | None = None
    """PEM file with the valid CRL of each CA in `ca`: once one of them has ended, everybody is refused."""


def with_list(clients: Clients) -> bool:
    """Whether there is a CRL: the vault has one."""
    return clients.crl is not None or clients.ca is None


def asked(ca: str, crl: str | None) -> str:
    """What a bind line says besides: a certificate of this CA, that this list has not revoked."""
    return f"verify required ca-file {ca}" + (f" crl-file {crl}" if crl else "")


def frontends(clients: Clients) -> dict[str, str]:
    """Text by path below `config/`: for each named service, the release's file with our words."""
    text = _TEMPLATE.replace("WORDS", asked(CA, CRL if with_list(clients) else None))
    components = (component for api in clients.apis for component in COMPONENTS.get(api, ()))
    return {f"haproxy-config/{component}.cfg": text for component in components}
