"""A host whose toolbox has a Keystone of its own, to register a service in."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2.nativetypes import NativeEnvironment

from host_programs.ansible.module_utils import cloud_keystone_inside as inside
from host_programs.kolla_run import replaced
from tests.unit.host_programs.kolla_run.fake import OURS
from tests.unit.host_programs.kolla_run.support import HERE

ANSIBLE = Path(sys.executable).with_name("ansible-playbook")
# Before the collection had names of its own.
OLD_NAMES = {
    "os_keystone_service": "catalog_service",
    "os_keystone_endpoint": "endpoint",
    "os_project": "project",
    "os_user": "identity_user",
    "os_keystone_role": "identity_role",
    "os_user_role": "role_assignment",
}
PASSWORD = "canary-of-glance"
ADMIN = "canary-of-the-admin"
VARIABLES: dict[str, Any] = {
    "project_name": "glance",
    "kolla_container_engine": "docker",
    "service_ks_register_region_name": "RegionOne",
    "service_ks_register_endpoint_region": "RegionTwo",
    "service_ks_register_auth": {"password": ADMIN, "username": "admin"},
    "service_ks_register_interface": "internal",
    "service_ks_register_domain": "default",
    "service_ks_register_retries": 0,
    "service_ks_register_delay": 0,
    "service_ks_cacert": "/ca.crt",
    "openstack_auth_cloud": "kolla-admin-internal",
    "update_keystone_service_user_passwords": False,
    "service_ks_register_services": [
        {
            "name": "glance",
            "type": "image",
            "description": "Images",
            "endpoints": [
                {"url": "http://in:9292", "interface": "internal"},
                {"url": "http://out:9292", "interface": "public"},
            ],
        },
        {"name": "gone", "type": "old", "description": "x", "enabled": "no", "endpoints": []},
    ],
    "service_ks_register_users": [
        {"project": "service", "user": "glance", "password": PASSWORD, "role": "admin"},
        {"project": "service", "user": "glance2", "password": PASSWORD + "2", "role": "admin"},
    ],
    "service_ks_register_roles": ["service"],
    "service_ks_register_user_roles": [
        {"project": "service", "user": "glance", "role": "service"},
        {"system": "all", "user": "glance", "role": "admin"},
    ],
}


def truth(value: Any) -> bool:
    return str(value).lower() in {"true", "yes", "1", "on"}


class Toolbox:
    """A host with a `docker` that leads into a toolbox with a Keystone of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        base = root / "site/ansible_collections/openstack/cloud/plugins"
        (base / "module_utils").mkdir(parents=True)
        (base / "modules").mkdir()
        shutil.copytree(HERE / "toolbox/openstack", root / "site/openstack")
        shutil.copy(HERE / "toolbox/collection.py", base / "module_utils/openstack.py")
        for name in ("catalog_service", "endpoint", "project", *OLD_NAMES.values()):
            text = "from ansible_collections.openstack.cloud.plugins.module_utils import openstack\n"
            (base / f"modules/{name}.py").write_text(f"{text}\n\ndef main():\n    openstack.run({name!r})\n")
        self.script(
            "docker", f'echo "$@" >> {root}/argv; shift 6; PYTHONPATH={root}/site exec {sys.executable} "$@"'
        )
        self.script("sudo", 'until [ "$1" = /bin/sh ]; do shift; done; exec "$@"')
        shutil.copytree(OURS, root / "tree", ignore=shutil.ignore_patterns("playbooks", "callback"))
        defaults = root / "tree/roles/service-ks-register/defaults"
        defaults.mkdir()
        (defaults / "main.yml").write_text(yaml.safe_dump({"service_ks_register_roles": []}))

    def script(self, name: str, text: str) -> None:
        """A program of the host."""
        path = self.root / "bin" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def play(self) -> str:
        """Run the role; return what Ansible said."""
        play = {
            "hosts": "localhost",
            "gather_facts": False,
            "vars": VARIABLES,
            "roles": ["service-ks-register"],
        }
        playbook = self.root / "tree/site.yml"
        playbook.write_text(yaml.safe_dump([play]))
        done = subprocess.run(
            [str(ANSIBLE), "-i", "localhost,", "-c", "local", "-vvv", str(playbook)],
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=100,
            env={
                **self.environment(),
                "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
                "ANSIBLE_BECOME_EXE": str(self.root / "bin/sudo"),
                "ANSIBLE_NOCOLOR": "1",
            },
        )
        return done.stdout + done.stderr

    def environment(self) -> dict[str, str]:
        """With our `docker`, and where its Keystone is kept."""
        own = {"PATH": f"{self.root}/bin:{os.environ['PATH']}", "HOME": str(self.root)}
        return {**os.environ, **own, "KEYSTONE": str(self.root / "keystone.json")}

    def register(self, check: bool = False, **variables: Any) -> dict[str, Any]:
        """What the module of the host does with the variables, without an Ansible around it."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(sys.modules, "ansible.module_utils.cloud_keystone_inside", inside)
            for name, value in self.environment().items():
                patch.setenv(name, value)
            spec = importlib.util.spec_from_file_location("register", OURS / replaced.REGISTER_MODULES[0])
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            [task] = yaml.safe_load((OURS / replaced.REGISTER).read_text())
            environment = NativeEnvironment()
            environment.filters["bool"] = truth

            def render(value: Any) -> Any:
                if isinstance(value, dict):
                    return {key: render(below) for key, below in value.items()}
                return environment.from_string(value).render({**VARIABLES, **variables})

            params = render(task["cloud_keystone_register"])
            return module.register(params, check)  # type: ignore[no-any-return]

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """What is registered."""
        found: dict[str, list[dict[str, Any]]] = json.loads((self.root / "keystone.json").read_text())
        return found
