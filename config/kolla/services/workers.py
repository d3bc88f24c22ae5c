"""How many processes a service has, and how much of a host its containers get."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from config.kolla.service import Part, Row
from config.model.texts.lines import Expression

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings

Processes = Annotated[int, Field(ge=1, le=64)] | Expression


class Workers(Part):
    """Processes of each API and RPC service on a host."""

    heading: ClassVar[str] = "Processes and limits"

    api: Processes | None = None
    """API processes; none: as many as processors, at most 5; or `{{ … }}`, for Ansible to compute on each host."""
    rpc: Processes | None = None
    """RPC processes; none: as many as processors, at most 3; or `{{ … }}`."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Processes, and `kolla.dimensions`."""
        yield "openstack_service_workers", self.api, "kolla.workers.api"
        yield "openstack_service_rpc_workers", self.rpc, "kolla.workers.rpc"
        dimensions = kolla.dimensions
        later = cloud.releases.openstack >= "2025.1"
        every = "default_container_dimensions_docker" if later else "default_container_dimensions"
        yield every, dimensions.get("default"), "kolla.dimensions"
        for name, limits in dimensions.items():
            if name != "default":
                yield f"{name}_dimensions", limits, "kolla.dimensions"
