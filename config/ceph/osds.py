"""Where the data lies: disks chosen by what they are like, or files on small sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import Field

from config.model.base import Section
from config.model.errors import Loc, Problem
from config.model.texts.ceph import DeviceSize, OsdSize
from config.model.texts.hosts import DevicePath
from config.model.texts.lines import Line
from config.model.texts.network import HostName


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

    def problems(self, here: Loc, *, for_data: bool) -> Iterator[Problem]:
        """What cephadm refuses (DeviceSelection and DriveGroupSpec of ceph/deployment/drive_group.py)."""
        by_kind = {
            "size": self.size,
            "rotational": self.rotational,
            "model": self.model,
            "vendor": self.vendor,
        }
        kinds = [name for name, value in by_kind.items() if value is not None]
        if not (self.all or self.paths or kinds or self.limit):
            fix = "say which disks, such as `rotational: false`" + (
                " or `all: true`" if for_data else ", or remove it"
            )
            yield Problem(here, "chooses no disk", fix, needs=((*here, "*"),))
        elif self.all and not for_data:
            reason = "every disk is for data already; cephadm takes `all` in `dataDevices` alone"
            yield Problem((*here, "all"), reason, "say which disks, such as `rotational: false`", "true")
        elif self.all and (self.paths or kinds):
            others = ", ".join(f"`{name}`" for name in [*(["paths"] if self.paths else []), *kinds])
            yield Problem(
                (*here, "all"), f"is every disk, and {others} would choose among them", "remove it", "true"
            )
        elif self.paths and (kinds or self.limit):
            others = ", ".join(f"`{name}`" for name in [*kinds, *(["limit"] if self.limit else [])])
            fix = f"remove {others}, or the paths"
            yield Problem((*here, "paths"), f"names the disks, and {others} would choose among them", fix)


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

    def problems(self, here: Loc) -> Iterator[Problem]:
        """Each of its filters is one that cephadm takes."""
        yield from self.data_devices.problems((*here, "dataDevices"), for_data=True)
        for name, chosen in (("dbDevices", self.db_devices), ("walDevices", self.wal_devices)):
            if chosen is not None:
                yield from chosen.problems((*here, name), for_data=False)


class FileOsds(Section):
    """OSDs without disks of their own (mode packages)."""

    store: Literal["file", "memory"] = "file"
    """`file`: BlueStore in a file; `memory`: gone when the host loses power (memstore)."""
    size: OsdSize = "10G"
    """Size of each OSD; a file uses only what is written to it."""
    per_host: int = Field(default=1, ge=1, le=16)
    """OSDs on each host of the role `storage`."""
    memory: OsdSize = "1G"
    """Memory that each OSD aims to stay below (`osd_memory_target`)."""
