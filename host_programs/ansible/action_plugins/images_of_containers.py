"""In place of Kolla-Ansible's module of this name while its images are only asked for: names the image, on no host.

An action plugin runs on the deploy host and wins over a module of its name: no host is connected to for it.
"""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase


class ActionModule(ActionBase):  # type: ignore[misc]  # Ansible is not typed
    """Answers with the image of its arguments."""

    def run(self, tmp: Any = None, task_vars: Any = None) -> dict[str, Any]:
        """The result of the task."""
        del tmp, task_vars
        return {"changed": False, "cloud_image": self._task.args.get("image", "")}
