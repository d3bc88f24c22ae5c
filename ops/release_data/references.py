"""Variables that tasks and templates read and nothing defines: a site may, or must, set them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ops.release_data.layout import passwords
from ops.release_data.package import Package

_TASKS = (r"ansible/[^/]+\.yml", r"ansible/roles/[^/]+/(?:tasks|handlers|defaults|vars)/.*\.yml")
_VARIABLES = (r"ansible/group_vars/.*\.yml",)
_TEMPLATES = (r"ansible/roles/[^/]+/templates/.*",)

_BLOCK = re.compile(r"\{\{(.*?)\}\}|\{%-?(.*?)-?%\}", re.DOTALL)
_STRINGS = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
# A bare name: no attribute, no filter or test, no call, no keyword argument.
_NAME = re.compile(r"(?<![\w.])(?<!\| )(?<!\|)(?<!is )(?<!is not )([A-Za-z_]\w*)\b(?!\s*\(|\s*=(?!=))")
_OPTIONAL = re.compile(
    r"(?<![\w.'\"\]/-])([A-Za-z_]\w*)(?:\s*\|\s*(?:default|d)\b|\s+is\s+(?:not\s+)?(?:un)?defined\b)"
)
# What a template names for itself.
_OWN = (
    re.compile(r"\{%-?\s*set\s+(\w+)"),
    re.compile(r"\{%-?\s*for\s+(\w+)(?:\s*,\s*(\w+))?"),
    re.compile(r"\bfor\s+(\w+)\s+in\b"),
    re.compile(r"\{%-?\s*macro\s+\w+\(([^)]*)\)"),
)
_ANSIBLE = {
    *("group_names", "play_hosts", "inventory_hostname", "inventory_hostname_short", "inventory_dir"),
    *("inventory_file", "playbook_dir", "role_path", "role_name", "from_yaml"),
}


def references(package: Package) -> dict[str, str]:
    """Name to where it is read first, for every variable that no play, task or template makes itself.

    Passwords are not among them.
    """
    own, read = _ANSIBLE | set(passwords(package)), dict[str, str]()
    for path in package.below(*_TASKS):
        own |= set(_made(package.yaml(path)))
    for path in package.below(*_TASKS, *_TEMPLATES, *_VARIABLES):
        text = package.text(path)
        own |= {word for pattern in _OWN for match in pattern.findall(text) for word in _words(match)}
        for name in _read(text):
            read.setdefault(name, f"read in {'/'.join(path.removeprefix('ansible/').split('/')[:2])}")
    return {name: place for name, place in read.items() if not _is_own(name, own)}


def _is_own(name: str, own: set[str]) -> bool:
    # A word alone is a filter's, a test's or Go's name in Prometheus's templates; Kolla's have two or more.
    return name in own or name.startswith(("_", "ansible_")) or ("_" not in name and name != "virtualenv")


def _read(text: str) -> Iterator[str]:
    yield from _OPTIONAL.findall(text)
    for match in _BLOCK.finditer(text):
        yield from _NAME.findall(" ".join(_STRINGS.sub("''", match[1] or match[2] or "").split()))


def _words(match: str | tuple[str, ...]) -> list[str]:
    return re.findall(r"\w+", match if isinstance(match, str) else " ".join(match))


def _made(value: Any) -> Iterator[str]:
    """Names that tasks give to results, facts, loop variables and the variables of an include."""
    if isinstance(value, list):
        for item in value:
            yield from _made(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            if key in ("register", "loop_var", "index_var") and isinstance(inner, str):
                yield inner
            elif key in ("vars", "set_fact", "ansible.builtin.set_fact") and isinstance(inner, dict):
                yield from (str(name) for name in inner)
            yield from _made(inner)
        if "role" in value:  # a role's parameters stand next to its name
            yield from (str(name) for name in value)
