"""Users: that they exist, their shell, home, groups, exact authorized keys, and a locked password."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, Optional

from host_programs.hostctl import filework
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {
    "*": {
        "system": bool,
        "shell": str,
        "home": str,
        "groups": [str],
        "authorized_keys": [str],
        "locked": bool,
    }
}
STAYS = True


def compare(want: Optional[Dict[str, Dict[str, Any]]], plan: Plan) -> None:
    """Each user as described. Users stay when they leave the state; their key files are put back."""
    for name, user in sorted((want or {}).items()):
        entry = _passwd(plan.host, name)
        if entry is None:
            plan.add(
                f"user:{name}", f"user {name} created", functools.partial(_create, plan.host, name, user)
            )
            _groups(plan, name, user)
            _keys(plan, name, user, user.get("home") or f"/home/{name}")
            continue
        changes = [
            (option, key, have, str(user[key]))
            for option, key, have in (("-s", "shell", entry[6]), ("-d", "home", entry[5]))
            if user.get(key) and have != str(user[key])
        ]
        for option, key, have, value in changes:
            effect = functools.partial(plan.host.run, ["usermod", option, value, name], f"user {name}")
            plan.add(f"{key}:{name}", f"user {name} {key} {have}→{value}", effect)
        if not changes:
            plan.fine()
        _groups(plan, name, user)
        _lock(plan, name, user)
        _keys(plan, name, user, user.get("home") or entry[5])
    for item in plan.leaving():
        filework.undo(plan, item)


def _create(host: System, name: str, user: Dict[str, Any]) -> None:
    argv = ["useradd", "--create-home", "--user-group", "--shell", user.get("shell") or "/bin/bash"]
    argv += ["--system"] if user.get("system") else []
    argv += ["--home-dir", user["home"]] if user.get("home") else []
    host.run([*argv, name], f"user {name}")


def _groups(plan: Plan, name: str, user: Dict[str, Any]) -> None:
    members = {
        parts[0]: parts[3].split(",")
        for parts in (line.split(":") for line in (plan.host.read("/etc/group") or "").splitlines())
        if len(parts) > 3
    }
    for group in user.get("groups", []):
        if name in members.get(group, []):
            plan.fine()
        else:
            plan.add(
                f"group:{name}:{group}",
                f"user {name} into group {group}",
                functools.partial(_join, plan.host, name, group),
            )


def _join(host: System, name: str, group: str) -> None:
    if not any(line.startswith(f"{group}:") for line in (host.read("/etc/group") or "").splitlines()):
        raise HostctlError(f"user {name}", f"there is no group {group}", "add the package that makes it")
    host.run(["usermod", "-a", "-G", group, name], f"user {name}")


def _lock(plan: Plan, name: str, user: Dict[str, Any]) -> None:
    if not user.get("locked"):
        return
    if _is_locked(plan.host, name):
        plan.fine()
        return
    effect = functools.partial(plan.host.run, ["passwd", "--lock", name], f"user {name}")
    plan.add(f"lock:{name}", f"user {name} password locked", effect)


def _is_locked(host: System, name: str) -> bool:
    for line in (host.read("/etc/shadow") or "").splitlines():
        parts = line.split(":")
        if parts[0] == name:
            return parts[1].startswith(("!", "*"))
    return False


def _keys(plan: Plan, name: str, user: Dict[str, Any], home: str) -> None:
    keys: Optional[List[str]] = user.get("authorized_keys")
    if keys is None:
        return
    folder = f"{home}/.ssh"
    found = plan.host.stat(folder)
    if found is not None and not found.is_dir:
        raise HostctlError(
            f"user {name}", f"{folder} is not a directory", "find out who put it there, and remove it"
        )
    owner = _owner(plan.host, name)
    if found is None or found.mode != "0700" or found.owner != owner:
        effect = functools.partial(_folder, plan.host, name, folder)
        plan.add(f"ssh:{name}", f"user {name} {folder} private", effect)
    text = "".join(f"{key.strip()}\n" for key in keys)
    filework.ensure(plan, f"{folder}/authorized_keys", text, "0600", owner, label=f"user {name} keys")


def _folder(host: System, name: str, folder: str) -> None:
    host.make_dir(folder, "0700", _owner(host, name))


def _owner(host: System, name: str) -> str:
    """The user and the name of its primary group."""
    entry = _passwd(host, name)
    for line in (host.read("/etc/group") or "").splitlines():
        parts = line.split(":")
        if entry and len(parts) > 2 and parts[2] == entry[3]:
            return f"{name}:{parts[0]}"
    return f"{name}:{name}"


def _passwd(host: System, name: str) -> Optional[List[str]]:
    for line in (host.read("/etc/passwd") or "").splitlines():
        if line.startswith(f"{name}:"):
            return line.split(":")
    return None
