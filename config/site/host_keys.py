"""Each host's SSH host key: its own entry, else the one in known_hosts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from config.cloud import CloudConfig
from config.model.errors import Loc, Problem
from config.model.text_source import read_file
from config.site.hosts import Host
from config.site.known_hosts import KnownHosts, fault, fingerprint, lookup, parse

_KNOWN_HOSTS: Loc = ("ssh", "knownHosts")
_COLLECT = "collect it with `make host-keys STACK=…` and compare the fingerprint with the host's console"


def with_host_keys(cloud: CloudConfig) -> CloudConfig:
    """The cloud in which hosts have the keys that could be found."""
    known = read_known_hosts(cloud.ssh.known_hosts)[0]
    hosts = {
        name: host.model_copy(update={"host_key": host.host_key or next(iter(found.values()), None)})
        for name, host, found in _found(cloud, known)
    }
    return cloud.model_copy(update={"hosts": hosts})


def host_keys_known(cloud: CloudConfig) -> Iterator[Problem]:
    """Every enabled host has a key, it is one, it is its own, and nothing says otherwise."""
    known, unread = read_known_hosts(cloud.ssh.known_hosts)
    yield from unread
    owners: dict[str, str] = {}
    for name, host, found in _found(cloud, known):
        key = host.host_key or next(iter(found.values()), None)
        loc: Loc = ("hosts", name, "hostKey")
        if key is not None:
            yield from _judge(loc, host, found, key)
            yield from _cloned(loc, key, owners.setdefault(key, name))
        elif host.enabled and not unread:
            needs: tuple[Loc, ...] = (_KNOWN_HOSTS, ("hosts", name))
            missing = "is missing, and there is none in `ssh.knownHosts`: hosts with unknown keys are never contacted"
            yield Problem(loc, missing, _COLLECT, needs=needs, absent=True)
    if cloud.ssh.bastion and (wrong := fault(cloud.ssh.bastion.host_key)):
        shown = _short(cloud.ssh.bastion.host_key)
        fix = "copy it from the jump host's console"
        yield Problem(("ssh", "bastion", "hostKey"), f"is not a host key: {wrong}", fix, shown)


def _found(cloud: CloudConfig, known: KnownHosts) -> Iterator[tuple[str, Host, dict[str, str]]]:
    """Every host with the keys that known_hosts has for it, by type, best first."""
    for name, host in cloud.hosts.items():
        addresses = (str(a) for network, a in host.addresses.items() if network == "management")
        yield name, host, lookup(known, (name, f"{name}.{cloud.domain}", *addresses), cloud.ssh.port)


def read_known_hosts(path: Path | None) -> tuple[KnownHosts, list[Problem]]:
    """The file, empty where there is none, and why it could not be read."""
    if path is None:
        return KnownHosts(), []
    fix = "run `make lab`" if ".lab" in path.parts else "create it with `make host-keys STACK=…`"
    text, problems = read_file(_KNOWN_HOSTS, path, fix, absent=True)
    return parse(text or ""), problems


def _judge(loc: Loc, host: Host, found: Mapping[str, str], key: str) -> Iterator[Problem]:
    if wrong := fault(key):
        where = "" if host.host_key else " (from `ssh.knownHosts`)"
        yield Problem(loc, f"is not a host key{where}: {wrong}", _COLLECT, _short(key))
        return
    other = found.get(key.split(maxsplit=1)[0], key)
    if other != key and fault(other) is None:
        both = f"{fingerprint(other)}, here {fingerprint(key)}"
        reason = f"`ssh.knownHosts` has another key for this host: {both}"
        fix = "find out which is right on the host's console, and remove the other"
        yield Problem(loc, reason, fix, _short(key))


def _cloned(loc: Loc, key: str, owner: str) -> Iterator[Problem]:
    if loc[1] != owner:
        reason = f"is the key of {owner} too: one machine was cloned from the other"
        fix = "make new keys on one of them (delete the old, `ssh-keygen -A`), and collect them again"
        yield Problem(loc, reason, fix, _short(key))


def _short(key: str) -> str:
    return key if len(key) <= 60 else f"{key[:32]}…{key[-12:]}"
