"""What a deployment would restart, and what of the configuration has to be rendered to tell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from host_programs.contract.kolla_run import DEPLOYED
from host_programs.kolla_run import changes, inputs, readers
from host_programs.kolla_run.changes import HostSums, Plan
from host_programs.kolla_run.definitions import affected, of_tasks, variables
from host_programs.kolla_run.kolla import Kolla

RENDERED = "rendered"
"""Record: the latest plan's raw material, so that three steps of one change render it once."""
CURRENT = "current"
"""Record: a deployment that has begun and not ended."""
PLAN = "plan"
"""Record: the latest plan."""


def plan(kolla: Kolla) -> Plan:
    """Say what a deployment would restart, and keep it.

    Raises:
        FailedError: a host failed; nothing that runs was touched.
    """
    # Where only files were written so far nothing runs that could restart: no need to render them for that.
    before = kolla.records.read(DEPLOYED)
    if (
        before is not None
        and before["digest"] == kolla.inputs().digest
        and kolla.records.read(CURRENT) is None
    ):
        kolla.tell(f"plan: nothing: deployed at {before['at']} from this very configuration")
        return Plan(False, (), {}, "")
    return planned(kolla, before)


def planned(kolla: Kolla, before: Mapping[str, Any] | None) -> Plan:
    """The plan against what was applied; nothing was: a first deployment."""
    now = kolla.inputs()
    found = Plan(True, (), {}, "") if before is None else against(kolla, now, before)
    kolla.records.write(PLAN, {"digest": now.digest, **found.document()})
    for line in found.lines():
        kolla.tell(f"plan: {line}")
    return found


def against(kolla: Kolla, now: inputs.Inputs, before: Mapping[str, Any]) -> Plan:
    """The plan against a record of what was applied.

    Raises:
        FailedError: a host failed.
    """
    rendered = kolla.records.read(RENDERED)
    if rendered is None or rendered["digest"] != now.digest:
        rendered = {"digest": now.digest, **_rendered(kolla, now, before)}
        kolla.records.write(RENDERED, rendered)
    earlier = before["inputs"]
    everything = inputs.reason_for_all(now, earlier)
    if not everything and earlier["files"].get("passwords.yml") != now.files.get("passwords.yml"):
        everything = "passwords changed, and databases and queues have to get them too"
    options = inputs.changed_options(now, earlier)
    common, roles = variables(kolla.venv)
    settings = affected(options, common, of_tasks(roles)) if options else {}
    hosts = {host: HostSums(**sums) for host, sums in rendered["hosts"].items()}
    files = {
        host: {path: (pair[0], pair[1]) for path, pair in paths.items()}
        for host, paths in before["files"].items()
    }
    return changes.plan(hosts, files, rendered["tags"], settings, everything, rendered.get("differing"))


def _rendered(kolla: Kolla, now: inputs.Inputs, before: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration: of the services that read what has changed, where that can be told, and of all else as it was."""
    tree = kolla.tree()
    of = readers.writers(tree)
    applied = before["files"]
    # Of files alone, written the first time, nothing is on record; and a role may have come or gone with the release.
    known = bool(applied) and all(path.split("/", 1)[0] in of for files in applied.values() for path in files)
    tags: frozenset[str] | None = None
    if known and not inputs.reason_for_all(now, before["inputs"]):
        changed = inputs.changed_options(now, before["inputs"])
        tags = readers.readers(changed, inputs.changed_files(now, before["inputs"]), tree)
    if tags is None:
        return kolla.render()
    kolla.tell(f"plan: {', '.join(sorted(tags)) or 'nothing'} may read what has changed")
    found = kolla.render(sorted(tags))
    hosts = {host: HostSums(**sums) for host, sums in found["hosts"].items()}
    rest = changes.with_the_rest(hosts, tags, applied, of)
    return {
        "hosts": {host: sums._asdict() for host, sums in rest.items()},
        "tags": {**of, **found["tags"]},
        "differing": found["differing"],
    }
