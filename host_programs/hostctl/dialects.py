"""Daemons that read several files: which ones, in which order, and which of two settings counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, List, NamedTuple, Optional, Tuple

from host_programs.hostctl import settings
from host_programs.hostctl.settings import Setting

if TYPE_CHECKING:
    from host_programs.hostctl.system import System

ROOTS = ("/etc", "/run", "/usr/local/lib", "/usr/lib")
"""Where systemd looks for drop-ins: a name in the first hides the same name in the others."""
SSHD = "/etc/ssh/sshd_config"
APT = "/etc/apt/apt.conf"
SUDOERS = "/etc/sudoers"
LINKS = 8
SSHD_ADDS = ("allowusers", "denyusers", "allowgroups", "denygroups", "acceptenv", "setenv")
"""Every line of these counts; of all others, the first."""
UNIT_ADDS = ("Condition", "Assert", "Environment", "Exec", "After", "Before", "Wants", "Requires")
"""Every line of these counts, up to an empty one, which takes back all before it; of all others, the last."""


class Dialect(NamedTuple):
    """One way to read several files."""

    read: Callable[[System, str], List[Setting]]
    """All settings that the daemon of this file reads, in its order."""
    against: Callable[[str, List[Setting], List[Setting]], Optional[Setting]]
    """Of a key's name, all its settings and ours: the one that conflicts with ours; None: ours counts."""
    tool: Tuple[str, ...] = ()
    """Prints `key value` for all that the daemon uses, where files alone do not tell."""


# --- which of two counts


def _first(key: str, found: List[Setting], ours: List[Setting]) -> Optional[Setting]:
    if key in SSHD_ADDS:
        wanted = {word for setting in ours for word in setting.value.split()}
        return next((setting for setting in found if not wanted.issuperset(setting.value.split())), None)
    return found[0] if found[0].value != ours[0].value else None


def _last(key: str, found: List[Setting], ours: List[Setting]) -> Optional[Setting]:
    if key.endswith("::") or key.partition(".")[2].startswith(UNIT_ADDS):
        later = found[found.index(ours[-1]) + 1 :]
        emptied = not ours[-1].value
        return next((setting for setting in later if bool(setting.value) == emptied), None)
    return found[-1] if found[-1].value != ours[-1].value else None


def _sudo(key: str, found: List[Setting], ours: List[Setting]) -> Optional[Setting]:
    """A later rule only hurts who asks for a password: what it does not allow, ours does."""
    del key
    later = found[found.index(ours[-1]) + 1 :]
    return next((setting for setting in later if "NOPASSWD:" not in setting.value), None)


# --- which files are read


def _systemd(parse: settings.Parse) -> Callable[[System, str], List[Setting]]:
    """The rule of systemd, systemd-sysctl included: one main file, then the drop-ins of all roots by name."""

    def read(host: System, path: str) -> List[Setting]:
        folder = path.rpartition("/")[0].partition("/etc")[2]
        names: Dict[str, str] = {}
        for root in ROOTS:
            for name in host.names(root + folder):
                if name.endswith(".conf"):
                    names.setdefault(name, f"{root}{folder}/{name}")
        main = next((root + folder[:-2] for root in ROOTS if host.exists(root + folder[:-2])), None)
        return _all(host, [*([main] if main else []), *(names[name] for name in sorted(names))], parse)

    return read


def _apt(host: System, path: str) -> List[Setting]:
    del path
    names = [name for name in host.names(f"{APT}.d") if name.endswith(".conf") or "." not in name]
    return _all(host, [*(f"{APT}.d/{name}" for name in names), APT], settings.apt)


def _sudoers(host: System, path: str) -> List[Setting]:
    """A rule for all, or for a group of our user, is one for our user."""
    names = [name for name in host.names(f"{SUDOERS}.d") if "." not in name and not name.endswith("~")]
    found = _all(host, [SUDOERS, *(f"{SUDOERS}.d/{name}" for name in names)], settings.sudoers)
    users = {setting.key for setting in found if setting.path == path}
    groups = [line.split(":") for line in (host.read("/etc/group") or "").splitlines()]
    return [
        setting._replace(key=user)
        for setting in found
        for user in sorted(users)
        if setting.key in {"ALL", user, *(f"%{g[0]}" for g in groups if user in g[-1].split(","))}
    ]


def _sshd(host: System, path: str) -> List[Setting]:
    del path
    return _sshd_file(host, SSHD, "", 0)


def _sshd_file(host: System, path: str, condition: str, depth: int) -> List[Setting]:
    found: List[Setting] = []
    for setting in _all(host, [path], settings.sshd):
        under = setting.condition or condition
        if setting.key != "include":
            found.append(setting._replace(condition=under))
        elif depth < LINKS:
            for pattern in setting.value.split():
                for included in _matching(host, pattern if pattern[0] == "/" else f"/etc/ssh/{pattern}"):
                    found += _sshd_file(host, included, under, depth + 1)
    return found


def _matching(host: System, pattern: str) -> List[str]:
    import fnmatch  # noqa: PLC0415

    folder, _, name = pattern.rpartition("/")
    return [f"{folder}/{found}" for found in host.names(folder) if fnmatch.fnmatchcase(found, name)]


def _all(host: System, paths: List[str], parse: settings.Parse) -> List[Setting]:
    found: List[Setting] = []
    for path in paths:
        real = resolve(host, path)
        found += parse(real, host.read(real) or "")
    return found


def resolve(host: System, path: str) -> str:
    """The file behind links: it is the one to name and to change, never the link."""
    import os.path  # noqa: PLC0415

    for _ in range(LINKS):
        target = host.readlink(path)
        if target is None:
            break
        path = os.path.normpath(os.path.join(os.path.dirname(path), target))
    return path


DIALECTS: Dict[str, Dialect] = {
    "apt": Dialect(_apt, _last),
    "sshd": Dialect(_sshd, _first, ("sshd", "-T")),
    "sudoers": Dialect(_sudoers, _sudo),
    "sysctl": Dialect(_systemd(settings.sysctl), _last),
    "systemd": Dialect(_systemd(settings.ini), _last),
}
