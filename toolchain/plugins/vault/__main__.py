"""The plugin's process, `pulumi-resource-vault`: `python -m toolchain.plugins.vault ENGINE`."""

from __future__ import annotations

from toolchain.plugins.base.process import run


def main() -> None:
    """Serve until the engine says stop."""
    run("vault")


if __name__ == "__main__":
    main()
