"""The kinds of state, one module each, in the order in which a host is brought about.

A kind describes itself: `SHAPE` (see shapes), `REQUIRED` (keys that it, or each of its entries, must have),
`check(want, where)` for what a shape cannot say, and `STAYS`: whether something that it changes stays when it
leaves the state. `compare(want, plan)` only reads, and adds to the plan what differs; `want` is None when the
state does not mention the kind. A kind that changes more than files has `restore(host, item, before, boot)`.
"""

from __future__ import annotations

from typing import Any

# What a step needs comes before it: apt's sources before packages, packages before the users, files and daemons
# that they bring, modules before the sysctls that come with them, files before what reads them. The network comes
# late because all above is fetched over the old one, the firewall after the devices that it names, units after
# every file that they restart for and after what overruled one, and what a cluster holds after the daemons that
# hold it. A new kind goes behind all that it reads or uses. Units that leave come first: their files may leave too.
ORDER = (
    "retired_units",
    "apt",
    "upgrade",
    "packages",
    "modules",
    "users",
    "directories",
    "files",
    "sysctl",
    "swap",
    "mounts",
    "hostname",
    "hosts",
    "timezone",
    "venvs",
    "netplan",
    "nftables",
    "ceph_daemons",
    "effective",
    "units",
    "ceph",
)

KEYS = {"retired_units": "units"}
"""Steps that work on the state of another kind."""

KINDS = tuple(step for step in ORDER if step not in KEYS)
"""The keys of a state."""

UNIT_FOLDERS = ("/etc/systemd/system/", "/run/systemd/system/", "/usr/lib/systemd/system/")
"""Where a changed file means that systemd has to read its units again."""

ROLLBACK_ORDER = ("nftables", "netplan", *(step for step in ORDER if step not in {"nftables", "netplan"}))
"""A rollback starts with what may have locked the operator out."""


def module(step: str) -> Any:
    """The module of a step, loaded when it is needed: each costs time on every host at every check."""
    import importlib  # noqa: PLC0415

    return importlib.import_module(f"{__name__}.{step}")
