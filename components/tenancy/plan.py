"""What is created in a new cloud, as a list of objects that refer to each other. Pure, but for reading secrets' files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from components.kolla_cluster.globals import global_options
from components.tenancy.projects import project_items
from components.tenancy.wanted import Ref, Wanted, network_items
from config.cloud import CloudConfig
from config.kolla.endpoints import service_endpoints
from config.tenancy import Tenancy

__all__ = ["Ref", "TenancyPlan", "Wanted", "plan_tenancy"]

ADMIN_PASSWORD = "keystone_admin_password"  # noqa: S105  # its name


@dataclass(frozen=True)
class TenancyPlan:
    """The objects in the order in which they can be created, and where the cloud is reached."""

    access: Mapping[str, Any]
    """Arguments of the provider, all but the password."""
    wanted: tuple[Wanted, ...]
    secrets: Mapping[str, str] = field(repr=False)
    """Payloads by the name of the object that they belong to."""


def plan_tenancy(cloud: CloudConfig) -> TenancyPlan | None:
    """The plan; None: the stack file does not ask for it.

    Raises:
        ValueError: a secret's file cannot be read.
    """
    tenancy, kolla = cloud.tenancy, cloud.kolla
    if tenancy is None or kolla is None:
        return None
    access = {
        "auth_url": f"{service_endpoints(global_options(cloud))['external']}/v3",
        "user_name": "admin",
        "tenant_name": "admin",
        "user_domain_name": "Default",
        "project_domain_name": "Default",
        "region": cloud.region,
        "endpoint_type": "public",
        **({"cacert_file": str(kolla.tls.ca)} if kolla.tls.external and kolla.tls.ca else {}),
    }
    wanted = (
        *_catalogue(tenancy),
        *(item for name, net in tenancy.networks.items() for item in network_items(name, net, (name,), None)),
        *(item for name, project in tenancy.projects.items() for item in project_items(kolla, name, project)),
    )
    secrets = {
        f"secret-{name}": item.payload.read(f"tenancy.secrets.{name}.payload")
        for name, item in tenancy.secrets.items()
    }
    return TenancyPlan(access, wanted, secrets)


def _catalogue(tenancy: Tenancy) -> Iterator[Wanted]:
    for name, flavor in tenancy.flavors.items():
        values = {
            "name": name,
            "vcpus": flavor.vcpus,
            "ram": flavor.ram_mb,
            "disk": flavor.disk_gb,
            "ephemeral": flavor.ephemeral_gb or None,
            "swap": flavor.swap_mb or None,
            "is_public": flavor.public,
            "extra_specs": flavor.extra_specs or None,
        }
        yield Wanted("flavor", f"flavor-{name}", values, flavor.import_id)
    for name, image in tenancy.images.items():
        values = {
            "name": name,
            "container_format": "bare",
            "disk_format": image.format,
            "local_file_path": str(image.file) if image.file else None,
            "image_source_url": image.url,
            "visibility": image.visibility,
            "protected": image.protected,
            "min_disk_gb": image.min_disk_gb,
            "min_ram_mb": image.min_ram_mb,
            "properties": image.properties or None,
            "tags": list(image.tags) or None,
        }
        yield Wanted("image", f"image-{name}", values, image.import_id)
    for name, keypair in tenancy.keypairs.items():
        values = {"name": name, "public_key": keypair.public_key}
        yield Wanted("keypair", f"keypair-{name}", values, keypair.import_id)
    for name, kind in tenancy.volume_types.items():
        values = {
            "name": name,
            "description": kind.description,
            "is_public": kind.public,
            "extra_specs": kind.extra_specs or None,
        }
        yield Wanted("volume_type", f"volume-type-{name}", values, kind.import_id)
    for name, secret in tenancy.secrets.items():
        values = {"name": name, "secret_type": secret.type, "payload_content_type": "text/plain"}
        yield Wanted("secret", f"secret-{name}", values, secret.import_id)
