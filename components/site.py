"""The programs for hosts on this machine: built once for each content, kept in the cache."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from components.remote import HostctlBundle
from config.cache import cache_folder

if TYPE_CHECKING:
    from hostctl.bundle import Program


def hostctl_bundle() -> HostctlBundle:
    """Build hostctl's single file; the same sources give the same bytes and the same path."""
    from hostctl import bundle  # noqa: PLC0415  # only the program needs it

    return _built(bundle.HOSTCTL)


def kolla_run_bundle() -> HostctlBundle:
    """Build kolla-run's single file, the same way."""
    from hostctl import bundle  # noqa: PLC0415

    return _built(bundle.Program(Path(__file__).parent / "kolla_cluster" / "runner", "kolla_run"))


def _built(program: Program) -> HostctlBundle:
    from hostctl import bundle  # noqa: PLC0415

    version = bundle.version(program)
    path = cache_folder() / program.name / f"{program.name}-{version}.pyz"
    path.parent.mkdir(parents=True, exist_ok=True)
    bundle.build(path, program)
    return HostctlBundle(path, version)
