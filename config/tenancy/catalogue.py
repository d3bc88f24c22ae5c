"""What every project may use: flavors, images, keypairs, volume types, secrets."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from config.model.text_source import SecretSource
from config.model.texts.hosts import PublicKey
from config.model.texts.lines import Line, Value, Word
from config.model.texts.network import HttpUrl
from config.model.types import LocalPath
from config.tenancy.taken_over import TakenOver


class Flavor(TakenOver):
    """A size of servers; a changed size is a new flavor."""

    vcpus: int = Field(ge=1)
    """Virtual CPUs."""
    ram_mb: int = Field(ge=1)
    """Memory in MiB."""
    disk_gb: int = Field(ge=0)
    """Root disk in GiB; 0: as large as the image."""
    ephemeral_gb: int = Field(default=0, ge=0)
    """A second disk in GiB that lives as long as the server."""
    swap_mb: int = Field(default=0, ge=0)
    """Swap in MiB."""
    public: bool = True
    """Every project sees it."""
    extra_specs: dict[Line, Value] = Field(default_factory=dict)
    """Nova's extra specs, such as `hw:cpu_policy`."""


class Image(TakenOver):
    """An image; its data comes from a file or a URL that the operator's machine reaches, once."""

    file: LocalPath | None = None
    """Name of a file on the operator's machine."""
    url: HttpUrl | None = None
    """Where the operator's machine gets it from."""
    format: Literal["raw", "qcow2", "iso", "vmdk", "vhd", "vhdx", "vdi"] = "qcow2"
    """Disk format; on Ceph, servers start at once from `raw`."""
    visibility: Literal["public", "private", "shared", "community"] = "public"
    """Who sees it."""
    protected: bool = False
    """It can not be deleted."""
    min_disk_gb: int = Field(default=0, ge=0)
    """Smallest root disk in GiB."""
    min_ram_mb: int = Field(default=0, ge=0)
    """Least memory in MiB."""
    properties: dict[Line, Value] = Field(default_factory=dict)
    """Glance's properties, such as `hw_disk_bus`."""
    tags: tuple[Word, ...] = ()
    """Words to find it by."""


class Keypair(TakenOver):
    """A public SSH key of the administrator."""

    public_key: PublicKey
    """The key, as in a `.pub` file."""


class VolumeType(TakenOver):
    """A kind of volume."""

    description: Line | None = None
    """What it is for."""
    public: bool = True
    """Every project sees it."""
    extra_specs: dict[Line, Value] = Field(default_factory=dict)
    """Cinder's extra specs, such as `volume_backend_name`."""


class StoredSecret(TakenOver):
    """A secret in Barbican, of the administrator's project; a changed one is a new one."""

    payload: SecretSource
    """The text."""
    type: Literal["opaque", "passphrase", "certificate", "private", "public", "symmetric"] = "opaque"
    """What it is."""
