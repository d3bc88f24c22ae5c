"""Rows as the text of one nftables table."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from itertools import chain, count

_MATCH = {"icmp": "icmp type echo-request", "vrrp": "meta l4proto vrrp"}


@dataclass(frozen=True)
class Row:
    """One thing that a host accepts."""

    owner: str
    """`product` or `site`: their names are apart."""
    service: str
    why: str
    protocol: str
    ports: tuple[str, ...]
    network: str
    """Name of the network that it is accepted on."""
    device: str
    """The network's device on the host."""
    sources: tuple[str, ...] | None
    """Addresses and subnets; None: anyone on that device."""


def ruleset(table: str, rows: Sequence[Row], *, routes: bool) -> str:
    """The table's text. Everything not in a row is dropped, counted and (some of it) logged.

    Other tables are not touched: what Docker, libvirt and Kolla forbid stays forbidden, and a packet that
    this table accepts still has to pass theirs.
    """
    sets = _sets(rows)
    parts = [f"table {table} {{"]
    parts += [_set(name, row.sources or ()) for row, name in _first(rows, sets)]
    parts += [_input(rows, sets), _forward(routes=routes), "}\n"]
    return "\n".join(parts)


def _sets(rows: Sequence[Row]) -> dict[Hashable, str]:
    """A named set for each list of more than one source, called after the first service that uses it.

    The product's services share sets of the same sources. A service of the site has its own, so that nothing
    that is called alike, or written alike, ever widens another's.
    """
    sets: dict[Hashable, str] = {}
    for row in rows:
        if row.sources is not None and len(row.sources) > 1 and _key(row) not in sets:
            plain = re.sub(r"[^A-Za-z0-9]", "_", f"{row.service}_{row.network}")
            first = f"{row.owner}_{plain}"
            names = (f"{first}_{at}" for at in count(2))
            taken = set(sets.values())
            sets[_key(row)] = next(name for name in chain([first], names) if name not in taken)
    return sets


def _key(row: Row) -> Hashable:
    return row.sources if row.owner == "product" else (row.service, row.network, row.sources)


def _first(rows: Sequence[Row], sets: dict[Hashable, str]) -> list[tuple[Row, str]]:
    """The first row of each set."""
    by_key = {_key(row): row for row in reversed(rows)}
    return [(by_key[key], name) for key, name in sets.items()]


def _set(name: str, sources: tuple[str, ...]) -> str:
    elements = ",\n\t\t\t".join(sources)
    lines = [f"\tset {name} {{", "\t\ttype ipv4_addr", "\t\tflags interval"]
    return "\n".join([*lines, f"\t\telements = {{\n\t\t\t{elements}\n\t\t}}", "\t}"])


def _input(rows: Sequence[Row], sets: dict[Hashable, str]) -> str:
    lines = [
        "type filter hook input priority filter; policy drop;",
        "ct state established,related accept",
        "ct state invalid counter drop",
        'iifname "lo" accept',
        # Without these a host with IPv6 addresses loses its neighbours.
        "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert, packet-too-big } accept",
        *(_rule(row, sets) for row in rows),
        "meta pkttype { broadcast, multicast } counter drop",
        'limit rate 10/minute burst 20 packets log prefix "cloud-drop: "',
        "counter drop",
    ]
    return "\tchain input {\n" + "".join(f"\t\t{line}\n" for line in lines) + "\t}"


def _rule(row: Row, sets: dict[Hashable, str]) -> str:
    words = [f'iifname "{row.device}"']
    if row.sources is not None:
        words.append(f"ip saddr {row.sources[0] if len(row.sources) == 1 else '@' + sets[_key(row)]}")
    if row.ports:
        ports = row.ports[0] if len(row.ports) == 1 else "{ " + ", ".join(row.ports) + " }"
        words.append(f"{row.protocol} dport {ports}")
    else:
        words.append(_MATCH[row.protocol])
    return " ".join([*words, f'accept comment "{row.service}"'])


def _forward(*, routes: bool) -> str:
    if routes:
        # Tenants' traffic: security groups decide, not the host.
        lines = ["type filter hook forward priority filter; policy accept;", "ct state invalid counter drop"]
    else:
        lines = [
            "type filter hook forward priority filter; policy drop;",
            # Networks of Docker, where a site has some, are under Docker's own rules.
            'iifname "docker*" accept',
            'oifname "docker*" accept',
            "counter drop",
        ]
    return "\tchain forward {\n" + "".join(f"\t\t{line}\n" for line in lines) + "\t}"
