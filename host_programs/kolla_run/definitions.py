"""Which services' containers depend on an option: read from Kolla-Ansible's own variables. Pure.

A changed image, volume or limit shows in no file below /etc/kolla, but it changes the container. Kolla-Ansible
keeps each role's containers in one variable of its defaults (`glance_services`); whatever that is made from,
at any distance, counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_VARIABLE = re.compile(r"^([A-Za-z_]\w*)\s*:", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z_]\w*")

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
        containers = {name for name in defaults if name.endswith("_services")}
        if not containers:
            continue
        options = [name for name in names if containers & derived([name], common, defaults)]
        if options:
            found[role] = options
    return found
