"""Whether hosts have room for the images that are to be pulled: a disk that fills up ends a pull after minutes.

What is refused cannot go well: everything that is not known for sure counts for the host.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from host_programs.kolla_run import layers
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.layers import Layer
from host_programs.kolla_run.registry import Image, Registry, few

_AT_ONCE = 8
_GIB = 2**30
_FIX = "enlarge its file system, or remove what no container uses: docker image prune --all"


class Host(NamedTuple):
    """What playbooks/room.py tells of a host."""

    folder: str
    """Where its engine keeps layers."""
    free: int
    """Bytes there that root may use."""
    machine: str
    chains: frozenset[str]
    """The layers that it has."""


def check(kolla: Kolla, wanted: Mapping[Image, set[str]], registries: Mapping[str, Registry]) -> None:
    """See that each host has room for the images that it is to pull.

    Raises:
        RunError: some have not; each kind has been told on a line of its own.
        FailedError: Ansible could not work.
    """
    hosts = asked(kolla, sorted({name for names in wanted.values() for name in names}))
    pairs = sorted(
        {(image, hosts[name].machine) for image, names in wanted.items() for name in names & hosts.keys()}
    )
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda pair: layers.of(registries[pair[0].registry], *pair), pairs)
        known = dict(zip(pairs, found))  # noqa: B905 - Python 3.9
    missing = {
        name: lacking(host, (known[image, host.machine] for image, names in wanted.items() if name in names))
        for name, host in hosts.items()
    }
    lines = told(hosts, missing)
    for line in lines:
        kolla.tell(f"pull: {line}")
    if lines:
        more = "" if len(lines) == 1 else f" (and {len(lines) - 1} more, above)"
        raise RunError("pull", f"{lines[0]}{more}", _FIX)


def asked(kolla: Kolla, names: Sequence[str]) -> dict[str, Host]:
    """What hosts tell of their room; those that do not are for the pull itself to report. Raises as `check`."""
    answers = kolla.play("room", lambda _: None, partial=True, engine=kolla.engine, names=names)
    return {name: host(answer) for name, answer in answers.items() if answer}


def host(answer: Mapping[str, Any]) -> Host:
    """One host's answer."""
    have = {chain for names in answer["images"] for chain in layers.chains(names)}
    return Host(answer["folder"], answer["free"], answer["machine"], frozenset(have))


def lacking(host: Host, images: Iterable[Iterable[Layer]]) -> int:
    """Bytes that images take at least on a host: a layer that it has, or that an other image has, takes none."""
    sizes = {layer.chain: layer.size for image in images for layer in image}
    return sum(size for chain, size in sizes.items() if chain not in host.chains)


def told(hosts: Mapping[str, Host], missing: Mapping[str, int]) -> list[str]:
    """One line for all hosts that are to pull as much into as little room."""
    groups: dict[tuple[str, int, int], list[str]] = {}
    for name, one in sorted(hosts.items()):
        if one.free < missing[name]:
            # Rounded away from each other, or they could be the same.
            key = (one.folder, -(-10 * missing[name] // _GIB), 10 * one.free // _GIB)
            groups.setdefault(key, []).append(name)
    return [
        f"{few(names)}: at least {need / 10:.1f} GiB of images to pull and {free / 10:.1f} GiB free in {folder}"
        for (folder, need, free), names in groups.items()
    ]
