"""Images."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from config.kolla.expected import Catalogued
from config.kolla.port import Port, api
from config.kolla.service import Row, Service
from config.kolla.setting import Setting
from config.kolla.values import truth
from config.kolla.variables import effective
from config.model.errors import Loc, Problem

if TYPE_CHECKING:
    from config.cloud import CloudConfig
    from config.kolla import KollaSettings


class Glance(Service):
    """Images."""

    name: ClassVar[str] = "glance"
    runs: ClassVar[str] = "enable_glance"
    catalogue: ClassVar[tuple[Catalogued, ...]] = (Catalogued("image", "glance"),)
    ports: ClassVar[tuple[Port, ...]] = api("glance", "images", "glance-api", "glance_api")
    heading: ClassVar[str] = "Storage"

    backend: Literal["ceph", "file", "other"] = "ceph"
    """Where images are kept; `file`: on the first control host alone; `other`: as `kolla.globals` says."""
    show_direct_url: bool = False
    """Volumes are cloned from images in Ceph instead of copied; shows users where an image is stored."""

    def rows(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Row]:
        """Where images are kept."""
        yield "glance_backend_ceph", self.backend == "ceph", "kolla.glance.backend"
        file = self.backend == "file"
        if (
            file or "glance_backend_file" not in kolla.globals
        ):  # a second place besides Ceph, as `globals` says
            yield "glance_backend_file", file, "kolla.glance.backend"

    def settings(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Setting]:
        """Where an image lies."""
        if self.show_direct_url:
            field = "kolla.glance.showDirectUrl"
            yield Setting("glance/glance-api.conf", "DEFAULT", "show_image_direct_url", "True", field)

    def problems(self, cloud: CloudConfig, kolla: KollaSettings) -> Iterator[Problem]:
        """Images have a place."""
        values = effective(cloud)
        named = [name for name in values if name.startswith("glance_backend_") and truth(values[name])]
        if self.backend == "other" and not named:
            fix = "set one, such as `glance_backend_s3: true`, or use `ceph`"
            reason = "is other, and `cloud:kolla.globals` has no `glance_backend_…`"
            yield Problem(("kolla", "glance", "backend"), reason, fix, "other")
        for part in ("url", "bucket", "access_key", "secret_key"):
            own = values.get(f"glance_backend_s3_{part}") or values.get(f"s3_{part}")
            if truth(values.get("glance_backend_s3", False)) and not own:
                reason = f"is on, and `glance_backend_s3_{part}` is not set"
                here: Loc = ("kolla", "globals", "glance_backend_s3")
                yield Problem(here, reason, "add it to `cloud:kolla.globals`", "true")

    def ceph_uses(self) -> dict[str, str]:
        """Images, if they are in Ceph."""
        return {"glance": "glance.backend"} if self.backend == "ceph" else {}
