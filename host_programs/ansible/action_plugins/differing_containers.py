"""In place of Kolla-Ansible's module of this name while a plan is made: compares containers, and changes nothing.

The module itself compares, on the host, with the folders that containers have when they are deployed. What differs is
named and is no change, so that no handler restarts anything. Every other action of the module does nothing.
"""

from __future__ import annotations

import os
from typing import Any

from ansible.plugins.action import ActionBase

SCRATCH, LIVE = "CLOUD_KOLLA_SCRATCH", "/etc/kolla"
NOTHING = {"changed": False, "rc": 0, "stdout": "", "stderr": "", "result": False}


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible is not typed
    """Answers with what differs, by the names that the module has for it."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """The result of the task; a comparison that fails is a failure."""
        del tmp
        arguments = dict(self._task.args)
        if arguments.get("action") != "compare_container":
            return dict(NOTHING)
        scratch = os.environ[SCRATCH].rstrip("/")
        found = self._execute_module(
            module_name="kolla_container",
            module_args=_with_live_folders(arguments, scratch),
            task_vars=task_vars,
        )
        if found.get("failed") or not found.get("changed"):
            return dict(found)
        # Values may be secrets; their names are not.
        names = sorted({entry["name"] for entry in found.get("comparison_failures") or ()})
        return {**NOTHING, "cloud_container": arguments["name"], "cloud_differs": names or ["container"]}


def _with_live_folders(value: Any, scratch: str) -> Any:
    if isinstance(value, dict):
        return {key: _with_live_folders(inner, scratch) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_live_folders(inner, scratch) for inner in value]
    return value.replace(scratch, LIVE) if isinstance(value, str) else value
