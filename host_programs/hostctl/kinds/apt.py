"""Apt's sources and keys; on request they are the only ones."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence

from host_programs.hostctl import filework
from host_programs.hostctl.errors import HostctlError

if TYPE_CHECKING:
    from host_programs.hostctl.plan import Plan
    from host_programs.hostctl.system import System

SHAPE: Dict[str, Any] = {"keys": {"*": str}, "sources": {"*": str}, "exclusive": bool}
STAYS = True
KEYRINGS = "/etc/apt/keyrings"
SOURCES = "/etc/apt/sources.list.d"
ASIDE = ".disabled-by-hostctl"
LOCK_SECONDS = 600


def compare(want: Optional[Dict[str, Any]], plan: Plan) -> None:
    """Keys, then sources, then what else there is set aside, then one `apt-get update` if any changed."""
    state = want or {}
    for name, key in sorted(state.get("keys", {}).items()):
        filework.ensure(plan, f"{KEYRINGS}/{_named(name, '.asc')}", key, label="apt key")
    ours = {f"{SOURCES}/{_named(name, '.sources')}": text for name, text in state.get("sources", {}).items()}
    for path, text in sorted(ours.items()):
        filework.ensure(plan, path, text, label="apt source")
    if state.get("exclusive"):
        for path in foreign_sources(plan.host, ours):
            effect = functools.partial(plan.host.rename, path, path + ASIDE)
            plan.add(
                f"aside:{path}", f"apt source {path} set aside", effect, before={"aside": False}, touches=path
            )
        for item in plan.originals:
            if item.startswith("aside:"):
                plan.wants(item)
    for item in plan.leaving():
        if item.startswith("aside:"):
            path = item[len("aside:") :]
            effect = functools.partial(restore, plan.host, item, {"aside": False}, boot=False)
            plan.undo(item, f"apt source {path} restored", effect, now={"aside": True}, touches=path)
        else:
            filework.undo(plan, item)
    stale = any(path.startswith("/etc/apt/") for path in plan.touched)
    if stale or any(action.touches for action in plan.actions):
        plan.add("lists", "apt lists updated", functools.partial(update, plan.host))


def restore(host: System, item: str, before: Dict[str, bool], boot: bool) -> None:
    """Give a source that was set aside its name back, or set it aside again."""
    del boot
    path = item[len("aside:") :]
    old, new = (path, path + ASIDE) if before["aside"] else (path + ASIDE, path)
    if host.exists(old) and not host.exists(new):
        host.rename(old, new)


def foreign_sources(host: System, ours: Dict[str, str]) -> List[str]:
    """Sources that are in use and not ours; an empty or commented sources.list is none."""
    found = [f"{SOURCES}/{name}" for name in host.names(SOURCES) if name.endswith((".list", ".sources"))]
    text = host.read("/etc/apt/sources.list") or ""
    if any(line.strip() and not line.strip().startswith("#") for line in text.splitlines()):
        found.append("/etc/apt/sources.list")
    return [path for path in found if path not in ours]


def update(host: System) -> None:
    """Fetch the lists; a source that does not answer is an error, not a warning."""
    run_locked(host, ["apt-get", "-o", "APT::Update::Error-Mode=any", "-q", "update"], "apt lists")


def run_locked(host: System, argv: Sequence[str], item: str) -> None:
    """Run a program of apt or dpkg, after whoever else has their locks: the apt of a killed run lives on.

    apt waits by itself only for some of its locks, and dpkg for none.
    """
    deadline = host.clock() + LOCK_SECONDS
    while True:
        try:
            host.run(argv, item)
        except HostctlError as error:
            locked = "Could not get lock" in error.reason or "locked by another process" in error.reason
            if not locked or host.clock() > deadline:
                raise
            host.pause(1)
        else:
            return


def _named(name: str, suffix: str) -> str:
    return name if name.endswith((suffix, ".gpg")) else name + suffix
