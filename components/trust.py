"""CAs that a whole host trusts, whatever program asks. Pure."""

from __future__ import annotations

from pathlib import PurePosixPath

from components.state import State


def trusted(path: str, whose: str, text: str) -> State:
    """A file of CAs in the host's store, taken in again whenever it changes.

    Args:
        path: below /usr/local/share/ca-certificates, `….crt`; the unit that takes it in is called after it.
        whose: for the unit's description.
        text: PEM.
    """
    unit = f"{PurePosixPath(path).stem}-ca.service"
    lines = f"""\
[Unit]
Description=Trust {whose} certificate authorities
ConditionPathExists={path}

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/update-ca-certificates

[Install]
WantedBy=multi-user.target
"""
    return {
        "files": {
            path: {"content": text, "mode": "0644"},
            f"/etc/systemd/system/{unit}": {"content": lines, "mode": "0644"},
        },
        "units": {unit: {"enabled": True, "active": True, "restart_on": [path]}},
    }
