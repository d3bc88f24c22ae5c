"""The kinds of state, one module each, in the order in which a host is brought about.

A kind has `plan(want, plan)`, which only reads, and where it changes more than files
`restore(host, item, before, boot)`. `want` is None when the state does not mention the kind.
"""

from __future__ import annotations

ORDER = (
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
    "units",
)

# A rollback starts with what may have locked the operator out.
ROLLBACK_ORDER = ("nftables", "netplan", *(kind for kind in ORDER if kind not in {"nftables", "netplan"}))
