"""Files below `config/` that something else than a role's fixed paths decides on: options of the site, `cloud:ceph`."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from config.ceph.resolved import service_users
from config.cloud import CloudConfig
from config.kolla import KollaSettings
from config.kolla.texts import texts

_BELOW = re.compile(
    r"(?:\{\{\s*node_custom_config\s*\}\}|\{\{\s*node_config\s*\}\}/config|/etc/kolla-deploy/config)/([\w./-]+)"
)
_MERGED = {
    "glance": ("glance-api",),
    "cinder": ("cinder-volume", "cinder-backup"),
    "manila": ("manila-share",),
    "gnocchi": ("gnocchi-api", "gnocchi-metricd", "gnocchi-statsd"),
}
"""Services of which Kolla-Ansible merges a component's own ceph.conf over the service's."""


def by_options(kolla: KollaSettings, path: str) -> bool:
    """Whether an option of the site names the file, or a folder above it, below `{{ node_custom_config }}`."""
    plain = PurePosixPath(path)
    named = (
        PurePosixPath(one) for text in texts([kolla.globals, kolla.host_vars]) for one in _BELOW.findall(text)
    )
    return any(one.parts and (one == plain or one in plain.parents) for one in named)


def for_ceph(cloud: CloudConfig, path: str) -> tuple[str, str] | None:
    """Reason and fix for a file that is written from `cloud:ceph`; none: it is not."""
    plain = PurePosixPath(path)
    service = path.partition("/")[0]
    users = service_users(cloud.ceph) if cloud.ceph else {}
    if service not in {name.partition("-")[0] for name in users} | ({"nova"} if "cinder" in users else set()):
        return None
    if plain.suffix == ".keyring":
        return (
            "holds a key, and is written from `cloud:ceph`",
            "remove it; name the user in `cloud:ceph.services`",
        )
    if plain.parts[1:] != ("ceph.conf",):
        return None
    if service == "nova":
        host = next(iter(cloud.with_role("compute")), "HOST")
        fix = f"write the whole text for a host, as `nova/{host}/ceph.conf`, which is read instead"
    else:
        places = " and ".join(f"`{service}/{component}/ceph.conf`" for component in _MERGED[service])
        fix = f"put the options that differ into {places}, which Kolla-Ansible merges over it"
    return "is written from `cloud:ceph`", fix
