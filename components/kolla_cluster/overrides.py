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
        if override.content is not None:
            found[path] = _ended(override.content)
        elif override.file is not None:
            try:
                found[path] = _ended(override.file.read_text(encoding="utf-8"))
            except (OSError, UnicodeDecodeError):
                raise ValueError(
                    f"cloud:kolla.overrides[{path}].file: {override.file} cannot be read as text"
                ) from None
    return dict(sorted(found.items()))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"
