"""What the lab is: hosts, networks, how to get in."""

from __future__ import annotations

import os
from typing import Any

from lab import paths, power, records
from lab.disk import disks
from lab.topology import HOSTS, MIRROR, MIRROR_PORT, NETWORKS, REGISTRY_PORT, Host


def document() -> dict[str, Any]:
    """The lab as JSON."""
    current = records.load(paths.RECORDS)

    def entry(host: Host) -> dict[str, Any]:
        return {
            "running": power.runs(host.name, current),
            "exists": disks()[host.name].exists,
            "addresses": {name: str(address) for name, address in host.addresses.items()},
            "pid": current.hosts[host.name].pid if current and current.runs(host.name) else None,
        }

    return {
        "up": current is not None and current.complete,
        "hosts": {name: entry(host) for name, host in HOSTS.items()},
        "infrastructure": {MIRROR.name: entry(MIRROR)},
        "networks": {
            name: {
                "bridge": network.bridge,
                "cidr": str(network.cidr),
                "gateway": str(network.gateway) if network.gateway else None,
                "interface": network.interface,
            }
            for name, network in NETWORKS.items()
        },
    }


def table() -> str:
    """The hosts as a table for people."""
    now = document()
    rows = [("HOST", "POWER", *(name.upper() for name in NETWORKS))]
    for name, entry in {**now["infrastructure"], **now["hosts"]}.items():
        addresses = (entry["addresses"].get(network, "-") for network in NETWORKS)
        rows.append((name, "on" if entry["running"] else "off" if entry["exists"] else "none", *addresses))
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)
    return "\n".join(lines)


def summary() -> str:
    """Addresses, the credentials' place and commands to try."""
    lab = os.path.relpath(paths.LAB)
    first = next(iter(HOSTS.values()))
    return f"""
{table()}

package mirror  http://{MIRROR.management}:{MIRROR_PORT}
image registry  {MIRROR.management}:{REGISTRY_PORT}
credentials     {lab}/ssh (keys), {lab}/known_hosts, {lab}/env (the shell's environment)

lab/lab ssh {first.name} ip -brief address
source {lab}/env && pulumi preview -s lab
lab/lab power off cmp02

`make lab-down` removes all of it but the cache."""
