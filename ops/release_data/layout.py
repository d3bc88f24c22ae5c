"""The rest of a release: inventory groups, plays and tags, services, CLI verbs, requirements."""

from __future__ import annotations

import configparser
import re
from typing import Any

from ops.release_data.package import Package

_COLLECTIONS = "requirements-core.yml"


def groups(package: Package) -> dict[str, list[str]]:
    """Inventory group to its children, in multinode's order; those of hosts have none."""
    found: dict[str, list[str]] = {}
    members: list[str] = []
    for line in package.text("ansible/inventory/multinode").splitlines():
        text = line.split("#", 1)[0].strip()
        if text.startswith("["):
            name, _, kind = text.strip("[]").partition(":")
            members = found.setdefault(name, []) if kind == "children" else []
            found.setdefault(name, [])
        elif text:
            members.append(text)
    return found


def plays(package: Package, playbook: str = "site.yml") -> list[list[Any]]:
    """The playbook's plays in order, those it imports among them: role, its tags, the groups it runs on."""
    rows: list[list[Any]] = []
    for play in package.yaml(f"ansible/{playbook}"):
        if "import_playbook" in play:
            rows += plays(package, play["import_playbook"])
            continue
        hosts = play.get("hosts", [])
        names = [hosts] if isinstance(hosts, str) else hosts
        names = [host for host in names if not host.startswith(("&", "!", "{"))]
        for role in play.get("roles", []):
            entry = role if isinstance(role, dict) else {"role": role}
            rows.append([entry["role"], _tags(play) + _tags(entry), names])
    return rows


def _tags(entry: dict[str, Any]) -> list[str]:
    tags = entry.get("tags", [])
    return [tags] if isinstance(tags, str) else tags


def services(package: Package) -> dict[str, list[str]]:
    """Container's service name to role, container name and inventory group."""
    found: dict[str, list[str]] = {}
    for path in package.below(r"ansible/roles/[^/]+/defaults/main\.yml"):
        role = path.split("/")[2]
        for name, value in (package.yaml(path) or {}).items():
            if name.endswith("_services") and isinstance(value, dict):
                for service, spec in value.items():
                    if isinstance(spec, dict) and "container_name" in spec:
                        group = spec.get("group", service)
                        found[service] = [role, str(spec["container_name"]), str(group)]
    return dict(sorted(found.items()))


def passwords(package: Package) -> list[str]:
    """Names in passwords.yml, in its order."""
    return list(package.yaml("etc_examples/kolla/passwords.yml"))


def verbs(package: Package) -> list[str]:
    """What the command line can do; a shell script until 2024.1, entry points since."""
    entries = package.member(f"kolla_ansible-{package.version}.dist-info/entry_points.txt") or ""
    parser = configparser.ConfigParser(delimiters=("=",))
    parser.read_string(entries)
    if parser.has_section("kolla_ansible.cli"):
        return sorted(parser.options("kolla_ansible.cli"))
    script = package.member(f"kolla_ansible-{package.version}.data/scripts/kolla-ansible") or ""
    usage = re.search(r"^Commands:\n(.*?)^EOF", script, re.M | re.S)
    return sorted(re.findall(r"^    ([a-z][\w-]*)", usage[1], re.M)) if usage else []


def collections(package: Package) -> dict[str, str]:
    """Ansible collection to the versions that the release takes."""
    wanted = package.yaml(_COLLECTIONS)["collections"]
    return {item["name"]: str(item["version"]) for item in sorted(wanted, key=lambda item: str(item["name"]))}


def host_systems(package: Package) -> dict[str, list[str]]:
    """Distribution to the versions that the release's own prechecks accept."""
    found: dict[str, list[str]] = package.yaml("ansible/roles/prechecks/vars/main.yml")["host_os_distributions"]
    return found


def requires(package: Package) -> dict[str, str]:
    """Python and the Python packages: name to the versions that the release takes."""
    found = {"python": str(package.metadata["Requires-Python"])}
    for line in package.metadata.get_all("Requires-Dist", []):
        match = re.match(r"([\w.-]+)(?:\[[^]]*\])?\s*\(?([^;)]*)", line)
        if match:
            found[match[1].lower()] = match[2].strip()
    if "ansible-core" not in found:
        limits = package.yaml("ansible/roles/prechecks/vars/main.yml")
        major, minor = str(limits["ansible_version_max"]).split(".")
        found["ansible-core"] = f">={limits['ansible_version_min']},<{major}.{int(minor) + 1}"
    return dict(sorted(found.items()))
