"""Where the data lies: disks chosen by what they are like, or files on small sites."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from config.model.base import Section
from config.model.types import DEVICE_SIZE, OSD_SIZE, HostName

DeviceSize = Annotated[str, StringConstraints(pattern=DEVICE_SIZE)]
"""A size or a range of sizes, as Ceph writes them: `4TB`, `1TB:2TB`, `:500GB`, `1TB:`."""


class DeviceFilter(Section):
    """Which disks of a host: all conditions must hold."""

    all: bool = False
    """True: every empty disk."""
    paths: tuple[str, ...] = ()
    """These devices and no others, such as `/dev/disk/by-path/…`."""
    size: DeviceSize | None = None
    """Disks of this size or range of sizes."""
    rotational: bool | None = None
    """True: hard disks; false: flash."""
    model: str | None = None
    """Disks whose model name has this in it."""
    vendor: str | None = None
    """Disks of this maker."""
    limit: int | None = Field(default=None, ge=1)
    """At most so many disks of a host."""


class OsdSpec(Section):
    """One kind of OSD (mode cephadm)."""

    hosts: tuple[HostName, ...] = ()
    """Hosts with such disks; none: every host of the role `storage`."""
    data_devices: DeviceFilter
    """Disks for the data."""
    db_devices: DeviceFilter | None = None
    """Faster disks for the OSDs' databases."""
    wal_devices: DeviceFilter | None = None
    """Still faster disks for the write-ahead logs."""
    encrypted: bool = False
    """True: dm-crypt; the keys are in the monitors."""


class FileOsds(Section):
    """OSDs without disks of their own (mode packages)."""

    store: Literal["file", "memory"] = "file"
    """`file`: BlueStore in a file; `memory`: gone when the host loses power (memstore)."""
    size: str = Field(default="10G", pattern=OSD_SIZE)
    """Size of each OSD; a file takes up what is written to it."""
    per_host: int = Field(default=1, ge=1, le=16)
    """OSDs on each host of the role `storage`."""
    memory: str = Field(default="1G", pattern=OSD_SIZE)
    """Memory that each OSD aims to stay below (`osd_memory_target`)."""
