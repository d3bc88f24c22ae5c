"""The plugin's process, `pulumi-resource-openstack`: `python -m toolchain.plugins.openstack ENGINE`."""

from __future__ import annotations

from toolchain.plugins.base.process import run


def main() -> None:
    """Serve until the engine says stop."""
    run("openstack")


if __name__ == "__main__":
    main()
