"""How a registry is opened from the deploy host: over Docker's own proxies and certificates."""

from __future__ import annotations

import ipaddress
import os
import ssl
import urllib.request
from collections.abc import Mapping
from typing import Any

PROXIES = "/etc/docker/proxy.env"
"""What Docker goes through; HostPrep writes it."""
CERTIFICATES = "/etc/docker/certs.d"


def proxies(path: str = PROXIES) -> dict[str, str]:
    """Docker's proxies by scheme, and `no`; empty: there are none."""
    try:
        with open(path, encoding="utf-8") as file:
            pairs = [line.strip().partition("=") for line in file if "=" in line]
    except OSError:
        return {}
    found = {name.lower(): value.strip("\"'") for name, _, value in pairs}
    return {name[: -len("_proxy")]: value for name, value in found.items() if name.endswith("_proxy")}


def opener(
    host: str, *, insecure: bool, through: Mapping[str, str] | None = None
) -> urllib.request.OpenerDirector:
    """For one registry.

    Args:
        host: as in the names of its images, with its port.
        insecure: whether https may be by somebody that nobody vouches for.
        through: proxies, and what they spare; None: Docker's.
    """
    through = dict(proxies() if through is None else through)
    if bypassed(host, through.pop("no", "")):
        through = {}
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(through),
        urllib.request.HTTPSHandler(context=_context(host, insecure=insecure)),
        _Redirects(),
    )


def bypassed(host: str, names: str) -> bool:
    """Whether the proxies spare a host: `names` is what NO_PROXY says."""
    name = host.rpartition(":")[0] or host
    parts = [part.strip().lstrip(".") for part in names.split(",") if part.strip()]
    return any(part in ("*", name) or name.endswith(f".{part}") or _within(name, part) for part in parts)


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Blobs may lie on another host: it gets no login, as with Docker, and object stores refuse one."""

    def redirect_request(self, req: urllib.request.Request, *others: Any) -> urllib.request.Request | None:
        """The request that follows."""
        following = super().redirect_request(req, *others)
        if following is not None and following.host != req.host:
            following.remove_header("Authorization")
        return following


def _within(name: str, network: str) -> bool:
    try:
        return ipaddress.ip_address(name) in ipaddress.ip_network(network)
    except ValueError:
        return False


def _context(host: str, *, insecure: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    folder = f"{CERTIFICATES}/{host}"
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
        if name.endswith(".crt"):
            context.load_verify_locations(f"{folder}/{name}")
    if insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
