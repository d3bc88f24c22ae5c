"""Mirrors, their logins, proxies."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Network
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from config.cloud import CloudConfig
from config.errors import Loc, Problem
from config.packages import Packages, Proxy
from config.sealed import SEALED

_HERE: Loc = ("packages",)


def packages(cloud: CloudConfig) -> Iterator[Problem]:
    """Sources are web addresses without logins; logins and proxies fit them."""
    settings = cloud.packages
    for loc, url in _sources(settings):
        yield from _url(loc, url)
    for name, repository in settings.repositories.items():
        loc = (*_HERE, "repositories", name)
        key = repository.key
        if key is None and not repository.trusted:
            yield Problem(
                loc, "has no `key`; apt refuses what is not signed", "add its signing key, or `trusted: true`"
            )
        elif key is not None and "BEGIN PGP PUBLIC KEY BLOCK" not in key:
            reason = "is not an ASCII-armoured public key"
            yield Problem(
                (*loc, "key"),
                reason,
                "paste the file that starts with `-----BEGIN PGP PUBLIC KEY BLOCK-----`",
            )
    yield from _credentials(settings)
    if settings.proxy is not None:
        yield from _proxy(settings.proxy, cloud.networks.management.cidr)


def _sources(settings: Packages) -> Iterator[tuple[Loc, str]]:
    urls = {
        "mirror": settings.mirror,
        "securityMirror": settings.security_mirror,
        "pypiIndex": settings.pypi_index,
    }
    for name, url in urls.items():
        if url is not None:
            yield (*_HERE, name), url
    for name, repository in settings.repositories.items():
        for uri in repository.uris.split() or [""]:
            yield (*_HERE, "repositories", name, "uris"), uri


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


def _credentials(settings: Packages) -> Iterator[Problem]:
    hosts = {parts.hostname for _, url in _sources(settings) if (parts := _split(url))}
    for at, credential in enumerate(settings.credentials):
        machine = credential.machine if "://" in credential.machine else f"http://{credential.machine}"
        parts = _split(machine)
        if parts is None or parts.hostname not in hosts:
            used = ", ".join(sorted(host for host in hosts if host)) or "none is set"
            loc = (*_HERE, "credentials", at, "machine")
            needs = (_HERE,)
            yield Problem(
                loc,
                "no mirror is on this machine",
                f"use a mirror's host: {used}",
                credential.machine,
                needs=needs,
            )


def _proxy(proxy: Proxy, management: IPv4Network | None) -> Iterator[Problem]:
    loc: Loc = (*_HERE, "proxy")
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
