"""A cluster that is there already."""

from __future__ import annotations

from pydantic import Field

from config.model.base import Section
from config.model.texts.ceph import CephName
from config.model.texts.lines import SecretWord
from config.model.types import Address


class External(Section):
    """How an existing cluster is reached (mode external)."""

    mon_hosts: tuple[Address, ...] = Field(min_length=1)
    """Addresses of its monitors."""
    keys: dict[CephName, SecretWord] = Field(default_factory=dict)
    """Key of each user, as `ceph auth print-key client.USER` prints it, encrypted."""
    admin_key: SecretWord | None = None
    """Key of `client.admin`; with it pools and users are compared with this file. Kept on the deploy host, 0600."""
    manage: bool = False
    """True: what differs is changed as well; needs `adminKey`."""
