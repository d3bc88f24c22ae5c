"""Names in the program's environment by which whoever runs it asks for something: `make` sets them (ops/run.py)."""

from __future__ import annotations

OVERVIEW = "CLOUD_OVERVIEW"
"""FILE:WIDTH: write there, in lines of so many characters, what the cloud will be (components/overview.py)."""
HOSTS_ALONE = "CLOUD_HOSTS_ALONE"
"""Set: declare the hosts' preparation and firewall, and nothing else (ops/hosts_first.py)."""
