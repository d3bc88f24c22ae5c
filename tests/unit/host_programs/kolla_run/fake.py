"""A deploy host in a temporary folder, and an Ansible that does what a test says."""

from __future__ import annotations

import getpass
import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from host_programs.contract.kolla_run import RELEASE_FILE, Release
from host_programs.kolla_run.dialect import ACTIONS
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.paths import Paths
from host_programs.kolla_run.process import Ended
from tests.unit.host_programs.kolla_run.support import places

GLANCE = """---
glance_services:
  glance-api: {image: "{{ glance_api_image_full }}"}
glance_api_image_full: "{{ glance_tag }}"
"""
HEAT = "heat_services:\n  heat-api: {}\n"
OURS = Path(__file__).parents[4] / "host_programs/ansible"
MODULES = OURS / "library"
PASSWORD = "a-password-of-glance"
RENDER = ["prepare", "genconfig (scratch)", "collect"]
RENDER_GLANCE = ["prepare", "genconfig --tags glance (scratch)", "collect"]
"""What a plan runs: of everything, and of one service."""


class FakeHost:
    """The deploy host: one service (glance) on one host (ctl01)."""

    def __init__(self, root: Path) -> None:
        self.paths: Paths = places(root)
        self.said: list[str] = []
        self.ran: list[str] = []
        self.fails: set[str] = set()
        """Actions of Kolla-Ansible, or names of playbooks, that fail."""
        self.on: dict[str, Callable[[], None]] = {}
        """What happens when an action is run."""
        self.live: dict[str, str] = {}
        self.images: list[tuple[str, str]] = []
        """Host and image of what a pull would pull."""
        self.differing: dict[str, dict[str, list[str]]] = {}
        """By host and folder, how a container is not as it should be."""
        self.options: dict[str, Any] = {"glance_logging_debug": False}
        self.argv: list[str] = []
        """The latest command line."""
        self.source = base = Path(self.paths.venv("2025.1"), "share/kolla-ansible/ansible")
        shutil.copytree(OURS, self.paths.program)
        self._write(base / "site.yml", "- name: Apply role glance\n  tags: glance\n- name: Apply role heat\n")
        self._write(base / "group_vars/all.yml", 'glance_tag: "x"\n')
        self._write(base / "roles/glance/defaults/main.yml", GLANCE)
        self._write(base / "roles/heat/defaults/main.yml", HEAT)
        self._write(base / "roles/glance/tasks/config.yml", "- name: {{ glance_logging_debug }}\n")
        self._write(base / "roles/glance/tasks/check-containers.yml", "- name: compare\n")
        self._write(base / "library/kolla_container.py", "theirs")
        self._write(base / "library/kolla_toolbox.py", "theirs")
        self.release(kolla_ansible="20.6.0")
        for name in ("passwords.yml", "inventory"):
            self._write(Path(self.paths.config, name), name)
        self._next: dict[str, str] = {}

    def _write(self, path: Path, text: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write(self, name: str, text: str) -> None:
        """Change a file of the configuration."""
        self._write(Path(self.paths.config, name), text)

    def release(self, series: str = "2025.1", kolla_ansible: str = "20.6.0") -> None:
        about = Release(series, kolla_ansible, "cliff", "11", (), "source")
        self._write(Path(self.paths.program, RELEASE_FILE), json.dumps(about._asdict()))

    def kolla(self) -> Kolla:
        """A new process of kolla-run."""
        self.write("globals.yml", json.dumps(self.options))
        documents = [self.options, {"glance_database_password": PASSWORD}]
        with mock.patch("host_programs.kolla_run.kolla.read_yaml", return_value=documents):
            return Kolla(self.paths, self.said.append, self._execute, getpass.getuser())

    def _rendered(self) -> dict[str, str]:
        return {"glance-api/glance-api.conf": f"debug={self.options['glance_logging_debug']}"}

    def _execute(
        self, argv: Sequence[str], env: Mapping[str, str], clean: Any, log: str, tell: Any, user: str
    ) -> Ended:
        mine = not argv[0].endswith("kolla-ansible")
        self.argv = list(argv)
        action = Path(argv[-1]).stem if mine else _action(argv)
        scratch = env.get("CLOUD_KOLLA_SCRATCH", "")
        tags = f" --tags {argv[argv.index('--tags') + 1]}" if "--tags" in argv else ""
        asked = action == "pull" and "-p" in argv
        self.ran.append(f"{action}{tags}{' (scratch)' if scratch else ''}{' (asked)' if asked else ''}")
        if action in self.on:
            self.on[action]()
        if action in self.fails:
            failed: dict[str, Any] = {
                "e": "failed",
                "host": "ctl01",
                "service": "glance",
                "task": "t",
                "message": "no",
            }
            return Ended(
                2, [failed, {"e": "host", "host": "ctl01", "failures": 1}, {"e": "end", "hosts": 1}], []
            )
        if scratch:
            self._next = self._rendered()
        elif action in {"genconfig", "deploy", "reconfigure"}:
            self.live = self._rendered()
        elif action == "collect":
            Path(self.paths.results, "ctl01.json").write_text(json.dumps([self.live, self._next]))
            self._next = {}
        events: list[dict[str, Any]] = (
            [{"e": "folder", "folder": "glance-api", "tag": "glance"}] if scratch else []
        )
        events += [
            {"e": "container", "host": host, "folder": folder, "tag": "glance", "differs": names}
            for host, folders in self.differing.items()
            for folder, names in folders.items()
            if scratch
        ]
        events += [{"e": "image", "host": host, "image": name} for host, name in self.images if asked]
        events += [{"e": "host", "host": "ctl01", "changed": 1}, {"e": "end", "hosts": 1}]
        return Ended(0, events, [])


def _action(argv: Sequence[str]) -> str:
    names = (word.replace("_", "-") for word in argv)
    return next(name for name in names if name in ACTIONS)
