"""The way out of an enclosed site: CAs and logins for apt, proxies for apt, Docker and pip. Secret."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from components.host_prep.docker import PROXY_ENVIRONMENT
from components.host_prep.target import Target
from components.state import State
from config.site.packages import Proxy

_APT_CA_FILE = "/etc/apt/openstack-cloud-ca.pem"


def before_packages(target: Target) -> State:
    """What apt itself needs before it can fetch anything: CAs, proxies and logins."""
    packages = target.cloud.packages
    archives = [packages.mirror, packages.security_mirror, *(r.uris for r in packages.repositories.values())]
    urls = [urlsplit(url) for text in archives if text for url in text.split()]
    files: State = {}
    if target.files.ca_bundle is not None:
        secure = sorted({url.hostname for url in urls if url.scheme == "https" and url.hostname})
        lines = [f'Acquire::https::{host}::CAInfo "{_APT_CA_FILE}";' for host in secure]
        files[_APT_CA_FILE] = {"content": target.files.ca_bundle, "mode": "0644"}
        files["/etc/apt/apt.conf.d/05cloud-ca"] = {"content": "\n".join(lines) + "\n", "mode": "0644"}
    if packages.proxy:
        proxies = _urls(packages.proxy)
        lines = [f'Acquire::{kind}::Proxy "{url}";' for kind, url in proxies.items()]
        # apt knows no subnets or domains, only hosts: name those of the archives that they cover.
        direct = _covered({url.hostname for url in urls if url.hostname}, packages.proxy.no_proxy)
        lines += [f'Acquire::{kind}::Proxy::{host} "DIRECT";' for kind in proxies for host in direct]
        files["/etc/apt/apt.conf.d/05cloud-proxy"] = _secret("\n".join(lines) + "\n")
    if packages.credentials:
        logins = (
            f"machine {entry.machine} login {entry.login} password {entry.password.get_secret_value()}\n"
            for entry in packages.credentials
        )
        files["/etc/apt/auth.conf.d/cloud.conf"] = _secret("".join(logins))
    options = {path: "apt" for path in files if path.startswith("/etc/apt/apt.conf.d/")}
    return {"files": files, "effective": options} if files else {}


def pip(target: Target) -> State:
    """The index for pip, where no proxy makes the file secret."""
    if target.cloud.packages.proxy or not target.cloud.packages.pypi_index:
        return {}
    return {"files": {"/etc/pip.conf": {"content": _pip(target), "mode": "0644"}}}


def secret_proxies(target: Target) -> State:
    """The proxies of Docker and pip."""
    proxy = target.cloud.packages.proxy
    if proxy is None:
        return {}
    variables = {f"{kind.upper()}_PROXY": url for kind, url in _urls(proxy).items()}
    if proxy.no_proxy:
        variables["NO_PROXY"] = ",".join(proxy.no_proxy)
    environment = "".join(f"{name}={value}\n" for name, value in variables.items())
    return {
        "files": {PROXY_ENVIRONMENT: _secret(environment), "/etc/pip.conf": _secret(_pip(target))},
        "units": {"docker.service": {"active": True, "restart_on": [PROXY_ENVIRONMENT]}},
    }


def _pip(target: Target) -> str:
    packages = target.cloud.packages
    urls = _urls(packages.proxy) if packages.proxy else {}
    lines = ["[global]"]
    lines += [f"index-url = {packages.pypi_index}"] if packages.pypi_index else []
    lines += [f"proxy = {urls.get('https', urls.get('http'))}"] if urls else []
    return "\n".join(lines) + "\n"


def _covered(hosts: Iterable[str], no_proxy: Iterable[str]) -> list[str]:
    """The hosts that an entry covers: by name, by domain (`.example.com`) or by subnet."""
    entries = list(no_proxy)
    return sorted(host for host in hosts if any(_covers(entry, host) for entry in entries))


def _covers(entry: str, host: str) -> bool:
    if host == entry or host.endswith("." + entry.lstrip(".")):
        return True
    try:
        return ip_address(host) in ip_network(entry)
    except ValueError:
        return False


def _urls(proxy: Proxy) -> dict[str, str]:
    given = {"http": proxy.http, "https": proxy.https}
    return {kind: url.get_secret_value() for kind, url in given.items() if url is not None}


def _secret(content: str) -> State:
    return {"content": content, "mode": "0600", "sensitive": True}
