"""Images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.port import Port, api
from config.kolla.service import Row, Service

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Glance(Service):
    """Images."""

    name: ClassVar[str] = "glance"
    runs: ClassVar[str] = "enable_glance"
    ports: ClassVar[tuple[Port, ...]] = api("glance", "images", "glance-api", "glance_api")
    heading: ClassVar[str] = "Storage"

    backend: Literal["ceph", "file"] = "ceph"
    """Where images are kept; `file`: on the first control host alone."""
    show_direct_url: bool = False
    """Volumes are cloned from images in Ceph instead of copied; shows users where an image lies."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Where images are kept."""
        yield "glance_backend_ceph", self.backend == "ceph", "kolla.glance.backend"
        yield "glance_backend_file", self.backend == "file", "kolla.glance.backend"

    def ceph_uses(self) -> dict[str, str]:
        """Images, if they are in Ceph."""
        return {"glance": "glance.backend"} if self.backend == "ceph" else {}
