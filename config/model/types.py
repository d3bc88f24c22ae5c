"""Annotated types that several sections share, besides texts (config/model/texts)."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo

from config.model.errors import UnfitError

Role = Literal["control", "network", "compute", "storage", "monitoring", "deploy"]
"""What a host does. One host may have several roles (a small site)."""

NetworkName = Literal["management", "public", "tunnel", "storage", "replication", "provider"]
"""The networks of a cloud, by use. Two uses may not share one subnet: leave the second one out instead."""

VlanId = Annotated[int, Field(ge=1, le=4094)]
Mtu = Annotated[int, Field(ge=1280, le=9216)]
Port = Annotated[int, Field(ge=1, le=65535)]
VirtualRouterId = Annotated[int, Field(ge=1, le=255)]


def _address(value: Any) -> Any:
    """Four numbers with dots; neither a number nor text around them."""
    if not isinstance(value, str):
        return value
    try:
        IPv4Address(value)
    except ValueError:
        reason = "is not an IPv4 address"
        raise UnfitError(reason, "write four numbers of 0-255, such as `10.10.10.11`") from None
    return value


def _subnet(value: Any) -> Any:
    """A network address and its prefix length, which is never guessed."""
    if not isinstance(value, str):
        return value
    network, slash, length = value.partition("/")
    try:
        found = IPv4Network(value, strict=False)
    except ValueError:
        found = None
    if found is not None and not slash:
        fix = f"write how long it is behind the address, such as `{network}/24`; `{network}/32` is this one address"
        raise UnfitError("has no prefix length", fix)
    if found is None or not re.fullmatch(r"[0-9]{1,2}", length):
        fix = "write a network address and a prefix length, such as `10.10.10.0/24`"
        raise UnfitError("is not an IPv4 subnet", fix)
    if str(found) != value:
        raise UnfitError("is not an IPv4 subnet", f"clear the host bits: `{found}`")
    return value


Address = Annotated[IPv4Address, BeforeValidator(_address)]
"""An IPv4 address."""
Cidr = Annotated[IPv4Network, BeforeValidator(_subnet)]
"""An IPv4 subnet without host bits."""


def _ordered(pool: tuple[IPv4Address, IPv4Address]) -> tuple[IPv4Address, IPv4Address]:
    first, last = pool
    if first > last:
        raise UnfitError(
            f"the range ends ({last}) before it starts ({first})", "write the lower address first"
        )
    return pool


AddressRange = Annotated[tuple[Address, Address], AfterValidator(_ordered)]
"""First and last address of a range, both included."""


def _in_project(path: Path, info: ValidationInfo) -> Path:
    if not str(path).strip() or any(not sign.isprintable() for sign in str(path)):
        raise UnfitError("has a control character in it, or is blank", "write the name of one file")
    try:
        path = path.expanduser()
    except RuntimeError:
        user = path.parts[0].removeprefix("~")
        raise UnfitError(
            f"there is no user `{user}` on this machine", "write the whole path instead of `~`"
        ) from None
    root = (info.context or {}).get("root")
    return path if root is None else Path(root) / path


LocalPath = Annotated[Path, AfterValidator(_in_project)]
"""A file on the operator's machine; relative to the project's folder; `~` is the home folder."""
