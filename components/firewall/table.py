"""The firewall's plan as a table that an operator can read: `make firewall STACK=`."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from components.firewall.plan import plan_firewall
from components.firewall.render import Row
from config.cloud import CloudConfig
from config.load import load_stack_file
from config.model.errors import ConfigErrors

Line = tuple[str, str, str, str, str, str]
"""Hosts, service, network, ports, from, why."""


def lines(cloud: CloudConfig, only: str | None = None) -> list[Line]:
    """One line for each thing accepted; hosts that accept the same are named together."""
    hosts: dict[Row, list[str]] = defaultdict(list)
    for host, firewall in plan_firewall(cloud).items():
        for row in firewall.rows:
            hosts[row].append(host)
    everybody = len(cloud.active())
    return [
        (
            "all" if len(names) == everybody else " ".join(names),
            row.service,
            f"{row.network} ({row.device})",
            f"{row.protocol} {', '.join(row.ports)}".strip(),
            "anyone" if row.sources is None else " ".join(row.sources),
            row.why,
        )
        for row, names in hosts.items()
        if only is None or only in names
    ]


def table(cloud: CloudConfig, only: str | None = None) -> Table:
    """The lines, ready to print."""
    title = f"{cloud.name}: what {only or 'each host'} accepts; everything else is dropped"
    shown = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for heading in ("on", "service", "network", "ports", "from", "why"):
        shown.add_column(heading, overflow="fold")
    for line in lines(cloud, only):
        shown.add_row(*line)
    return shown


def main(arguments: list[str] | None = None) -> int:
    """Print the table of a stack; exit 1 with the report when its configuration is wrong."""
    parser = argparse.ArgumentParser(prog="make firewall", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the stack: Pulumi.STACK.yaml")
    parser.add_argument("--config-file", type=Path, help="another stack file")
    parser.add_argument("--host", help="one host only")
    options = parser.parse_args(arguments)
    try:
        cloud = load_stack_file(
            options.config_file or Path(f"Pulumi.{options.stack}.yaml"),
            require_host_keys=False,
        )
    except ConfigErrors as errors:
        print(errors, file=sys.stderr)
        return 1
    if options.host and options.host not in cloud.active():
        print(f"no active host {options.host}: {' '.join(cloud.active())}", file=sys.stderr)
        return 1
    # A pipe has no width of its own; a table cut at 80 columns helps nobody.
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(table(cloud, options.host))
    return 0


if __name__ == "__main__":
    sys.exit(main())
