"""What of OpenStack keeps its data in Ceph, and which field says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.kolla import KollaSettings


def ceph_uses(kolla: KollaSettings) -> dict[str, str]:
    """The users of Ceph (`glance`, `cinder`, `cinder-backup`, `nova`, `manila`, `gnocchi`, `rgw`), with their field."""
    cinder = kolla.cinder
    uses = {
        "glance": (kolla.glance.backend == "ceph", "glance.backend"),
        "cinder": (cinder.enabled and "ceph" in cinder.backends, "cinder.backends"),
        "cinder-backup": (cinder.enabled and cinder.backup == "ceph", "cinder.backup"),
        "nova": (kolla.nova.backend == "ceph", "nova.backend"),
        "manila": (kolla.manila.enabled, "manila.enabled"),
        "gnocchi": (kolla.gnocchi.enabled and kolla.gnocchi.storage == "ceph", "gnocchi.storage"),
        "rgw": (kolla.object_store.enabled, "objectStore.enabled"),
    }
    return {name: f"kolla.{field}" for name, (used, field) in uses.items() if used}
