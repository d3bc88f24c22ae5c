"""Texts below `config/`: those that fields make and those of the site. Pure, but for reading the site's files."""

from __future__ import annotations

from config.cloud import CloudConfig
from config.kolla.generated import generated


def overrides(config: CloudConfig) -> dict[str, str]:
    """Text by path below /etc/kolla-deploy/config, sorted by path; none of them is secret.

    Raises:
        ValueError: a file cannot be read; says which.
    """
    if config.kolla is None:
        return {}
    found = {path: made.content for path, made in generated(config).items()}
    for path, override in config.kolla.overrides.items():
        found[path] = with_newline(override.read(f"kolla.overrides[{path}]"))
    return dict(sorted(found.items()))


def with_newline(text: str) -> str:
    """A text whose last line is one."""
    return text if text.endswith("\n") else f"{text}\n"
