"""The desired state: which keys there are, how it is written, and how it is identified."""

from __future__ import annotations

import json
from typing import Any, Dict

from host_programs.hostctl.errors import HostctlError

State = Dict[str, Any]

# Shapes: a type, [shape] for a list, {"*": shape} for a map, {"key": shape} for exactly these optional keys.
SHAPES: Dict[str, Any] = {
    "apt": {"keys": {"*": str}, "sources": {"*": str}, "exclusive": bool},
    "upgrade": str,
    "packages": {"present": [str], "absent": [str], "hold": [str]},
    "users": {
        "*": {
            "system": bool,
            "shell": str,
            "home": str,
            "groups": [str],
            "authorized_keys": [str],
            "locked": bool,
        }
    },
    "modules": [str],
    "files": {"*": {"content": str, "mode": str, "owner": str, "sensitive": bool, "absent": bool}},
    "directories": {"*": {"mode": str, "owner": str}},
    "sysctl": {"*": str},
    "swap": str,
    "mounts": {"*": {"device": str, "type": str, "options": str}},
    "hosts": {"*": [str]},
    "timezone": str,
    "venvs": {"*": {"system_site_packages": bool, "requirements": [str]}},
    "units": {
        "*": {"enabled": bool, "active": bool, "masked": bool, "restart_on": [str], "reload_on": [str]},
    },
    "netplan": {"content": str},
    "nftables": {"table": str, "ruleset": str},
    "ceph_daemons": {
        "*": {"fsid": str, "monmap": {"*": str}, "keyring": str, "uuid": str, "caps": {"*": str}},
    },
    "ceph": {
        "login": [str],
        "manage": bool,
        "osds": int,
        "config": {"*": {"*": str}},
        "modules": {"*": bool},
        "pools": {
            "*": {
                "pg_num": int,
                "size": int,
                "min_size": int,
                "autoscale": str,
                "application": str,
                "target_ratio": str,
                "rule": str,
            }
        },
        "filesystems": {"*": {"metadata": str, "data": str}},
        "realm": {"realm": str, "zonegroup": str, "zone": str},
        "users": {"*": {"*": str}},
    },
}
REQUIRED = {"netplan": ("content",), "nftables": ("table", "ruleset")}
CEPH_DAEMONS = {
    "mon": ("fsid", "monmap", "keyring"),
    "osd": ("uuid", "caps"),
    "mgr": ("caps",),
    "mds": ("caps",),
    "client": ("caps",),
}
"""What each kind of Ceph daemon needs to be made."""
TYPE_NAMES = {str: "a string", bool: "true or false", int: "a whole number"}


def parse(text: str) -> State:
    """Read a desired state.

    Raises:
        HostctlError: not JSON, or a key or type that there is not; it names where, never a value.
    """
    try:
        state = json.loads(text)
    except ValueError as error:
        raise HostctlError("state", f"is not JSON (line {getattr(error, 'lineno', '?')})") from None
    _check(state, SHAPES, "state")
    _check_values(state)
    parsed: State = state
    return parsed


def canonical(state: State) -> str:
    """The one way to write a state: whoever wants to name one takes the sha256 of this."""
    return json.dumps(state, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(state: State) -> str:
    """The sha256 of a state, in hex."""
    import hashlib  # noqa: PLC0415 - not needed by most commands

    return hashlib.sha256(canonical(state).encode("utf-8", "surrogatepass")).hexdigest()


def _check_values(state: State) -> None:
    """What a shape cannot say."""
    needed = [(f"state.{kind}", state[kind], REQUIRED[kind]) for kind in REQUIRED if kind in state]
    needed += [
        (f"state.mounts.{p}", mount, ("device", "type")) for p, mount in state.get("mounts", {}).items()
    ]
    for where, entry, keys in needed:
        for key in set(keys) - set(entry):
            raise HostctlError(where, f"has no {key}")
    for path, file in state.get("files", {}).items():
        if not file.get("absent") and "content" not in file:
            raise HostctlError(f"state.files.{path}", "has neither content nor absent")
    for kind in ("files", "directories", "venvs", "mounts"):
        for path, entry in state.get(kind, {}).items():
            _check_path(f"state.{kind}.{path}", path, entry.get("mode", "0644"))
    for name, daemon in state.get("ceph_daemons", {}).items():
        _check_daemon(f"state.ceph_daemons.{name}", name, daemon)
    if state.get("swap", "off") != "off":
        raise HostctlError("state.swap", "can only be off")


def _check_daemon(where: str, name: str, daemon: Dict[str, Any]) -> None:
    kind, _, rest = name.partition(".")
    if kind not in CEPH_DAEMONS or not rest.replace("-", "").replace(".", "").replace("_", "").isalnum():
        raise HostctlError(where, "is not a daemon", f"KIND.NAME with KIND one of {', '.join(CEPH_DAEMONS)}")
    for key in CEPH_DAEMONS[kind]:
        if key not in daemon:
            raise HostctlError(where, f"has no {key}")


def _check_path(where: str, path: str, mode: str) -> None:
    if not path.startswith("/") or "/../" in f"{path}/":
        raise HostctlError(where, "is not an absolute path")
    if not mode or len(mode) > 4 or mode.strip("01234567"):
        raise HostctlError(f"{where}.mode", "is not an octal mode")


def _check(value: Any, shape: Any, where: str) -> None:
    if isinstance(shape, type):
        if not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
            raise HostctlError(where, f"must be {TYPE_NAMES[shape]}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise HostctlError(where, "must be a list")
        for number, entry in enumerate(value):
            _check(entry, shape[0], f"{where}[{number}]")
    elif not isinstance(value, dict):
        raise HostctlError(where, "must be an object")
    else:
        for key, entry in value.items():
            if "*" not in shape and key not in shape:
                raise HostctlError(
                    f"{where}.{key}", "is not known", f"known here: {', '.join(sorted(shape))}"
                )
            _check(entry, shape.get("*", shape.get(key)), f"{where}.{key}")
