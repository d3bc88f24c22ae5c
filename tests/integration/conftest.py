"""Tests that start real programs of others, such as Ansible: seconds each; no network, but for what is built once."""

from __future__ import annotations

from tests.own_home import own_home
from tests.programs import host_programs

__all__ = ["host_programs", "own_home"]
