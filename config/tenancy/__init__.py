"""The tenancy: what a fresh OpenStack needs before people can work with it (guide §5, 6)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pydantic import Field

from config.model.base import Room
from config.model.errors import Loc, Problem
from config.tenancy.catalogue import Flavor, Image, Keypair, StoredSecret, VolumeType
from config.tenancy.checks import (
    balancers_fit,
    project_fits,
    provider_network_fits,
    services_run,
    taken_over_once,
)
from config.tenancy.networks import ProviderNetwork
from config.tenancy.projects import Project
from config.tenancy.taken_over import ObjectName

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class Tenancy(Room):
    """Flavors, images, networks, projects; each object has its name from here."""

    flavors: dict[ObjectName, Flavor] = Field(default_factory=dict)
    """Sizes of servers."""
    images: dict[ObjectName, Image] = Field(default_factory=dict)
    """Images of servers."""
    networks: dict[ObjectName, ProviderNetwork] = Field(default_factory=dict)
    """Networks of the datacentre that servers and routers may use."""
    projects: dict[ObjectName, Project] = Field(default_factory=dict)
    """Projects, in Keystone's default domain."""
    keypairs: dict[ObjectName, Keypair] = Field(default_factory=dict)
    """Public SSH keys of the administrator."""
    volume_types: dict[ObjectName, VolumeType] = Field(default_factory=dict)
    """Kinds of volumes."""
    secrets: dict[ObjectName, StoredSecret] = Field(default_factory=dict)
    """Secrets of the administrator's project."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Services, networks, projects, what is taken over."""
        yield from services_run(cloud, here, self)
        for name, image in self.images.items():
            if (image.file is None) == (image.url is None):
                has = "neither `file` nor `url`" if image.file is None else "both `file` and `url`"
                yield Problem((*here, "images", name), f"has {has}", "give exactly one of the two")
        for name, network in self.networks.items():
            place: Loc = (*here, "networks", name)
            yield from provider_network_fits(cloud, place, network)
            for part, subnet in network.subnets.items():
                yield from subnet.misfits((*place, "subnets", part))
        for name, project in self.projects.items():
            yield from project_fits(self, (*here, "projects", name), project)
            yield from balancers_fit(cloud, (*here, "projects", name), project)
        yield from taken_over_once(here, self)
