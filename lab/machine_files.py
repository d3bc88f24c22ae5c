"""Files that every host takes over from the machine: TLS, pip and proxies work in it as they do here."""

from __future__ import annotations

import os
from pathlib import Path

BUNDLE = Path("/etc/ssl/certs/ca-certificates.crt")
OWN_CERTIFICATES = Path("/usr/local/share/ca-certificates")
PIP = Path("/etc/pip.conf")
PIP_SETTINGS = {
    "PIP_INDEX_URL": "index-url",
    "PIP_EXTRA_INDEX_URL": "extra-index-url",
    "PIP_TRUSTED_HOST": "trusted-host",
}


def machine_files() -> dict[str, str]:
    """Path in the image (without the leading slash) -> content."""
    files = {
        str(path).lstrip("/"): path.read_text()
        for path in (sorted(OWN_CERTIFICATES.rglob("*.crt")) if OWN_CERTIFICATES.is_dir() else [])
    }
    files["etc/pip.conf"] = pip_conf(PIP.read_text() if PIP.exists() else "", dict(os.environ))
    if proxies := proxy_lines(dict(os.environ)):
        files["etc/environment"] = proxies
    return files


def pip_conf(machines: str, environment: dict[str, str]) -> str:
    """Settings of pip: the machine's file, else what its environment sets; always the machine's CA bundle."""
    if machines:
        return machines
    lines = [
        f"{setting} = {environment[name]}" for name, setting in PIP_SETTINGS.items() if environment.get(name)
    ]
    return "\n".join(["[global]", f"cert = {BUNDLE}", *lines]) + "\n"


def proxy_lines(environment: dict[str, str]) -> str:
    """Lines for /etc/environment; a proxy on the machine's loopback would be no use to a host."""
    names = ("http_proxy", "https_proxy", "no_proxy")
    found = {name: environment.get(name) or environment.get(name.upper()) for name in names}
    if any(value and ("//127." in value or "//localhost" in value) for value in found.values()):
        return ""
    return "".join(f'{name}="{value}"\n' for name, value in found.items() if value)
