"""Which services' containers depend on an option: read from Kolla-Ansible's own variables.

A changed image, volume or limit shows in no file below /etc/kolla, but it changes the container. Kolla-Ansible
keeps each role's containers in one variable of its defaults (`glance_services`); whatever that is made from,
at any distance, counts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping

_VARIABLE = re.compile(r"^([A-Za-z_]\w*)\s*:", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")
_SERVICES = "_services"
"""What the variable with a role's containers ends with."""
TASKS = f"tasks{_SERVICES}"
"""Stands for what a role's tasks are made from."""
PLAY = re.compile(r"^- name: Apply role (\S+)", re.MULTILINE)

Uses = Mapping[str, frozenset[str]]
"""By variable: the words in its value, among them the variables that it is made from."""


def uses(text: str) -> dict[str, frozenset[str]]:
    """The variables of a YAML file and the words of their values; what only looks like a name does no harm."""
    found: dict[str, frozenset[str]] = {}
    starts = list(_VARIABLE.finditer(text))
    for number, match in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(text)
        found[match[1]] = frozenset(_WORD.findall(text[match.end() : end]))
    return found


def derived(changed: Iterable[str], *layers: Uses) -> frozenset[str]:
    """The changed variables and all that are made from them, at any distance."""
    known = set(changed)
    users: dict[str, set[str]] = {}
    for layer in layers:
        for name, words in layer.items():
            for word in words:
                users.setdefault(word, set()).add(name)
    waiting = list(known)
    while waiting:
        fresh = users.get(waiting.pop(), set()) - known
        known |= fresh
        waiting.extend(fresh)
    return frozenset(known)


def affected(changed: Iterable[str], common: Uses, roles: Mapping[str, Uses]) -> dict[str, list[str]]:
    """By role: the changed options that its containers are made from."""
    names = sorted(set(changed))
    found: dict[str, list[str]] = {}
    for role, defaults in sorted(roles.items()):
        containers = {name for name in defaults if name.endswith(_SERVICES)}
        if not containers:
            continue
        options = [name for name in names if containers & derived([name], common, defaults)]
        if options:
            found[role] = options
    return found


def of_tasks(roles: Mapping[str, Uses]) -> dict[str, dict[str, frozenset[str]]]:
    """The same roles with their tasks alone: containers are compared, and need no guess at what they are made from."""
    found = {}
    for role, own in roles.items():
        words = frozenset(word for word in own[TASKS] if not word.endswith(_SERVICES))
        found[role] = {name: used for name, used in own.items() if not name.endswith(_SERVICES)} | {
            TASKS: words
        }
    return found


def variables(venv: str) -> tuple[dict[str, frozenset[str]], dict[str, dict[str, frozenset[str]]]]:
    """What Kolla-Ansible's variables are made from: those of all roles, and each deployed role's own.

    A role's tasks count as one more of its containers: what they use changes what they do.
    """
    base = f"{venv}/share/kolla-ansible/ansible"
    common: dict[str, frozenset[str]] = {}
    for path in _yaml_files(f"{base}/group_vars"):
        common.update(uses(_text(path)))
    plays = "".join(_text(f"{base}/{name}") for name in sorted(os.listdir(base)) if name.endswith(".yml"))
    roles = {}
    for role in sorted(set(PLAY.findall(plays))):
        own = uses(_text(f"{base}/roles/{role}/defaults/main.yml"))
        words: frozenset[str] = frozenset()
        for path in _yaml_files(f"{base}/roles/{role}/tasks"):
            words |= frozenset(_WORD.findall(_text(path)))
        roles[role] = {**own, TASKS: words}
    return common, roles


def _yaml_files(folder: str) -> list[str]:
    return sorted(
        f"{parent}/{name}"
        for parent, _, names in os.walk(folder)
        for name in names
        if name.endswith((".yml", ".yaml"))
    )


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""
