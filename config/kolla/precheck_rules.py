"""Prechecks of Kolla-Ansible that are a condition over options: answered here, by the release's own defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from config.kolla.values import UnknownValueError, Values, values
from config.model.errors import Loc, Problem
from config.stack_file.structure import show

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Rule(NamedTuple):
    """One precheck."""

    switch: str
    """The option of `kolla.globals` that the site has set."""
    fails: str
    """An expression over options that must not hold."""
    reason: str
    fix: str


RULES = (
    Rule(
        "enable_ironic_neutron_agent",
        "enable_ironic_neutron_agent and not enable_ironic",
        "is an agent of Ironic, which is off",
        "remove it, or set `enable_ironic: true` too",
    ),
    Rule(
        "enable_zun",
        "enable_zun and not enable_kuryr",
        "needs Kuryr for its containers' networks, which is off",
        "set `enable_kuryr: true` too, or remove it",
    ),
    Rule(
        "neutron_dns_integration",
        "neutron_dns_integration and neutron_dns_domain == 'openstacklocal'",
        "puts ports' names into DNS, and their domain is still `openstacklocal`",
        "set `cloud:kolla.neutron.dnsDomain`, or remove it",
    ),
)


class Needed(NamedTuple):
    """Options that have no default of use, where something is switched on."""

    switch: str
    """The option of `kolla.globals` by which the site has switched it on."""
    when: str
    options: tuple[str, ...]
    reason: str
    fix: str
    off: str = ""
    """An option that the site may set to false instead, in releases that have it."""


NEEDED = (
    Needed(
        "enable_ironic",
        "enable_ironic and enable_ironic_dnsmasq | default(true)",
        ("ironic_dnsmasq_dhcp_ranges",),
        "needs the addresses that machines get while they are installed",
        'add a list such as `[{range: "10.0.0.100,10.0.0.199"}]`',
        "enable_ironic_dnsmasq",
    ),
    Needed(
        "letsencrypt_external_account_binding",
        "enable_letsencrypt and letsencrypt_external_account_binding",
        ("letsencrypt_eab_key_id", "letsencrypt_eab_hmac"),
        "needs what the certificate authority gave you for the account",
        'add them; the HMAC key goes into the passwords under its own name: `letsencrypt_eab_hmac: "{{ NAME }}"`',
    ),
)
_KINDS: dict[str, tuple[type, str, str]] = {
    "rabbitmq_stream_max_segment_size_bytes": (
        int,
        "is text, and RabbitMQ takes a number of bytes",
        "write it without quotes: 500000000",
    ),
    "rabbitmq_stream_segment_max_age": (str, "is no duration with its unit", 'write it as text: "1800s"'),
}
"""Options whose values the prechecks take in one form only."""
_RANGES = "ironic_dnsmasq_dhcp_ranges"
DIMENSIONS = (
    "blkio_weight", "cpu_period", "cpu_quota", "cpu_shares", "cpuset_cpus", "cpuset_mems", "kernel_memory", "mem_limit",
    "mem_reservation", "memswap_limit", "ulimits",
)  # fmt: skip
"""Limits that Kolla-Ansible's module for containers takes; it fails for any other when it starts the container."""


def prechecks(cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
    """What `kolla-ansible prechecks` or `deploy` would find on the hosts."""
    known = values(cloud)
    for rule in RULES:
        here: Loc = ("kolla", "globals", rule.switch)
        if rule.switch not in kolla.globals or not known.knows(rule.switch):
            continue
        try:
            failed = known.on(rule.fails)
        except UnknownValueError:
            continue  # Ansible alone can tell
        if failed:
            yield Problem(here, rule.reason, rule.fix, needs=(("kolla",), ("releases", "openstack")))
    yield from _needed(known, kolla)
    for name, (kind, reason, fix) in _KINDS.items():
        value = kolla.globals.get(name)
        jinja = isinstance(value, str) and "{{" in value
        if known.knows(name) and value is not None and not jinja and not isinstance(value, kind):
            yield Problem(
                ("kolla", "globals", name), reason, fix, show(value), needs=(("releases", "openstack"),)
            )
    yield from _ranges(kolla.globals.get(_RANGES))
    for container, limits in kolla.dimensions.items():
        for name in limits:
            if name not in DIMENSIONS:
                loc: Loc = ("kolla", "dimensions", container, name)
                yield Problem(loc, "there is no such limit", f"use one of: {', '.join(DIMENSIONS)}")


def _needed(known: Values, kolla: KollaSettings) -> Iterator[Problem]:
    for rule in NEEDED:
        lacking = [name for name in rule.options if kolla.globals.get(name) in (None, "", [])]
        if rule.switch not in kolla.globals or not lacking or not known.knows(rule.switch):
            continue
        try:
            on = known.on(rule.when)
        except UnknownValueError:
            continue
        if on:
            reason = f"{rule.reason}: {', '.join(lacking)}"
            needs: tuple[Loc, ...] = (("kolla",), ("releases", "openstack"))
            instead = f", or set `{rule.off}: false`" if rule.off and known.knows(rule.off) else ""
            yield Problem(("kolla", "globals", rule.switch), reason, rule.fix + instead, needs=needs)


def _ranges(value: Any) -> Iterator[Problem]:
    """DHCP ranges of Ironic: a list whose items have a `range`."""
    here: Loc = ("kolla", "globals", _RANGES)
    fix = 'write a list such as `[{range: "10.0.0.100,10.0.0.199"}]`'
    if value in (None, "") or (isinstance(value, str) and "{{" in value):
        return
    if not isinstance(value, list):
        yield Problem(here, "is not a list of ranges", fix, show(value))
        return
    for at, item in enumerate(value):
        if not isinstance(item, Mapping) or not isinstance(item.get("range"), str):
            yield Problem((*here, at), "has no `range`: the first and the last address", fix, show(item))
