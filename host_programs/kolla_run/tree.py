"""Kolla-Ansible's playbooks in a form that writes configuration and can touch no container.

`genconfig` promises as much, but some roles notify handlers that create or restart containers (2025.1 placement,
2025.2 node exporters), which with a scratch folder would even mount it. And since 2025.1 it asks the running Nova,
which before the first deployment is not there. Modules beside a playbook win over all others, so a copy of the
playbooks with other modules beside it settles both: the roles themselves are the release's own.
"""

from __future__ import annotations

import os
import shutil

ALWAYS = ("kolla_container",)
BEFORE_DEPLOYMENT = ("kolla_toolbox",)


def build(target: str, source: str, modules: str, *, deployed: bool) -> str:
    """Make the tree anew; return the path of its main playbook.

    Args:
        target: where it is made.
        source: Kolla-Ansible's folder `ansible`.
        modules: folder of the modules that take the place of its own.
        deployed: whether there is a cloud that can be asked.
    """
    shutil.rmtree(target, ignore_errors=True)
    os.makedirs(f"{target}/library")
    for name in sorted(os.listdir(source)):
        if name == "library":
            continue
        if name.endswith(".yml"):
            # A link would lead Ansible back to the release's own modules.
            shutil.copyfile(f"{source}/{name}", f"{target}/{name}")
        else:
            os.symlink(f"{source}/{name}", f"{target}/{name}")
    ours = {f"{name}.py" for name in (*ALWAYS, *(() if deployed else BEFORE_DEPLOYMENT))}
    for name in sorted(name for name in os.listdir(f"{source}/library") if name.endswith(".py")):
        origin = modules if name in ours else f"{source}/library"
        os.symlink(f"{origin}/{name}", f"{target}/library/{name}")
    for parent, folders, files in os.walk(target):
        for name in (*folders, *files):
            if not os.path.islink(f"{parent}/{name}"):
                os.chmod(f"{parent}/{name}", 0o755 if name in folders else 0o644)
    os.chmod(target, 0o755)  # noqa: S103 - as above
    return f"{target}/site.yml"
