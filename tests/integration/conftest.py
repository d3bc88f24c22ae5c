"""Tests that start real programs of others, such as Ansible: no network, no root, but seconds each."""

from __future__ import annotations

from tests.own_home import own_home

__all__ = ["own_home"]
