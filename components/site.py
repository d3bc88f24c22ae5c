"""The bundle of hostctl on this machine: built once for each content, kept in the cache."""

from __future__ import annotations

from components.remote import HostctlBundle
from config.cache import cache_folder


def hostctl_bundle() -> HostctlBundle:
    """Build hostctl's single file; the same sources give the same bytes and the same path."""
    from hostctl import bundle  # noqa: PLC0415  # only the program needs it

    path = cache_folder() / "hostctl" / f"hostctl-{bundle.version()}.pyz"
    path.parent.mkdir(parents=True, exist_ok=True)
    bundle.build(path)
    return HostctlBundle(path, bundle.version())
