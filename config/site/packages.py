"""Where packages come from: mirrors, CA bundle, proxies (air-gapped sites)."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr

from config.model.base import Room, Section
from config.model.errors import Loc, Problem
from config.model.texts.hosts import PackageName, Suites
from config.model.texts.lines import FreeText, Name, SecretWord, Word, Words
from config.model.types import LocalPath
from config.stack_file.sealed import SEALED

if TYPE_CHECKING:
    from config.cloud import CloudConfig


class AptRepository(Section):
    """A further deb822 source."""

    uris: Words
    """Base URLs, separated by spaces."""
    suites: Suites
    """Suites, separated by spaces, such as `bookworm`."""
    components: Suites = "main"
    """Components, separated by spaces."""
    key: FreeText | None = None
    """ASCII-armoured signing key."""
    trusted: bool = False
    """True: use it without a signature."""


class AptCredential(Section):
    """Login of a private mirror, written to apt's auth.conf.d (0600)."""

    machine: Word
    """Host of a mirror, as in apt_auth.conf(5)."""
    login: Word
    """User name."""
    password: SecretWord
    """Password, encrypted in the stack file."""


class Proxy(Section):
    """HTTP proxies for apt, Docker and pip on the hosts; URLs may hold a password."""

    http: SecretWord | None = None
    """Proxy for http URLs."""
    https: SecretWord | None = None
    """Proxy for https URLs."""
    no_proxy: tuple[Word, ...] = ()
    """What is reached directly: names, domains (`.example.com`), subnets; the management network always."""


class Packages(Room):
    """Package sources and policies."""

    mirror: Word | None = None
    """Base URL of the distribution's archive; none: the host's own sources stay."""
    security_mirror: Word | None = None
    """Base URL of its security archive; none: `mirror` with `-security` behind it (Debian), or `mirror` (Ubuntu)."""
    repositories: dict[Name, AptRepository] = Field(default_factory=dict)
    """Further package sources by name."""
    credentials: tuple[AptCredential, ...] = ()
    """Logins of private mirrors."""
    ca_bundle: LocalPath | None = None
    """PEM file of the site's own CAs, trusted on every host."""
    pypi_index: Word | None = None
    """Base URL of the site's PyPI index (PEP 503)."""
    proxy: Proxy | None = None
    """Proxies for those who need one to reach the mirrors."""
    upgrade: bool = True
    """Upgrade all packages once when a host is first prepared (guide §3)."""
    unattended_upgrades: Literal["security", "off"] = "off"
    """`off`: patches come with planned maintenance, so that no daemon restarts by itself."""
    docker: PackageName = "docker.io"
    """Package of the container engine."""

    def problems(self, here: Loc, cloud: CloudConfig) -> Iterator[Problem]:
        """Sources are web addresses without logins; logins and proxies fit them; the CA bundle is one."""
        for loc, url in _sources(here, self):
            yield from _url(loc, url)
        for name, repository in self.repositories.items():
            loc = (*here, "repositories", name)
            key = repository.key
            if key is None and not repository.trusted:
                fix = "add its signing key, or `trusted: true`"
                yield Problem(loc, "has no `key`; apt refuses what is not signed", fix)
            elif key is not None and "BEGIN PGP PUBLIC KEY BLOCK" not in key:
                fix = "paste the file that starts with `-----BEGIN PGP PUBLIC KEY BLOCK-----`"
                yield Problem((*loc, "key"), "is not an ASCII-armoured public key", fix)
        yield from _credentials(here, self)
        if self.proxy is not None:
            yield from _proxy((*here, "proxy"), self.proxy, cloud.networks.management.cidr)
        if self.ca_bundle is not None:
            yield from _ca_bundle((*here, "caBundle"), self.ca_bundle)


def _sources(here: Loc, settings: Packages) -> Iterator[tuple[Loc, str]]:
    urls = {
        "mirror": settings.mirror,
        "securityMirror": settings.security_mirror,
        "pypiIndex": settings.pypi_index,
    }
    for name, url in urls.items():
        if url is not None:
            yield (*here, name), url
    for name, repository in settings.repositories.items():
        for uri in repository.uris.split() or [""]:
            yield (*here, "repositories", name, "uris"), uri


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") and parts.hostname else None


def _url(loc: Loc, url: str) -> Iterator[Problem]:
    parts = _split(url)
    if parts is None:
        # What is not a web address may still hold a password before an @.
        yield Problem(
            loc, "is not an http or https address", "write it as `https://HOST/PATH`", url.rpartition("@")[2]
        )
    elif parts.username is not None:
        shown = f"{parts.scheme}://…@{parts.hostname}{parts.path}"
        fix = "move user and password to `cloud:packages.credentials`, the password as a secret"
        yield Problem(loc, "has a login in it, which every user of the host could read", fix, shown)


def _credentials(here: Loc, settings: Packages) -> Iterator[Problem]:
    hosts = {parts.hostname for _, url in _sources(here, settings) if (parts := _split(url))}
    for at, credential in enumerate(settings.credentials):
        machine = credential.machine if "://" in credential.machine else f"http://{credential.machine}"
        parts = _split(machine)
        if parts is None or parts.hostname not in hosts:
            used = ", ".join(sorted(host for host in hosts if host)) or "none is set"
            loc = (*here, "credentials", at, "machine")
            yield Problem(
                loc,
                "no mirror is on this machine",
                f"use a mirror's host: {used}",
                credential.machine,
                needs=(here,),
            )


def _proxy(loc: Loc, proxy: Proxy, management: IPv4Network | None) -> Iterator[Problem]:
    for name, secret in (("http", proxy.http), ("https", proxy.https)):
        if secret is not None and _bad_proxy(secret):
            yield Problem((*loc, name), "is not an http or https address", "write it as `http://HOST:PORT`")
    if not (proxy.http or proxy.https):
        yield Problem(loc, "names no proxy", "set `http` or `https`, or remove it")
    elif management and not any(_covers(entry, management) for entry in proxy.no_proxy):
        reason = (
            f"does not have the management network {management}: hosts would reach each other by the proxy"
        )
        shown = ", ".join(proxy.no_proxy) or None
        needs: tuple[Loc, ...] = (("networks", "management", "cidr"),)
        yield Problem((*loc, "noProxy"), reason, f"add `{management}`", shown, needs=needs)


def _bad_proxy(secret: SecretStr) -> bool:
    value = secret.get_secret_value()
    return value != SEALED and _split(value) is None


def _covers(entry: str, network: IPv4Network) -> bool:
    try:
        return network.subnet_of(IPv4Network(entry))
    except ValueError:
        return entry == "*"


def _ca_bundle(loc: Loc, path: Path) -> list[Problem]:
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return [Problem(loc, "there is no such file", "put the site's CA certificates there", str(path))]
    except (OSError, UnicodeDecodeError):
        fix = "convert it to PEM (`openssl x509 -inform der`)"
        return [Problem(loc, "cannot be read as text", fix, str(path))]
    if "PRIVATE KEY" in text:
        reason = "has a private key in it, and it goes to every host"
        return [Problem(loc, reason, "take the key out; it needs certificates only", str(path))]
    if "-----BEGIN CERTIFICATE-----" not in text:
        return [
            Problem(
                loc, "has no certificate in PEM form", "convert it (`openssl x509 -inform der`)", str(path)
            )
        ]
    return []
