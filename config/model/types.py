"""Annotated types that several sections share."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, ValidationInfo, WithJsonSchema

Role = Literal["control", "network", "compute", "storage", "monitoring", "deploy"]
"""What a host does. One host may have several roles (a small site)."""

NetworkName = Literal["management", "public", "tunnel", "storage", "replication", "provider"]
"""The networks of a cloud, by use. Two uses may not share one subnet: leave the second one out instead."""

HOST_NAME = r"^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$"
DOMAIN_NAME = r"^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*[a-z]{2,}$"
INTERFACE_NAME = r"^[A-Za-z][A-Za-z0-9._-]{0,14}$"
HOST_KEY = r"^(ssh-ed25519|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]+={0,2}$"
PORT_RANGE = r"^\d{1,5}(-\d{1,5})?$"
SERVICE_LABEL = r"^[A-Za-z0-9]([A-Za-z0-9 ._+/-]{0,62}[A-Za-z0-9])?$"
JOURNAL_SIZE = r"^[0-9]+[KMGT]$"
CEPH_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$"
EXACT_VERSION = r"^\d+\.\d+\.\d+$"
DEVICE_SIZE = r"^:?\d+(\.\d+)?[MGT]B?(:|:\d+(\.\d+)?[MGT]B?)?$"
OSD_SIZE = r"^[1-9][0-9]*[MGT]$"
DOCKER_SIZE = r"^[0-9]+[kmg]$"
METRICS_SIZE = r"^[0-9]+(MB|GB|TB)$"
RETENTION = r"^[0-9]+[hdwy]$"
EXPRESSION = r"^\{\{.+\}\}$"

OBJECT_NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$"

HostName = Annotated[str, StringConstraints(pattern=HOST_NAME)]
DomainName = Annotated[str, StringConstraints(pattern=DOMAIN_NAME)]
InterfaceName = Annotated[str, StringConstraints(pattern=INTERFACE_NAME)]
HostKey = Annotated[str, StringConstraints(pattern=HOST_KEY)]
"""An SSH host's public key: `TYPE BASE64`, as in `known_hosts` without the name."""

SysctlValue = Annotated[
    str, Field(coerce_numbers_to_str=True), WithJsonSchema({"type": ["string", "integer"]})
]
"""A kernel parameter's value; a plain number needs no quotes."""

PortRange = Annotated[
    str,
    Field(coerce_numbers_to_str=True),
    StringConstraints(pattern=PORT_RANGE),
    WithJsonSchema({"type": ["string", "integer"]}),
]
"""One port or a range, such as `8443` or `9000-9010`."""

Expression = Annotated[str, StringConstraints(pattern=EXPRESSION)]
"""What Ansible computes on each host, `{{ … }}`.

For numbers that depend on the host, as the release's own defaults for them do (`ansible_facts`). Whatever the program
itself counts with or plans by has to stand in the stack file.
"""

VlanId = Annotated[int, Field(ge=1, le=4094)]
Mtu = Annotated[int, Field(ge=1280, le=9216)]
Port = Annotated[int, Field(ge=1, le=65535)]
VirtualRouterId = Annotated[int, Field(ge=1, le=255)]


def _ordered(pool: AddressRange) -> AddressRange:
    first, last = pool
    if first > last:
        raise ValueError(f"the range ends ({last}) before it starts ({first})")
    return pool


AddressRange = Annotated[tuple[IPv4Address, IPv4Address], AfterValidator(_ordered)]
"""First and last address of a range, both included."""

Cidr = IPv4Network
"""An IPv4 subnet without host bits."""


def _in_project(path: Path, info: ValidationInfo) -> Path:
    root = (info.context or {}).get("root")
    path = path.expanduser()
    return path if root is None else Path(root) / path


LocalPath = Annotated[Path, AfterValidator(_in_project)]
"""A file on the operator's machine; relative to the project's folder; `~` is the home folder."""

PATTERN_WORDS: dict[str, str] = {
    HOST_NAME: "a name starts with a lower-case letter and has only lower-case letters, digits and hyphens",
    DOMAIN_NAME: "a domain is lower-case labels joined by dots, such as `cloud.example.com`",
    INTERFACE_NAME: "an interface name has at most 15 letters, digits, dots, hyphens or underscores",
    HOST_KEY: "a host key is `TYPE BASE64`, as in a line of known_hosts without the host's name",
    PORT_RANGE: "ports are one number (`8443`) or a range (`9000-9010`)",
    SERVICE_LABEL: "a name has at most 64 letters, digits, spaces, dots, slashes, hyphens, plus signs and underscores",
    JOURNAL_SIZE: "a size is a whole number with K, M, G or T, such as `1G`",
    METRICS_SIZE: "a size is a whole number with MB, GB or TB, such as `100GB`",
    RETENTION: "a time is a whole number with h, d, w or y, such as `15d`",
    EXPRESSION: "write a number, or what Ansible computes it from, in `{{ … }}`",
    OBJECT_NAME: "a name has at most 63 letters, digits, dots, hyphens or underscores and starts with a letter or digit",
    CEPH_NAME: "a name has at most 64 letters, digits, dots, hyphens or underscores",
    EXACT_VERSION: "a version is exact, with three numbers, such as `19.2.3`",
    DEVICE_SIZE: "a size is `4TB`, or a range such as `1TB:2TB`, `:500GB`, `1TB:`",
    OSD_SIZE: "a size is a whole number with M, G or T, such as `10G`",
    DOCKER_SIZE: "a size is a whole number with k, m or g, such as `50m`",
}
"""What each pattern means, in words for the error report."""
