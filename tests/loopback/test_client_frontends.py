"""Kolla-Ansible's own role takes our words for a bind line, in every release, and nothing else changes in what it writes.

The published packages and this project's Ansible; nothing is deployed. The load balancer's files are written below the
test's folder, once with our files below `config/` and once without.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from config.kolla.clients import CA, CRL, Clients, asked, frontends
from config.release_map import known
from tests.loopback.kolla_package import run_playbook, unpacked

APIS = ("keystone", "nova", "glance", "horizon")
GROUPS = ("loadbalancer", "keystone", "nova-api", "nova-metadata", "nova-conductor", "glance-api", "horizon")
HANDLER = "{name: Restart haproxy container, debug: {msg: none}}"
ROLES = ", ".join(f"{{include_role: {{name: {name}, tasks_from: loadbalancer}}}}" for name in APIS)
PLAY = f"- {{hosts: all, gather_facts: false, handlers: [{HANDLER}], tasks: [{ROLES}]}}\n"
SHOWN = "ssl crt /etc/haproxy/certificates/haproxy.pem"
VIPS = {"internal": "10.10.10.1", "external": "192.0.2.1"}


@pytest.fixture(scope="module", params=known())
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Lines of each file, with our words and as the release has it."""
    folder = tmp_path_factory.mktemp(f"kolla-{request.param}")
    ansible = unpacked(request.param, folder)
    playbook = ansible / "clients.yml"
    playbook.write_text(PLAY)
    # No firewalld here; the option that the roles' task asks for is off.
    stub = folder / "collections/ansible_collections/ansible/posix/plugins/modules/firewalld.py"
    stub.parent.mkdir(parents=True)
    stub.write_text("")
    (folder / "modules").mkdir()
    (folder / "modules/firewalld.py").write_text("")
    (folder / "inventory").write_text(
        "".join(f"[{group}]\nctl01 ansible_connection=local\n" for group in GROUPS)
    )
    device = {"device": "eth0", "active": True, "ipv4": {"address": "10.10.10.11"}}
    facts = {"hostname": "ctl01", "os_family": "Debian", "processor_vcpus": 2, "eth0": device}
    (folder / "facts").mkdir()
    (folder / "facts/ctl01").write_text(
        json.dumps({f"ansible_{name}": value for name, value in facts.items()})
    )
    clients = Clients.model_construct(apis=APIS, ca=Path("ca.pem"), crl=Path("crl.pem"))
    return {
        "ours": rendered(folder, playbook, "ours", frontends(clients)),
        "own": rendered(folder, playbook, "own", {}),
    }


def rendered(folder: Path, playbook: Path, name: str, texts: dict[str, str]) -> list[str]:
    """What the load balancer gets: the lines of all files, without comments and empty lines."""
    home = folder / name
    place = home / "node/haproxy/services.d"
    place.mkdir(parents=True)
    for path, text in texts.items():
        (home / "config" / path).parent.mkdir(parents=True, exist_ok=True)
        (home / "config" / path).write_text(text)
    run_playbook(folder, playbook, options(home))
    files = sorted(place.glob("*.cfg"))
    assert files
    lines = [f"{file.name}: {line.strip()}" for file in files for line in file.read_text().splitlines()]
    return [line for line in lines if not line.endswith(": ") and ": #" not in line]


def options(home: Path) -> dict[str, Any]:
    tls = {f"kolla_enable_tls_{side}": True for side in VIPS}
    vips = {f"kolla_{side}_vip_address": address for side, address in VIPS.items()}
    names = {f"kolla_{side}_fqdn": f"{side}.cloud.test" for side in VIPS}
    folders = {
        "node_config": str(home),
        "node_config_directory": str(home / "node"),
        "node_custom_config": str(home / "config"),
    }
    local = {"ansible_become": False, "ansible_python_interpreter": sys.executable}
    rest = {
        "haproxy_password": "none-of-these",
        "kolla_action": "config",
        "kolla_same_external_internal_vip": False,
    }
    return {**tls, **vips, **names, **folders, **local, **rest, "enable_haproxy": True}


def test_every_external_frontend_asks(written: dict[str, list[str]]) -> None:
    binds = [line for line in written["ours"] if SHOWN in line]
    assert len(binds) >= len(APIS)
    assert [line for line in binds if not line.endswith(asked(CA, CRL))] == []


def test_nothing_else_differs_from_the_release_s_own(written: dict[str, list[str]]) -> None:
    assert [line.replace(f" {asked(CA, CRL)}", "") for line in written["ours"]] == written["own"]
