"""Where packages come from: mirrors, CA bundle, proxies (air-gapped sites)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr

from config.base import Section
from config.types import LocalPath


class AptRepository(Section):
    """A further deb822 source."""

    uris: str
    """Base URLs, separated by spaces."""
    suites: str
    """Suites, separated by spaces, such as `bookworm`."""
    components: str = "main"
    """Components, separated by spaces."""
    key: str | None = None
    """ASCII-armoured signing key."""
    trusted: bool = False
    """True: use it without a signature."""


class AptCredential(Section):
    """Login of a private mirror, written to apt's auth.conf.d (0600)."""

    machine: str
    """Host of a mirror, as in apt_auth.conf(5)."""
    login: str
    """User name."""
    password: SecretStr
    """Password, encrypted in the stack file."""


class Proxy(Section):
    """HTTP proxies for apt, Docker and pip on the hosts; URLs may hold a password."""

    http: SecretStr | None = None
    """Proxy for http URLs."""
    https: SecretStr | None = None
    """Proxy for https URLs."""
    no_proxy: tuple[str, ...] = ()
    """What is reached directly: names, domains (`.example.com`), subnets; the management network always."""


class Packages(Section):
    """Package sources and policies."""

    mirror: str | None = None
    """Base URL of the distribution's archive; none: the host's own sources stay."""
    security_mirror: str | None = None
    """Base URL of its security archive; none: `mirror` with `-security` behind it (Debian), or `mirror` (Ubuntu)."""
    repositories: dict[str, AptRepository] = Field(default_factory=dict)
    """Further package sources by name."""
    credentials: tuple[AptCredential, ...] = ()
    """Logins of private mirrors."""
    ca_bundle: LocalPath | None = None
    """PEM file of the site's own CAs, trusted on every host."""
    pypi_index: str | None = None
    """Base URL of the site's PyPI index (PEP 503)."""
    proxy: Proxy | None = None
    """Proxies for those who need one to reach the mirrors."""
    upgrade: bool = True
    """Upgrade all packages once when a host is first prepared (guide §3)."""
    unattended_upgrades: Literal["security", "off"] = "off"
    """`off`: patches come with planned maintenance, so that no daemon restarts by itself."""
    docker: str = "docker.io"
    """Package of the container engine."""
