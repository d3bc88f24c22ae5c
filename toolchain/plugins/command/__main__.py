"""The plugin's process, `pulumi-resource-command`: `python -m toolchain.plugins.command ENGINE`."""

from __future__ import annotations

from toolchain.plugins.base.process import run


def main() -> None:
    """Serve until the engine says stop."""
    run("command")


if __name__ == "__main__":
    main()
