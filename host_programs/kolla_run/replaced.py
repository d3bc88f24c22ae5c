"""Which of Kolla-Ansible's files are replaced, for which kind of run, why, and until when.

**Writing configuration.** `genconfig` promises to touch no container, but some roles notify handlers that create or
restart them (2025.1 placement, 2025.2 node exporters), which with a scratch folder would even mount it. And since
2025.1 it asks the running Nova, which before the first deployment is not there. Modules of ours settle both.

**Planning.** The configuration goes into a scratch folder, and then each role compares its containers, as it does when it
deploys; an action plugin in the place of `kolla_container` names those that differ, and has nothing done about it.

**Asking for images.** `pull` with another such plugin names every image that a host would pull, by what the roles
themselves make of the configuration, and pulls none.

**Working on containers.** A defect of the release is mended where its text is found, and only there: once a release
has mended it, nothing is replaced any more. And the tasks of the role `service-ks-register`, which start an Ansible in
the toolbox for each endpoint, are replaced by one that does the same in one process, where they are the ones that it was
compared with. (To compare times, take the release's checksum out of REGISTER_ROLES: the role's own tasks run again. The
events of a run, `events/deploy.jsonl`, have the seconds of each task.)
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence

from host_programs.kolla_run.patches import PATCHES, Patch

ALWAYS = ("kolla_container",)
BEFORE_DEPLOYMENT = ("kolla_toolbox",)

PLUGIN = "action_plugins/kolla_container.py"
ASK_IMAGES = "action_plugins/images_of_containers.py"
COMPARE = "action_plugins/differing_containers.py"
_COMPARED = "\n- name: Compare containers\n  ansible.builtin.import_tasks: check-containers.yml\n"
REGISTER = "roles/service-ks-register/tasks/main.yml"
REGISTER_ROLES = {"0c44a1cd3763b718", "1ea92b52c89fd5e6", "cde4c9e0d0090d7a", "92f36ace9b426b5d"}
"""Checksums of the tasks that ours equals: 18.8.0 and 19.8.0, 20.6.0, 21.3.0, 22.2.0."""
REGISTER_MODULES = ("library/cloud_keystone_register.py", "module_utils/cloud_keystone_inside.py")


def for_configuration(
    source: str, modules: str, *, deployed: bool, patches: Sequence[Patch] = PATCHES
) -> dict[str, str]:
    """Text by path below `ansible` for a run that writes configuration only.

    Args:
        source: Kolla-Ansible's folder `ansible`.
        modules: folder of our modules.
        deployed: whether there is a cloud that can be asked.
        patches: what to look for.
    """
    names = (*ALWAYS, *(() if deployed else BEFORE_DEPLOYMENT))
    # What is written must be what a deployment would write, and what is asked shows no password either.
    mended, _ = _mended(source, patches)
    return {**mended, **{f"library/{name}.py": _read(f"{modules}/{name}.py") for name in names}}


def for_plan(source: str, program: str, patches: Sequence[Patch] = PATCHES) -> dict[str, str]:
    """Text by path for a run that writes configuration into a scratch folder and compares containers.

    Args:
        source: Kolla-Ansible's folder `ansible`.
        program: our folder.
        patches: what to look for.
    """
    texts, _ = _mended(source, patches)
    for role in sorted(os.listdir(f"{source}/roles")):
        tasks = f"roles/{role}/tasks"
        if all(os.path.isfile(f"{source}/{tasks}/{name}.yml") for name in ("config", "check-containers")):
            path = f"{tasks}/config.yml"
            texts[path] = (texts.get(path) or _read(f"{source}/{path}")) + _COMPARED
    return {**texts, PLUGIN: _read(f"{program}/{COMPARE}")}


def for_images(program: str) -> dict[str, str]:
    """Text by path for a run that only asks which images there must be."""
    return {PLUGIN: _read(f"{program}/{ASK_IMAGES}")}


def for_containers(
    source: str, program: str, patches: Sequence[Patch] = PATCHES
) -> tuple[Mapping[str, str], list[str]]:
    """Text by path for a run that works on containers, and a line for the operator on each replacement.

    Args:
        source: Kolla-Ansible's folder `ansible`.
        program: our folder, in which files have the paths that they get.
        patches: what to look for.
    """
    texts, lines = _mended(source, patches)
    if os.path.isfile(f"{source}/{REGISTER}"):
        if hashlib.sha256(_read(f"{source}/{REGISTER}").encode()).hexdigest()[:16] in REGISTER_ROLES:
            texts.update({path: _read(f"{program}/{path}") for path in (REGISTER, *REGISTER_MODULES)})
        else:
            lines.append(f"{REGISTER} is not one that ours was compared with: the release's own runs, slowly")
    return texts, lines


def _mended(source: str, patches: Sequence[Patch]) -> tuple[dict[str, str], list[str]]:
    """Texts of the files that have one of the defects, by path, and a line on each defect."""
    texts: dict[str, str] = {}
    lines = []
    for patch in patches:
        if not os.path.isfile(f"{source}/{patch.path}"):
            continue
        before = texts.get(patch.path) or _read(f"{source}/{patch.path}")
        text, found = re.subn(patch.defect, patch.mended, before)
        if found:
            texts[patch.path] = text
            lines.append(f"patched for this run: {patch.path}: {patch.why}")
    return texts, lines


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
