"""Rewrites `override_paths.yaml` from kolla-ansible's wheels, for a new release of it.

`python -m config.kolla.generate_paths 2024.1=kolla_ansible-18.8.0-….whl 2024.2=…`: every release at once.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from pathlib import Path
from zipfile import ZipFile

import yaml

_USE = re.compile(r"\{\{ *node_custom_config *\}\}/((?:\{\{.*?\}\}|[^\"'\s,\]])*)")
_ALIAS = re.compile(r"^(\w+): \"\{\{ *node_custom_config *\}\}\"$", re.MULTILINE)
"""An option that stands for the folder itself, for a site to name another one."""
_ITEMS = re.compile(r"^ +(?:with_items|loop):\n((?: +- [\"']?[\w.-]+[\"']?\n)+)", re.MULTILINE)
_SERVICES = re.compile(r"^\w+_services:\n((?:  .*\n|\n)+)", re.MULTILINE)
_ROLES = {
    "nova-cell": "nova",
    "certificates": "nova",
    "octavia-certificates": "octavia",
    "haproxy-config": "loadbalancer",
    "cron": "common",
    "fluentd": "common",
    "kolla_toolbox": "common",
    "ironic-inspector": "ironic",
}
_FOLDERS = {
    "prometheus/": ("prometheus/*.rules", "prometheus/*.tmpl"),
    "horizon/": ("horizon/*_policy.yaml", "horizon/*_policy.json"),
}

Found = dict[str, dict[str, set[str]]]
"""Service, then path or component, then the releases that have it."""


def main(arguments: list[str]) -> int:
    """Write the file; each argument is `SERIES=WHEEL`."""
    wheels = dict(argument.split("=", 1) for argument in arguments)
    paths: Found = defaultdict(lambda: defaultdict(set))
    components: Found = defaultdict(lambda: defaultdict(set))
    for series, wheel in wheels.items():
        with ZipFile(wheel) as archive:
            texts = {
                name: archive.read(name).decode(errors="replace")
                for name in archive.namelist()
                if "/ansible/roles/" in name and not name.endswith("/")
            }
        aliases = {alias for text in texts.values() for alias in _ALIAS.findall(text)}
        for name, text in texts.items():
            role = name.split("/roles/")[1].split("/")[0]
            for alias in aliases:
                text = re.sub(rf"\{{\{{ *{alias} *\}}\}}/", "{{ node_custom_config }}/", text)  # noqa: PLW2901
            _read(_spelt_out(text), role, series, paths, components)
    data = {
        "paths": {s: _listed(found, list(wheels)) for s, found in sorted(paths.items())},
        "components": {s: sorted(found) for s, found in sorted(components.items())},
    }
    head = "# Written by `python -m config.kolla.generate_paths` from kolla-ansible's own tasks; see override_paths.py.\n"
    target = Path(__file__).with_name("override_paths.yaml")
    target.write_text(head + yaml.safe_dump(data, sort_keys=False, width=200), encoding="utf-8")
    return 0


def _read(text: str, role: str, series: str, paths: Found, components: Found) -> None:
    service = _ROLES.get(role, role)
    for use in _USE.findall(text):
        for path in _patterns(use):
            paths["global" if path == "global.conf" else service][path].add(series)
    if services := _SERVICES.search(text):
        for component in re.findall(r"^  ([\w-]+):\n", services[1], re.MULTILINE):
            components[service][component].add(series)


def _spelt_out(text: str) -> str:
    """Tasks that read a folder's `{{ item }}` for each name of a list, with a line for each name."""
    tasks = re.split(r"(?m)^(?=- )", text)
    return "".join(_one_task(task) for task in tasks)


def _one_task(task: str) -> str:
    items = _ITEMS.search(task)
    named = re.search(r".*node_custom_config.*/\{\{ *item *\}\}\"?\n", task)
    if items is None or named is None:
        return task
    names = [
        name for name in re.findall(r"- [\"']?([\w.-]+)", items[1]) if "." in name
    ]  # else they are folders
    lines = "".join(re.sub(r"\{\{ *item *\}\}", name, named[0]) for name in names)
    return task.replace(named[0], lines)


def _patterns(use: str) -> tuple[str, ...]:
    path = re.sub(r"\{\{ *inventory_hostname *\}\}", "HOST", use)
    path = re.sub(r"\{\{ *(item\.key|service_name) *\}\}", "COMPONENT", path)
    path = re.sub(r"\{\{ *item *\}\}\.conf$", "COMPONENT.conf", path)
    path = re.sub(r"\{\{ *haproxy_service_template *\}\}", "*.j2", path)
    path = re.sub(r"\{\{[^}]*(keyring)[^}]*\}\}", "*.keyring", path)
    path = re.sub(r"\{\{[^}]*cluster[^}]*\}\}", "ceph*", path)
    path = re.sub(r"\{\{.*?\}\}", "*", path)
    if re.fullmatch(r"[\w-]+/\*/?|\*\.\w+", path):  # files of a maker's driver, of Octavia, of Bifrost
        return ("octavia/*.pem",) if path.startswith("octavia/") else ()
    if path in _FOLDERS:
        return (*_FOLDERS[path], *(f"{path}policy.{kind}" for kind in ("yaml", "json")))
    if re.fullmatch(r"[\w-]+/", path):
        return (f"{path}policy.yaml", f"{path}policy.json")
    if use == "octavia":  # where its certificates are made, not read
        return ()
    if path.endswith(("prometheus.yml.d", "themes/*")):
        return (f"{path.removesuffix('/*')}/**",)
    if path and "." not in path.rsplit("/", 1)[-1] and "*" not in path:
        exact = path.endswith(("authkey", "release", "kubeconfig", "nfs_shares", "vmware_ca", "erl_inetrc"))
        return (path if exact else f"{path.rstrip('/')}/**",) if not path.endswith("plugins") else (path,)
    return (path,) if path.strip("*/") else ()


def _listed(found: dict[str, set[str]], order: list[str]) -> list[str]:
    """Paths, with the releases behind them where not all have it."""
    every = set(order)
    return [
        path if series == every else f"{path} {','.join(one for one in order if one in series)}"
        for path, series in sorted(found.items())
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
