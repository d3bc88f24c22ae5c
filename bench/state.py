"""One host state in the words of each tool: hostctl's JSON, the peers' variables, and its undoing."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
State = dict[str, Any]


def read(*, changed: bool = False) -> State:
    """The state of state.yaml, with its one-line change when asked for."""
    state: State = yaml.safe_load((HERE / "state.yaml").read_text(encoding="utf-8"))
    change = state.pop("change")
    if changed:
        state = copy.deepcopy(state)
        state["sysctl"][change["sysctl"]] = change["value"]
    return state


def for_hostctl(state: State) -> State:
    """As `hostctl apply` reads it."""
    file = {"mode": "0644", "owner": "root:root"}
    return {
        "packages": {"present": state["packages"]},
        "users": {name: {"shell": "/bin/bash", "home": f"/home/{name}"} for name in state["users"]},
        "directories": {path: {"mode": "0755", "owner": "root:root"} for path in state["directories"]},
        "files": {path: {"content": text, **file} for path, text in state["files"].items()},
        "sysctl": state["sysctl"],
        "units": {unit: {"enabled": True, "active": True} for unit in state["units"]},
    }


def undo_script(state: State) -> str:
    """A root shell script that takes the state off a host again; packages stay, as all tools leave them.

    Kernel parameters go back to one value that is nobody's default, so that every tool has them all to set.
    """
    units = " ".join(state["units"])
    lines = [
        "set -eu",
        # First the way that hostctl itself takes a state back; then what the other tools left.
        "if [ -e /var/lib/hostctl/bench.json ]; then echo '{}' | /usr/local/sbin/hostctl apply bench >/dev/null; fi",
        f"if systemctl cat {units} >/dev/null 2>&1; then systemctl disable --now --quiet {units}; fi",
        "rm -rf /etc/sysctl.d/*bench*.conf /var/lib/hostctl/bench*",
        *(f"rm -rf {path}" for path in state["directories"]),
        *(f"rm -f {path}" for path in state["files"]),
        *(
            f"if id {user} >/dev/null 2>&1; then userdel --remove {user} 2>/dev/null; fi"
            for user in state["users"]
        ),
        *(f"sysctl -qw {key}=1" for key in state["sysctl"]),
        "systemctl daemon-reload",
    ]
    return "\n".join(lines) + "\n"
