"""Texts below `config/`: those that fields make and those of the site. Pure, but for reading the site's files."""

from __future__ import annotations

from config.cloud import CloudConfig
from config.kolla.generated import generated


def overrides(cloud: CloudConfig) -> dict[str, str]:
    """Text by path below /etc/kolla-deploy/config, sorted by path; none of them is secret.

    Raises:
        ValueError: a file cannot be read; says which.
    """
    if cloud.kolla is None:
        return {}
    found = {path: made.content for path, made in generated(cloud).items()}
    for path, override in cloud.kolla.overrides.items():
        found[path] = with_newline(override.read(f"kolla.overrides[{path}]"))
    return dict(sorted(found.items()))


def with_newline(text: str) -> str:
    """A text whose last line is one."""
    return text if text.endswith("\n") else f"{text}\n"
