"""Ansible's inventory: INI or YAML, a file or a folder of them, with the group_vars and host_vars next to it."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ops.adopt.remark import AdoptError
from ops.adopt.yaml_mapping import read_mapping

_SECTION = re.compile(r"\[([^\[\]:]+)(?::(children|vars))?\]\s*(?:[#;].*)?")
_RANGE = re.compile(r"\[(\w+):(\w+)(?::(\d+))?\]")
_YAML = (".yml", ".yaml")
_NO_INVENTORY = (".orig", ".ini~", ".cfg", ".retry", ".pyc", ".pyo", ".bak", ".md", ".rst", ".swp")
_EVERYONE = "all"


@dataclass
class Inventory:
    """Groups with their hosts, children and variables; `str()` of the path names it in reports."""

    path: Path
    members: dict[str, dict[str, None]] = field(default_factory=dict)
    """By group: its own hosts, in their order."""
    children: dict[str, dict[str, None]] = field(default_factory=dict)
    group_vars: dict[str, dict[str, Any]] = field(default_factory=dict)
    host_vars: dict[str, dict[str, Any]] = field(default_factory=dict)

    def hosts(self, group: str) -> tuple[str, ...]:
        """All hosts of a group and of the groups below it."""
        found: dict[str, None] = {}
        seen: set[str] = set()
        wanted = [group]
        while wanted:
            name = wanted.pop(0)
            if name not in seen:
                seen.add(name)
                found |= self.members.get(name, {})
                wanted = [*self.children.get(name, {}), *wanted]
        return tuple(found)

    def variables(self, host: str) -> dict[str, Any]:
        """A host's variables: those of its groups from the outermost inwards, then its own."""
        mine = [name for name in {*self.members, *self.children} if host in self.hosts(name)]
        found = dict(self.group_vars.get(_EVERYONE, {}))
        for name in sorted(
            (one for one in mine if one != _EVERYONE), key=lambda one: (self._depth(one), one)
        ):
            found |= self.group_vars.get(name, {})
        return {**found, **self.host_vars.get(host, {})}

    def _depth(self, group: str, below: tuple[str, ...] = ()) -> int:
        above = [name for name, own in self.children.items() if group in own and name not in (*below, group)]
        return 1 + max((self._depth(name, (*below, group)) for name in above), default=0)

    def add(self, group: str, host: str, values: dict[str, Any] | None = None) -> None:
        """Put a host into a group."""
        self.members.setdefault(group, {})[host] = None
        self.host_vars.setdefault(host, {}).update(values or {})


def read_inventory(path: Path) -> Inventory:
    """Read an inventory. Raises AdoptError with the place of what is wrong."""
    found = Inventory(path)
    folder = path if path.is_dir() else path.parent
    files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    for file in files:
        if file.suffix in _YAML:
            for group, said in read_mapping(file).items():
                _from_yaml(found, file, group, said)
        elif not file.name.startswith(".") and file.suffix not in _NO_INVENTORY:
            _from_ini(found, file)
    for kind, into in (("group_vars", found.group_vars), ("host_vars", found.host_vars)):
        for name, values in _beside(folder / kind):
            into.setdefault(name, {}).update(values)
    return found


def _beside(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Variables by the name of their file, or of the folder that their files are in."""
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        files = sorted(path.rglob("*")) if path.is_dir() else [path]
        for file in files:
            if file.is_file() and file.suffix in (*_YAML, ".json", "") and not file.name.startswith("."):
                yield path.name.removesuffix(path.suffix if path.suffix in _YAML else ""), read_mapping(file)


def _from_yaml(found: Inventory, file: Path, group: str, said: Any) -> None:
    if said is not None and not isinstance(said, dict):
        raise AdoptError(
            file, f"the group `{group}` is no mapping", "write its `hosts`, `children` and `vars`"
        )
    part = said or {}
    found.members.setdefault(group, {})
    for key in ("hosts", "children", "vars"):
        if not isinstance(part.get(key) or {}, dict):
            raise AdoptError(
                file,
                f"`{key}` of the group `{group}` is no mapping",
                "write a name on each line, with a colon",
            )
    found.group_vars.setdefault(group, {}).update(part.get("vars") or {})
    for pattern, values in (part.get("hosts") or {}).items():
        for host in _expanded(pattern, file):
            found.add(group, host, values)
    for child, below in (part.get("children") or {}).items():
        found.children.setdefault(group, {})[child] = None
        _from_yaml(found, file, child, below)


def _from_ini(found: Inventory, file: Path) -> None:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        raise AdoptError(file, "cannot be read as text", "check the file and its rights") from None
    group, kind = "ungrouped", None
    for number, line in enumerate(map(str.strip, lines), start=1):
        if not line or line.startswith(("#", ";")):
            continue
        place = f"{file} (line {number})"
        if line.startswith("["):
            header = _SECTION.fullmatch(line)
            if header is None:
                raise AdoptError(
                    place, "is no section", "write `[GROUP]`, `[GROUP:children]` or `[GROUP:vars]`"
                )
            group, kind = header[1], header[2]
            (found.children if kind == "children" else found.members).setdefault(group, {})
        elif kind == "vars":
            name, sign, value = line.partition("=")
            if not sign:
                raise AdoptError(place, "sets no variable", "write `NAME=VALUE`")
            found.group_vars.setdefault(group, {})[name.strip()] = _literal(value.strip())
        else:
            words = _words(line, place)
            if kind == "children":
                found.children[group][words[0]] = None
            else:
                values = dict(_pair(word, place) for word in words[1:])
                for host in _expanded(words[0], place):
                    found.add(group, host, values)


def _words(line: str, place: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        raise AdoptError(place, "has a quote without its end", "close the quote") from None


def _pair(word: str, place: str) -> tuple[str, Any]:
    name, sign, value = word.partition("=")
    if not sign:
        raise AdoptError(place, "has a word behind the host that sets no variable", "write `NAME=VALUE`")
    return name, _literal(value)


def _literal(text: str) -> Any:
    """A value of an INI inventory: a Python literal where it is one, else the text."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def _expanded(pattern: str, place: object) -> Iterator[str]:
    """`ctl[01:03]` is three hosts."""
    ranged = _RANGE.search(pattern)
    if ranged is None:
        yield pattern
        return
    first, last, step = ranged[1], ranged[2], int(ranged[3] or 1)
    if first.isdigit() and last.isdigit() and int(last) - int(first) < 10_000 and step:
        names = [str(at).zfill(len(first)) for at in range(int(first), int(last) + 1, step)]
    elif len(first) == len(last) == 1 and step:
        names = [chr(at) for at in range(ord(first), ord(last) + 1, step)]
    else:
        raise AdoptError(place, f"`{pattern}` is no range of hosts", "write such as `ctl[01:03]`")
    for name in names:
        yield from _expanded(pattern[: ranged.start()] + name + pattern[ranged.end() :], place)
