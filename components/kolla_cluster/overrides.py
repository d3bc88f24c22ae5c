"""Texts below `config/`: the site's, joined with what the product sets. Pure, but for reading the site's files."""

from __future__ import annotations

from collections import defaultdict

from components.observability.plan import grafana_files, prometheus_files
from config.cloud import CloudConfig
from config.kolla.clients import frontends
from config.kolla.setting import Setting, joined, settings


def overrides(cloud: CloudConfig) -> dict[str, str]:
    """Text by path below /etc/kolla-deploy/config, sorted by path; none of them is secret.

    Raises:
        ValueError: a file cannot be read, or an option not evaluated; says which.
    """
    if cloud.kolla is None:
        return {}
    own: dict[str, list[Setting]] = defaultdict(list)
    for setting in settings(cloud):
        own[setting.path].append(setting)
    site = {path: text.read(f"kolla.overrides[{path}]") for path, text in cloud.kolla.overrides.items()}
    texts = {path: joined(site.get(path, ""), own[path]) for path in {*site, *own}}
    clients = cloud.kolla.tls.clients
    asking = frontends(clients) if clients else {}
    return dict(sorted((texts | asking | prometheus_files(cloud) | grafana_files(cloud)).items()))
