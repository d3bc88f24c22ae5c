"""The site's mirror in a container of its own: a caching nginx for packages, a registry for images; the cache keeps both."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from lab.topology import MIRROR_PORT, REGISTRY_PORT
from machine import registry
from machine.sources import Archive

PACKAGES = ("nginx-light", registry.PACKAGE)
STORE = "/var/cache/mirror"
"""Where the mirror keeps packages; a folder of the cache is mounted there."""
IMAGES = "/var/lib/images"
"""Where the registry's storage is mounted, read-only: `make images` fills it from outside."""

_CONF = """\
user www-data;
worker_processes 1;
pid /run/nginx.pid;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    error_log /var/log/nginx/error.log;
    proxy_cache_path {store} levels=1:2 keys_zone=apt:10m max_size=20g inactive=90d use_temp_path=off;
    proxy_cache apt;
    proxy_cache_key $uri;
    # Twelve hosts that ask for one file at once fetch it once.
    proxy_cache_lock on;
    proxy_cache_lock_timeout 60s;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
    proxy_ignore_headers Cache-Control Expires Set-Cookie Vary;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_ssl_server_name on;
    proxy_ssl_verify on;
    proxy_ssl_trusted_certificate /etc/ssl/certs/ca-certificates.crt;
    server {{
        listen {port};
        proxy_cache_valid 200 90d;
{locations}    }}
}}
"""
# Only what is mapped is served: the mirror is no open proxy. Indexes change; packages never do under one name.
_LOCATION = """\
        location {folder}/ {{
            proxy_pass {uri}/;
        }}
        location {folder}/dists/ {{
            proxy_pass {uri}/dists/;
            proxy_cache_valid 200 5m;
            proxy_cache_revalidate on;
        }}
"""


def files(archives: Iterable[Archive]) -> dict[str, str]:
    """Its configuration, by path in the image."""
    locations = "".join(
        _LOCATION.format(folder=archive.folder, uri=archive.uri.rstrip("/")) for archive in archives
    )
    return {
        "etc/nginx/nginx.conf": _CONF.format(store=STORE, port=MIRROR_PORT, locations=locations),
        "etc/tmpfiles.d/mirror.conf": f"Z {STORE} - www-data www-data\n",
        registry.CONFIGURATION: json.dumps(
            registry.configuration(Path(IMAGES), f":{REGISTRY_PORT}"), indent=2
        )
        + "\n",
    }


def store(cache: Path) -> Path:
    """The folder of the cache that holds the packages."""
    return cache / "mirror"
