"""Each host's SSH host key: its own entry, else the one in known_hosts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.host import Host
from config.known_hosts import KnownHosts, fault, fingerprint, lookup, parse

_KNOWN_HOSTS: Loc = ("ssh", "knownHosts")
_COLLECT = "collect it with `make host-keys STACK=…` and compare the fingerprint with the host's console"


def resolve(cloud: CloudConfig, *, required: bool) -> tuple[CloudConfig, list[Problem]]:
    """Give every host its key.

    Args:
        cloud: the config as written.
        required: whether an enabled host without a key, and a missing file, are problems.

    Returns:
        The config in which hosts have the keys that could be found, and the problems.
    """
    known, problems = _read(cloud.ssh.known_hosts, required=required)
    hosts: dict[str, Host] = {}
    for name, host in cloud.hosts.items():
        names = [
            name,
            f"{name}.{cloud.domain}",
            *(str(a) for n, a in host.addresses.items() if n == "management"),
        ]
        found = lookup(known, names, cloud.ssh.port)
        key = host.host_key or next(iter(found.values()), None)
        hosts[name] = host.model_copy(update={"host_key": key})
        loc: Loc = ("hosts", name, "hostKey")
        problems += _judge(loc, host, found, key)
        if key is None and host.enabled and required and not problems_with(problems, _KNOWN_HOSTS):
            needs: tuple[Loc, ...] = (_KNOWN_HOSTS, ("hosts", name))
            missing = "is missing, and there is none in `ssh.knownHosts`: an unknown host is never talked to"
            problems.append(Problem(loc, missing, _COLLECT, needs=needs))
    problems += _cloned(hosts)
    if cloud.ssh.bastion and (wrong := fault(cloud.ssh.bastion.host_key)):
        loc = ("ssh", "bastion", "hostKey")
        shown = _short(cloud.ssh.bastion.host_key)
        problems.append(
            Problem(loc, f"is not a host key: {wrong}", "copy it from the jump host's console", shown)
        )
    return cloud.model_copy(update={"hosts": hosts}), problems


def problems_with(problems: list[Problem], loc: Loc) -> bool:
    """Whether something is wrong at a place already."""
    return any(problem.loc == loc for problem in problems)


def _read(path: Path | None, *, required: bool) -> tuple[KnownHosts, list[Problem]]:
    if path is None:
        return KnownHosts(), []
    try:
        return parse(path.read_text(encoding="utf-8")), []
    except FileNotFoundError:
        fix = "run `make lab`" if ".lab" in path.parts else "make it with `make host-keys STACK=…`"
        problem = Problem(_KNOWN_HOSTS, "there is no such file", fix, str(path))
        return KnownHosts(), [problem] if required else []
    except (OSError, UnicodeDecodeError):
        return KnownHosts(), [
            Problem(_KNOWN_HOSTS, "cannot be read as text", "check the file and its rights", str(path))
        ]


def _judge(loc: Loc, host: Host, found: Mapping[str, str], key: str | None) -> list[Problem]:
    if key is None:
        return []
    if wrong := fault(key):
        where = "" if host.host_key else " (from `ssh.knownHosts`)"
        return [Problem(loc, f"is not a host key{where}: {wrong}", _COLLECT, _short(key))]
    other = found.get(key.split()[0], key)
    if other != key and fault(other) is None:
        reason = (
            f"`ssh.knownHosts` has another key for this host: {fingerprint(other)}, here {fingerprint(key)}"
        )
        return [
            Problem(
                loc,
                reason,
                "find out which is right on the host's console, and remove the other",
                _short(key),
            )
        ]
    return []


def _cloned(hosts: Mapping[str, Host]) -> list[Problem]:
    owners: dict[str, str] = {}
    problems = []
    for name, host in hosts.items():
        if host.host_key is None or owners.setdefault(host.host_key, name) == name:
            continue
        reason = f"is the key of {owners[host.host_key]} too: one machine was cloned from the other"
        fix = "make new keys on one of them (delete the old, `ssh-keygen -A`), and collect them again"
        problems.append(Problem(("hosts", name, "hostKey"), reason, fix, _short(host.host_key)))
    return problems


def _short(key: str) -> str:
    return key if len(key) <= 60 else f"{key[:32]}…{key[-12:]}"
