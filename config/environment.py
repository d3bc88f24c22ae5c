"""Names in the program's environment by which whoever runs it asks for something: `make` sets them (ops/run.py)."""

from __future__ import annotations

OVERVIEW = "CLOUD_OVERVIEW"
"""FILE:WIDTH: write there, in lines of so many characters, what the cloud will be (components/overview.py)."""
UNTIL = "CLOUD_UNTIL"
"""`hosts` or `vault`: declare the stages up to that one, and nothing else (ops/hosts_first.py, ops/vault_first.py).

To name targets is not enough: the engine makes every provider, targeted or not, and some need what is not there yet.
"""
NOT_BEFORE_THE_END = ("kolla",)
"""Sections whose files and secrets may be missing then."""
