"""The kinds of state, one module each, in the order in which a host is brought about.

A kind has `plan(want, plan)`, which only reads, and where it changes more than files
`restore(host, item, before, boot)`. `want` is None when the state does not mention the kind.
"""

from __future__ import annotations

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
    "hosts",
    "timezone",
    "venvs",
    "netplan",
    "nftables",
    "ceph_daemons",
    "units",
    "ceph",
)

KEYS = {"retired_units": "units"}
"""Steps that work on the state of another kind."""

UNIT_FOLDERS = ("/etc/systemd/system/", "/run/systemd/system/", "/usr/lib/systemd/system/")
"""Where a changed file means that systemd has to read its units again."""

ROLLBACK_ORDER = ("nftables", "netplan", *(step for step in ORDER if step not in {"nftables", "netplan"}))
"""A rollback starts with what may have locked the operator out."""
