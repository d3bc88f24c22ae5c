"""Where the data lies: disks chosen by what they are like, or files on small sites."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.model.base import Section
from config.model.texts import DevicePath, DeviceSize, HostName, Line, OsdSize


class DeviceFilter(Section):
    """Which disks of a host: all conditions must hold."""

    all: bool = False
    """True: every empty disk."""
    paths: tuple[DevicePath, ...] = ()
    """These devices and no others, such as `/dev/disk/by-path/…`."""
    size: DeviceSize | None = None
    """Disks of this size or range of sizes."""
    rotational: bool | None = None
    """True: hard disks; false: flash."""
    model: Line | None = None
    """Disks whose model name has this in it."""
    vendor: Line | None = None
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
    size: OsdSize = "10G"
    """Size of each OSD; a file takes up what is written to it."""
    per_host: int = Field(default=1, ge=1, le=16)
    """OSDs on each host of the role `storage`."""
    memory: OsdSize = "1G"
    """Memory that each OSD aims to stay below (`osd_memory_target`)."""
