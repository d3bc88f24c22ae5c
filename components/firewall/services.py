"""The table of services (services.yaml), typed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, TypeAdapter, model_validator

from config.base import Section
from config.types import PortRange, Role

NetworkUse = Literal["management", "public", "tunnel", "storage", "replication"]
Source = Role | Literal["subnet", "users", "anyone", "operators"]
Listener = Role | Literal["all", "clock"]
Protocol = Literal["tcp", "udp", "icmp", "vrrp"]


class Service(Section):
    """One line of the table."""

    why: str
    protocol: Protocol
    ports: tuple[Literal["ssh"] | PortRange, ...] = ()
    on: tuple[Listener, ...] = Field(min_length=1)
    network: tuple[NetworkUse, ...] = Field(min_length=1)
    when: Literal["cephadm"] | None = None
    """Only where Ceph is of this mode."""
    sources: Annotated[tuple[Source, ...], Field(alias="from", min_length=1)]

    @model_validator(mode="after")
    def _ports_belong_to_tcp_and_udp(self) -> Service:
        if (self.protocol in ("tcp", "udp")) != bool(self.ports):
            raise ValueError("tcp and udp have ports, other protocols have none")
        return self


@cache
def services() -> dict[str, Service]:
    """The product's services by name, in the order of the file."""
    # YAML 1.1 reads the key `on` as true.
    text = (Path(__file__).parent / "services.yaml").read_text()
    raw = {
        name: {("on" if key is True else key): value for key, value in fields.items()}
        for name, fields in yaml.safe_load(text).items()
    }
    return TypeAdapter(dict[str, Service]).validate_python(raw)
