"""Limits for the journal, so that logs never fill a disk."""

from __future__ import annotations

from components.host_prep.target import Target
from components.state import State

_JOURNALD = "/etc/systemd/journald.conf.d/10-cloud.conf"


def journal(target: Target) -> State:
    """A journal that is kept on disk up to a limit."""
    limit = target.cloud.host_prep.journal_max_use
    content = (
        f"# Managed by openstack-cloud.\n[Journal]\nStorage=persistent\nSystemMaxUse={limit}\nCompress=yes\n"
    )
    return {
        "files": {_JOURNALD: {"content": content, "mode": "0644"}},
        "effective": {_JOURNALD: "systemd"},
        "units": {"systemd-journald.service": {"active": True, "restart_on": [_JOURNALD]}},
    }
