"""What a new cloud is asked for, as data: flag, words, default, and the places of the stack file that an answer decides."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import get_args

from config.model.errors import Loc
from config.model.types import Role
from config.site.releases import HOST_SYSTEMS, OpenStackRelease, Releases

Answers = Mapping[str, str]
"""Flag to answer, and the cloud's name as `name`."""

NONE = "none"
"""The answer that leaves a network or a role out."""
SELF_SIGNED = "self-signed"
"""The answer that lets a certificate be made."""
UPSTREAM = "quay.io"
"""The registry of Kolla's own images, for trials."""


@dataclass(frozen=True)
class Question:
    """One question; `--FLAG` answers it."""

    flag: str
    asks: str
    default: Callable[[Answers], str]
    """The default, out of the answers before."""
    places: tuple[Loc, ...] = ()
    """Which places it decides: a problem there, or below, is one with its answer."""
    role: Role | None = None
    """The role of the hosts that it names, which are places of it too."""
    wanted: Callable[[Answers], bool] = lambda _: True
    """Whether it has a meaning after the answers before."""
    asked: bool = True
    """False: who wants another answer than the default knows the flag."""


def _always(value: str) -> Callable[[Answers], str]:
    return lambda _: value


def _addresses(*offsets: int) -> Callable[[Answers], str]:
    """Addresses of the management network by their distance from its first."""
    return lambda answers: ",".join(nth(answers.get("management-network", ""), offset) for offset in offsets)


def nth(cidr: str, offset: int) -> str:
    """An address of a network; of the guide's where that is none, or too short."""
    try:
        return str(IPv4Network(cidr)[offset])
    except (ValueError, IndexError):
        return str(IPv4Address("10.10.10.0") + offset)


def _vip(network: str) -> Callable[[Answers], str]:
    def default(answers: Answers) -> str:
        try:
            return str(IPv4Network(answers[network])[-6])
        except (KeyError, ValueError, IndexError):
            return "10.10.10.250"

    return default


def _newest_system(answers: Answers) -> str:
    return next((on[-1] for release, on in HOST_SYSTEMS.items() if release == answers.get("release")), "")


def _has(flag: str) -> Callable[[Answers], bool]:
    return lambda answers: answers.get(flag, NONE) != NONE


RELEASES: tuple[str, ...] = get_args(OpenStackRelease)
_NEWEST: str = Releases.model_fields["openstack"].default
_HOSTS = "addresses on the management network, or NAME=ADDRESS, with commas"

QUESTIONS: tuple[Question, ...] = (
    Question(
        "domain",
        "DNS domain of the hosts",
        lambda answers: f"{answers['name']}.example.com",
        (("domain",),),
    ),
    Question("region", "name of the OpenStack region", _always("RegionOne"), (("region",),), asked=False),
    Question(
        "release",
        f"OpenStack's release ({', '.join(RELEASES)})",
        _always(_NEWEST),
        (("releases", "openstack"),),
    ),
    Question("host-os", "what the hosts run", _newest_system, (("releases", "hostOs"),), asked=False),
    Question(
        "management-network",
        "subnet of the management network (SSH, APIs inside, database)",
        _always("10.10.10.0/24"),
        (("networks", "management", "cidr"),),
    ),
    Question(
        "management-interface",
        "the hosts' interface on the management network, as `ip link` shows it; with a VLAN: eno1.10",
        _always("eno1"),
        (("networks", "management", "interface"), ("networks", "management", "vlan")),
    ),
    Question(
        "gateway", "router of the management network", _addresses(1), (("networks", "management", "gateway"),)
    ),
    Question(
        "internal-vip",
        "a free address of the management network, for the APIs inside",
        _vip("management-network"),
        (("networks", "management", "vip"),),
    ),
    Question("control", f"control hosts, an odd number: {_HOSTS}", _addresses(11, 12, 13), role="control"),
    Question(
        "network",
        "network hosts; the control hosts' addresses on a small site",
        _addresses(21, 22),
        role="network",
    ),
    Question("compute", "compute hosts", _addresses(31, 32), role="compute"),
    Question(
        "storage",
        f"storage hosts, three or more, all empty flash disks are used by Ceph; {NONE}: no volumes",
        _addresses(41, 42, 43),
        (("ceph",),),
        role="storage",
    ),
    Question("monitoring", f"monitoring hosts; {NONE}: no metrics", _addresses(51), role="monitoring"),
    Question("deploy", "the host that Kolla-Ansible runs on", _addresses(5), role="deploy"),
    Question(
        "public-network",
        f"subnet where users reach the APIs; {NONE}: the management network, with one address for both",
        _always(NONE),
        (("networks", "public", "cidr"),),
    ),
    Question(
        "public-interface",
        "the control hosts' interface on the public network",
        _always("eno3"),
        (("networks", "public", "interface"), ("networks", "public", "vlan")),
        wanted=_has("public-network"),
    ),
    Question(
        "external-vip",
        "a free address of the public network, for the APIs outside",
        _vip("public-network"),
        (("networks", "public", "vip"),),
        wanted=_has("public-network"),
    ),
    Question(
        "storage-network",
        "subnet of Ceph's data",
        _always("10.10.20.0/24"),
        (("networks", "storage", "cidr"),),
        wanted=_has("storage"),
    ),
    Question(
        "storage-interface",
        "the interface of the storage, control and compute hosts on the storage network",
        _always("eno4"),
        (("networks", "storage", "interface"), ("networks", "storage", "vlan")),
        wanted=_has("storage"),
    ),
    Question(
        "provider-interface",
        "interface of the network and compute hosts for floating IPs; they have no address on it",
        _always("eno2"),
        (("networks", "provider"),),
    ),
    Question(
        "registry",
        f"registry of the container images; {UPSTREAM}: upstream's, for a trial",
        _always(UPSTREAM),
        (("kolla", "images"),),
    ),
    Question(
        "certificate",
        f"PEM file for the APIs (certificate, chain, key); {SELF_SIGNED}: one is created, for a trial",
        _always(SELF_SIGNED),
        (("kolla", "tls"),),
    ),
)
