"""Ansible's action `kolla_toolbox`: before the first deployment there are no hypervisors to list.

The role nova-cell (kolla-ansible 20.x, tasks/config.yml) asks Nova for its hypervisors through the toolbox
container even to render configuration files, so that `genconfig` would fail on a cloud that is not deployed yet.
Where the runner says so, that one question is answered with "none", as a new cloud would answer it; everything
else goes to Kolla's own module.
"""

from __future__ import annotations

import os
from typing import Any

from ansible.plugins.action import ActionBase

RENDER_ONLY = "CLOUD_RENDER_ONLY"
"""Set by the runner while it renders configuration files and nothing else."""


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible has no types
    """Runs the module of the same name."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """Run the module; answer for a toolbox that is not there yet."""
        super().run(tmp, task_vars)
        result: dict[str, Any] = self._execute_module(task_vars=task_vars)
        arguments = self._task.args.get("module_args") or {}
        asks = self._task.args.get("module_name") == "openstack.cloud.resources"
        absent = "is missing or not running" in str(result.get("msg"))
        if os.environ.get(RENDER_ONLY) and asks and arguments.get("type") == "hypervisor" and absent:
            return {"changed": False, "resources": []}
        return result
