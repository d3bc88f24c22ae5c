"""Which of Kolla-Ansible's files are replaced, for which kind of run, why, and until when.

**Writing configuration.** `genconfig` promises to touch no container, but some roles notify handlers that create or
restart them (2025.1 placement, 2025.2 node exporters), which with a scratch folder would even mount it. And since
2025.1 it asks the running Nova, which before the first deployment is not there. Modules of ours settle both.

**Asking for images.** `pull` with an action plugin in the place of `kolla_container` names every image that a host
would pull, by what the roles themselves make of the configuration, and pulls none.

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
from typing import NamedTuple

ALWAYS = ("kolla_container",)
BEFORE_DEPLOYMENT = ("kolla_toolbox",)

IN_TOOLBOX = repr(
    [
        *("sh", "-c", 'exec "$(dirname "$(command -v ansible)")/python3" -c "$0"'),
        'import json, os, sys; from ansible.cli.adhoc import main; sys.argv = json.loads(os.environ.pop("ARGV")); main()',
    ]
)
"""The toolbox's `ansible`, its command line from the environment, which only its own user may read."""


class Patch(NamedTuple):
    """A defect of Kolla-Ansible, in every release of the map that has it."""

    path: str
    """Below Kolla-Ansible's folder `ansible`."""
    defect: str
    """A regular expression."""
    mended: str
    """What takes its place."""
    why: str
    """What it does, and until when it is replaced."""


_OPENSTACK = (
    r"(?m)^( +)((?:ansible\.builtin\.)?command: >\n +\{\{ kolla_container_engine \}\} exec )(?:-t )?(\w+) openstack\n"
    r"((?:.+\n)*?) +--os-password[ =](\{\{ [\w.]+ \}\})\n"
)
"""A task that runs `openstack` in a container: indentation, start, container, words before the password, the password."""
_BY_STDIN = (
    r"""\1args: {stdin: "\5"}\n"""
    r"""\1\2-i \3 sh -c 'read -r OS_PASSWORD; export OS_PASSWORD; exec openstack "$@"' openstack\n\4"""
)
"""The same with its password on stdin. Ansible's `environment` would write it on a command line, too: of sudo's shell."""

PATCHES = (
    # D-Bus refuses it, the exception is swallowed, and systemd never hears of the unit that was written: it then
    # waits for a unit to stop that it does not know. Seen in 18.8.0 (2024.1) to 22.2.0 (2026.1).
    Patch(
        path="module_utils/kolla_systemd_worker.py",
        defect=r"(?<='Reload'),\s*self\.container_dict\['service_name'\],\s*self\.job_mode(?=\s*\))",
        mended="",
        why="its reload() fails, and each container that is recreated waits 125 s for it"
        " (until Kolla-Ansible calls Reload without arguments)",
    ),
    # The same wait where nothing else made systemd read its units again after this one was enabled: it then forgets
    # a unit as soon as it has stopped. Seen in the same releases, with etcd, which is restarted once it has joined.
    Patch(
        path="module_utils/kolla_systemd_worker.py",
        defect=r"if self\.get_unit_state\(\) == state:",
        mended="if (self.get_unit_state() or 'dead') == state:",
        why="it waits 125 s for a unit to stop that systemd has forgotten"
        " (until Kolla-Ansible takes a unit that is not listed for a dead one)",
    ),
    # Every password of a database, a queue or an API passes through it. Seen in 18.8.0 (2024.1) to 21.3.0 (2025.2).
    Patch(
        path="library/kolla_toolbox.py",
        defect=r"((?:exec_create|exec_run|_run_command)\(\s*(?:kolla_toolbox,\s*)?)(command(?:_line)?),(\s*)environment=environment",
        mended=rf"\1{IN_TOOLBOX},\3environment=dict(environment, ANSIBLE_LOG_PATH='/dev/null', ARGV=json.dumps(\2))",
        why="it writes passwords on command lines and into ansible.log, which every user of a host may read"
        " (until 2026.1, which runs it otherwise)",
    ),
    # Seen in 18.8.0 (2024.1) to 22.2.0 (2026.1).
    *(
        Patch(
            path=path,
            defect=_OPENSTACK,
            mended=_BY_STDIN,
            why="it writes a password on the command line of `openstack`, which every user of a host may read"
            " (until Kolla-Ansible hands it on by another way)",
        )
        for path in (
            "roles/nova-cell/tasks/wait_discover_computes.yml",
            "roles/ironic/tasks/upgrade.yml",
            "roles/keystone/tasks/register_identity_providers.yml",
            "roles/octavia/tasks/hm-interface.yml",
        )
    ),
    # After a power cut an API that starts before its etcd or its database stays up without an application, for ever.
    # Seen in cinder-api of 20.6.0 (2025.1); the role is in 2025.1 and newer.
    Patch(
        path="roles/service-uwsgi-config/templates/uwsgi.ini.j2",
        defect=r"(?ms)\A(?!.*^need-app)(.*?)^master = true$",
        mended=r"\1master = true\nneed-app = true",
        why="an API whose application cannot be loaded answers 500 for ever, instead of being started again"
        " (until Kolla-Ansible's uwsgi.ini has need-app)",
    ),
    # Seen in 18.8.0 (2024.1) to 22.2.0 (2026.1): it reads /proc/modules before anything else.
    Patch(
        path="roles/module-load/tasks/main.yml",
        defect=r"(?m)^( +)((?:community\.general\.)?modprobe:\n(?:\1 .*\n)+)",
        mended=r"\1\2\1register: loaded\n\1failed_when:\n\1  - loaded is failed\n"
        r"""\1  - "'/proc/modules' not in loaded.msg | default('')"\n""",
        why="it fails on a kernel that was built without modules, which has what it has"
        " (until Ansible's modprobe takes such a kernel)",
    ),
)

ASK_IMAGES = "action_plugins/kolla_container.py"
REGISTER = "roles/service-ks-register/tasks/main.yml"
REGISTER_ROLES = {"0c44a1cd3763b718", "1ea92b52c89fd5e6", "cde4c9e0d0090d7a", "92f36ace9b426b5d"}
"""Checksums of the tasks that ours equals: 18.8.0 and 19.8.0, 20.6.0, 21.3.0, 22.2.0."""
REGISTER_MODULES = ("library/cloud_keystone_register.py", "module_utils/cloud_keystone_inside.py")


def for_configuration(source: str, modules: str, *, deployed: bool) -> dict[str, str]:
    """Text by path below `ansible` for a run that writes configuration only.

    Args:
        source: Kolla-Ansible's folder `ansible`.
        modules: folder of our modules.
        deployed: whether there is a cloud that can be asked.
    """
    names = (*ALWAYS, *(() if deployed else BEFORE_DEPLOYMENT))
    # What is written must be what a deployment would write.
    templates, _ = _mended(source, [patch for patch in PATCHES if "/templates/" in patch.path])
    return {**templates, **{f"library/{name}.py": _read(f"{modules}/{name}.py") for name in names}}


def for_images(program: str) -> dict[str, str]:
    """Text by path for a run that only asks which images there must be."""
    return {ASK_IMAGES: _read(f"{program}/{ASK_IMAGES}")}


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
            lines.append(f"mended for this run: {patch.path}: {patch.why}")
    return texts, lines


def _read(path: str) -> str:
    with open(path, encoding="utf-8") as file:
        return file.read()
