"""What the operator asks for, in steps that a crash does not undo: prechecks, genconfig, deploy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

from host_programs.contract.kolla_run import DEPLOYED
from host_programs.kolla_run import changes, inputs, planning
from host_programs.kolla_run.changes import Plan
from host_programs.kolla_run.dialect import Request
from host_programs.kolla_run.errors import RunError
from host_programs.kolla_run.kolla import Kolla
from host_programs.kolla_run.planning import CURRENT, RENDERED
from host_programs.kolla_run.runner import FailedError

GENERATED = "generated"
"""Record: the same for configuration files alone, where nothing is deployed yet."""
PRECHECKS = "prechecks"
"""Record: what the last prechecks that passed were made from."""


def prechecks(kolla: Kolla, first: Sequence[Callable[[Kolla], None]] = ()) -> dict[str, Any]:
    """Run the prechecks of what changed since they passed; of everything the first time.

    Args:
        kolla: what is run.
        first: checks that take no time, before those that do.

    Raises:
        FailedError: a host failed.
        RunError: one of the first checks failed.
    """
    now = kolla.inputs()
    before = kolla.records.read(PRECHECKS)
    if before is not None and before.get("digest") == now.digest:
        return nothing(kolla, f"prechecks: passed at {before['at']} for this very configuration")
    for check in first:
        check(kolla)
    everything = inputs.reason_for_all(now, before["inputs"] if before else None)
    tags: tuple[str, ...] = ()
    applied = kolla.records.read(DEPLOYED) or kolla.records.read(GENERATED)
    if not everything and applied is not None:
        try:
            found = planning.planned(kolla, applied)
        except FailedError as error:
            # What keeps the configuration from being rendered is told best by the prechecks themselves.
            everything = f"no plan could be made: {error}"
        else:
            everything, tags = found.everything, found.tags
            if found.nothing:
                keep(kolla, PRECHECKS, now)
                return nothing(kolla, "prechecks: no service is changed")
    kolla.tell(f"prechecks: {which(tags, everything)}")
    verdict = kolla.run(Request("prechecks", tags=tags)).verdict
    keep(kolla, PRECHECKS, now)
    return verdict.summary("prechecks", 0)


def genconfig(kolla: Kolla) -> dict[str, Any]:
    """Write the configuration files of what changed; of everything the first time. No container is touched.

    Raises:
        FailedError: a host failed.
    """
    now = kolla.inputs()
    before = kolla.records.read(GENERATED)
    if before is None:
        kolla.tell("genconfig: everything: it is the first time")
        verdict = kolla.generate().verdict
        keep(kolla, GENERATED, now, files={})
        return verdict.summary("genconfig", 0)
    if before["digest"] == now.digest:
        return nothing(kolla, f"genconfig: done at {before['at']} for this very configuration")
    found = planning.against(kolla, now, before)
    summary: dict[str, Any]
    if found.nothing:
        summary = nothing(kolla, "genconfig: the files are as they should be")
    else:
        kolla.tell(f"genconfig: {which(found.tags, found.everything)}")
        verdict = kolla.generate(found.tags).verdict
        summary = verdict.summary("genconfig", 0)
    _applied(kolla, GENERATED, now)
    return summary


def deploy(kolla: Kolla) -> dict[str, Any]:
    """Deploy the first time, then reconfigure what changed; goes on where an earlier run was stopped.

    Raises:
        FailedError: a host failed; the next run goes on with the unfinished step.
        RunError: the series changed, which takes an upgrade.
    """
    now = kolla.inputs()
    before = kolla.records.read(DEPLOYED)
    if before is not None and before.get("series") != kolla.release.series:
        what = f"{before.get('series')} is deployed and {kolla.release.series} is configured"
        raise RunError("deploy", what, "an upgrade is another command")
    if before is not None and before["digest"] == now.digest and kolla.records.read(CURRENT) is None:
        return nothing(kolla, f"deploy: done at {before['at']} for this very configuration")
    current = _resumed(kolla, now, before)
    if "run" not in current["done"]:
        verb = "deploy" if current["first"] else "reconfigure"
        if current["nothing"]:
            summary = nothing(kolla, "deploy: nothing restarts, so nothing is run")
        else:
            kolla.tell(f"{verb}: {which(current['tags'], current['everything'])}")
            verdict = kolla.run(Request(verb, tags=current["tags"])).verdict
            summary = verdict.summary(verb, 0)
        current["done"].append("run")
        kolla.records.write(CURRENT, current)
    else:
        summary = nothing(kolla, "deploy: was done, its record was not")
    if current["first"]:
        # What a deployment has just written is what rendering would write again, which takes as long as a plan: so it
        # was for each of the 500 files of a cloud of 25 services.
        live = {host: sums.live for host, sums in kolla.collect().items()}
        keep(kolla, DEPLOYED, now, files=changes.just_written(live))
    else:
        _applied(kolla, DEPLOYED, now)
    kolla.records.remove(CURRENT)
    return summary


def _resumed(kolla: Kolla, now: inputs.Inputs, before: Mapping[str, Any] | None) -> dict[str, Any]:
    """The deployment to do: the unfinished one of the same inputs, else a new one with what that left open."""
    current = kolla.records.read(CURRENT)
    if current is not None and current["digest"] == now.digest:
        done = ", ".join(current["done"])
        kolla.tell(f"deploy: goes on with what began at {current['since']}; done: {done}")
        return current
    found = planning.plan(kolla) if before is not None else Plan(True, (), {}, "")
    everything, tags = found.everything, set(found.tags)
    if current is not None and before is not None:
        # Files of the unfinished one may be in place without their containers having been restarted.
        everything = everything or ("" if current["tags"] else current["everything"])
        tags |= set(current["tags"])
    fresh = {
        "digest": now.digest,
        "first": found.first,
        "everything": everything,
        "tags": [] if everything else sorted(tags),
        "nothing": not (found.first or everything or tags),
        "since": _clock(),
        "done": ["plan"],
    }
    kolla.records.write(CURRENT, fresh)
    return fresh


def _applied(kolla: Kolla, record: str, now: inputs.Inputs) -> None:
    """Record what was applied: the latest rendering, and what is there now."""
    rendered = kolla.records.read(RENDERED)
    if rendered is None or rendered["digest"] != now.digest:
        rendered = {"digest": now.digest, **kolla.render()}
        live = {host: sums["live"] for host, sums in rendered["hosts"].items()}
    else:
        live = {host: sums.live for host, sums in kolla.collect().items()}
    files = changes.applied_now({host: sums["next"] for host, sums in rendered["hosts"].items()}, live)
    keep(kolla, record, now, files=files)
    kolla.records.remove(RENDERED)


def keep(kolla: Kolla, record: str, now: inputs.Inputs, **more: Any) -> None:
    """Remember what a step that went well was made from."""
    release = kolla.release
    fields = {"digest": now.digest, "inputs": now.document(), "at": _clock(), "series": release.series}
    kolla.records.write(record, {**fields, **more})


def which(tags: Any, everything: str) -> str:
    """What a step works on, in words."""
    if tags:
        return f"only {', '.join(tags)}"
    return f"everything: {everything}" if everything else "everything"


def nothing(kolla: Kolla, line: str) -> dict[str, Any]:
    """Tell why there is nothing to do; return the summary of a run that did it."""
    kolla.tell(line)
    return {"action": line.partition(":")[0], "ok": True, "hosts": 0, "changed": 0}


def _clock() -> str:
    now = datetime.now(timezone.utc)  # noqa: UP017 - Python 3.9
    return now.astimezone().isoformat(" ", "seconds")
