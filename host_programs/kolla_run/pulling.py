"""The step that gets images onto the hosts: asked of the registry first, pulled only where images may have changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from host_programs.kolla_run import inputs, room
from host_programs.kolla_run.definitions import TASKS, affected, variables
from host_programs.kolla_run.dialect import Request
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.registry import Image, Registry, told
from host_programs.kolla_run.steps import keep, nothing, which

PULLED = "pulled"
"""Record: what the last pull was made from."""
SWITCH = "enable_"
"""What the name of an option begins with that brings a service, whose containers do not show it, or takes it away."""


def pull(kolla: Kolla) -> dict[str, Any]:
    """Pull the images of what changed since they were pulled; all of them the first time.

    Raises:
        RunError: the registry is not there, or lacks images, or hosts lack room for them: nothing was pulled.
        FailedError: a host failed.
    """
    now = kolla.inputs()
    before = kolla.records.read(PULLED)
    if before is not None and before["digest"] == now.digest:
        return nothing(kolla, f"pull: done at {before['at']} for this very configuration")
    everything, tags = choice(kolla, now, before["inputs"] if before else None)
    if not (everything or tags):
        keep(kolla, PULLED, now)
        return nothing(kolla, "pull: no image is changed")
    kolla.tell(f"pull: {which(tags, everything)}")
    wanted = kolla.images(tags)
    registries = check(kolla, wanted)
    if wanted:
        room.check(kolla, wanted, registries)
    verdict = kolla.run(Request("pull", tags=tags)).verdict
    keep(kolla, PULLED, now)
    return verdict.summary("pull", 0)


def reach(kolla: Kolla) -> None:
    """See that the registry of Kolla-Ansible's images answers: minutes before the first image is asked for.

    Raises:
        RunError: it does not.
    """
    host = str(kolla.options.get("docker_registry", "quay.io"))
    Registry(host, kolla.login(host)).reach()


def choice(kolla: Kolla, now: inputs.Inputs, before: Mapping[str, Any] | None) -> tuple[str, list[str]]:
    """Why everything is pulled, or the tags of what is; neither: nothing is.

    An image, its tag, its registry and whether a service runs on a host are part of how Kolla-Ansible defines its
    containers, and the inventory says on which hosts. What a container does with its configuration is not.
    """
    everything = inputs.reason_for_all(now, before)
    if everything or before is None:
        return everything, []
    options = inputs.changed_options(now, before)
    switches = [name for name in options if name.startswith(SWITCH)]
    if switches:
        return f"{', '.join(switches)} changed", []
    common, roles = variables(kolla.venv)
    # No image is made from what a role's tasks read.
    containers = {
        role: {name: words for name, words in own.items() if name != TASKS} for role, own in roles.items()
    }
    return "", sorted(affected(options, common, containers))


def check(kolla: Kolla, wanted: Mapping[Image, set[str]]) -> dict[str, Registry]:
    """See that every registry is there and has the images.

    Returns:
        The registries, by the host in the images' names.

    Raises:
        RunError: one is not, or lacks some; each problem has been told on a line of its own.
    """
    hosts = sorted({image.registry for image in wanted})
    registries = {host: Registry(host, kolla.login(host)) for host in hosts}
    lines = []
    for host, registry in registries.items():
        registry.reach()
        missing = registry.missing(image for image in wanted if image.registry == host)
        lines += told(host, missing, wanted)
    if lines:
        for line in lines:
            kolla.tell(f"pull: {line}")
        more = "" if len(lines) == 1 else f" (and {len(lines) - 1} more, above)"
        raise RunError("pull", f"{lines[0]}{more}", "build or mirror them, or see kolla.images")
    kolla.tell(f"pull: {len(wanted)} images are on {', '.join(hosts) or 'no registry'}")
    return registries
