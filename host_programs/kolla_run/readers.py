"""Which services read what has changed: read from Kolla-Ansible's own roles, so that a plan renders those alone.

A role reads an option if any of its files, or of a role that it takes in, names it or what is made from it, at any
distance. It reads a file of ours below `config/` if it names the first part of its path there. What Kolla-Ansible's
plugins read counts for every role. Too many are named rather than too few.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from host_programs.kolla_run.definitions import PLAY, Uses, derived, uses

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"")
_OURS = re.compile(r"node_custom_config\s*\}\}/([\w.-]+|\{\{)")
_ROLES = re.compile(r"(?:import|include)_role:\n(?: +\w+: .*\n)*? +(?:name|role): *[\"']?([a-z][\w-]*)")
PLUGINS = ("action_plugins", "filter_plugins", "module_utils", "library")
_TRUE = "_True"
"""What a group of hosts that have an option on ends with."""
# Of names that are put together: `'run_default_volumes_' + engine`, `{{ project_name }}_services`.
_BEGINNING = re.compile(r"[\"']([A-Za-z]\w*_)[\"']\s*[+~]|\b([A-Za-z]\w*_)\{\{")
_ENDING = re.compile(r"[+~]\s*[\"'](_\w+)[\"']|\}\}(_\w+)")
# A folder below /etc/kolla: a container's, which has its entry in the role's own list of them, or one by name.
_CONTAINERS = re.compile(r"^\w+_services:\n((?:(?: .*|#.*)?\n)+)", re.MULTILINE)
_ENTRY = re.compile(r"^ {2}\"?([\w-]+)\"?:", re.MULTILINE)
_FOLDER = re.compile(r"node_config_directory \}\}/([\w-]+)")


class Names(NamedTuple):
    """The variables that a text may name."""

    words: frozenset[str]
    beginnings: tuple[str, ...]
    endings: tuple[str, ...]

    def have(self, variable: str) -> bool:
        """Whether it may name this one."""
        whole = variable in self.words or variable + _TRUE in self.words
        return whole or variable.startswith(self.beginnings) or variable.endswith(self.endings)


class Role(NamedTuple):
    """What a role is made of, together with the roles that it takes in."""

    defaults: Uses
    names: Names
    ours: frozenset[str]
    """The first parts of the paths that it reads below `config/`."""
    folders: frozenset[str]
    """Those that it writes below /etc/kolla."""


class Tree(NamedTuple):
    """What Kolla-Ansible is made of."""

    common: Uses
    """Variables of all hosts."""
    roles: Mapping[str, Role]
    """Those that plays apply."""
    plugins: Names
    """What filters and actions look up."""


def readers(options: Iterable[str], files: Iterable[str], tree: Tree) -> frozenset[str] | None:
    """The roles that read changed options and files; None: any may.

    Args:
        options: by name.
        files: by path below the configuration folder; globals.yml is told by its options.
        tree: of the release.
    """
    found: set[str] = set()
    for name in files:
        top, _, rest = name.partition("/")
        if name == "globals.yml":
            continue
        part = rest.partition("/")[0]
        takers = {role for role, own in tree.roles.items() if part in own.ours or "{{" in own.ours}
        if top != "config" or not takers:
            return None
        found |= takers
    names = sorted(set(options))
    if any(tree.plugins.have(name) for name in derived(names, tree.common)):
        return None
    for role, own in tree.roles.items():
        if any(own.names.have(name) for name in derived(names, tree.common, own.defaults)):
            found.add(role)
    return frozenset(found)


def writers(tree: Tree) -> dict[str, str]:
    """By folder below /etc/kolla: the role that writes it, where it is one alone."""
    roles: dict[str, list[str]] = {}
    for role, own in tree.roles.items():
        for folder in own.folders:
            roles.setdefault(folder, []).append(role)
    return {folder: found[0] for folder, found in roles.items() if len(found) == 1}


def read(base: str, package: str) -> Tree:
    """Read a release's tree.

    Args:
        base: its folder `ansible`.
        package: its Python package, which filters take what they do from.
    """
    common: dict[str, frozenset[str]] = {}
    for path in _files(f"{base}/group_vars"):
        common.update(uses(_text(path)))
    folders = sorted(name for name in os.listdir(f"{base}/roles") if os.path.isdir(f"{base}/roles/{name}"))
    texts = {name: "\n".join(map(_text, _files(f"{base}/roles/{name}"))) for name in folders}
    plays: dict[str, str] = {}
    for name in sorted(os.listdir(base)):
        if name.endswith(".yml"):
            parts = PLAY.split(_text(f"{base}/{name}"))
            for role, text in zip(parts[1::2], parts[2::2], strict=True):
                plays[role] = plays.get(role, "") + text
    roles = {}
    for role, play in plays.items():
        whole = play + "".join(texts[name] for name in _with(role, texts))
        taken = _with(role, texts)
        defaults = {name: _text(f"{base}/roles/{name}/defaults/main.yml") for name in taken}
        roles[role] = Role(
            uses("".join(defaults.values())),
            _names(whole),
            frozenset(_OURS.findall(whole)),
            # Of its own text alone: the load balancer's folder is written by what every service takes in.
            _folders(defaults.get(role, ""), texts.get(role, "")),
        )
    quoted = "\n".join(
        text
        for folder in (*(f"{base}/{name}" for name in PLUGINS), package)
        for path in _files(folder)
        for text in _QUOTED.findall(_text(path))
    )
    words = frozenset(_WORD.findall(quoted))
    # Python's own ways of putting a name together leave its parts as they are: f"{network}_interface".
    plugins = Names(
        words,
        tuple(sorted(word for word in words if word[-1] == "_" and word[0] != "_")),
        tuple(sorted(word for word in words if word[0] == "_" and word[-1] != "_")),
    )
    return Tree(common, roles, plugins)


def _names(text: str) -> Names:
    beginnings = {first or second for first, second in _BEGINNING.findall(text)}
    endings = {first or second for first, second in _ENDING.findall(text)}
    return Names(frozenset(_WORD.findall(text)), tuple(sorted(beginnings)), tuple(sorted(endings)))


def _folders(defaults: str, text: str) -> frozenset[str]:
    entries = (name for block in _CONTAINERS.findall(defaults) for name in _ENTRY.findall(block))
    return frozenset(_FOLDER.findall(text)).union(entries)


def _with(role: str, texts: Mapping[str, str]) -> list[str]:
    """A role and those that it takes in, at any distance."""
    found: list[str] = []
    waiting = [role]
    while waiting:
        name = waiting.pop()
        if name in texts and name not in found:
            found.append(name)
            waiting.extend(_ROLES.findall(texts[name]))
    return found


def _files(folder: str) -> list[str]:
    return sorted(f"{parent}/{name}" for parent, _, names in os.walk(folder) for name in names)


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError):
        return ""
