"""A cluster that is there already."""

from __future__ import annotations

from ipaddress import IPv4Address

from pydantic import Field, SecretStr

from config.ceph.pools import CephName
from config.model.base import Section


class External(Section):
    """How an existing cluster is reached (mode external)."""

    mon_hosts: tuple[IPv4Address, ...] = Field(min_length=1)
    """Addresses of its monitors."""
    keys: dict[CephName, SecretStr] = Field(default_factory=dict)
    """Key of each user, as `ceph auth print-key client.USER` prints it, encrypted."""
    admin_key: SecretStr | None = None
    """Key of `client.admin`; with it pools and users are compared with this file. Kept on the deploy host, 0600."""
    manage: bool = False
    """True: what differs is changed as well; needs `adminKey`."""
